"""Whatever holds a digit: only its outline stays."""

import re

from .pieces import Piece

MAX_DIGITS = 20
"""Digits that an outline tells."""

MAX_OUTLINE = 6
"""Turns between digits and letters that an outline tells."""

TOKEN = 16
"""Characters from which letters with digits among them are called a token."""

_CURRENCY = re.compile(
    r"[$¢-¥฿₠-⃀]|(?:usd|eur|rub|gbp|rp|btc|usdt|eth|aed|inr|грн|тыс|тг)\b|\u0440\u0443\u0431|\d[kк]\b"
)
_IP = re.compile(r"\W*\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\W*(?:\d{1,5}\W*)?")
_HEX = re.compile(r"(?=.*[a-f])[0-9a-f]*(?::[0-9a-f]*){2,}")
_CLOCK = re.compile(r"^\W*\d{1,2}[:.]\d{2}(?::\d{2})?\W*$")
_DATE = re.compile(r"^\W*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\W*$")
_KINDS = (("money", _CURRENCY), ("clock", _CLOCK), ("date", _DATE))
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def has_numeral(text: str) -> bool:
    """Tell whether a text holds a digit or another character that means a number, of any script."""
    return bool(_DIGIT.search(text)) or (not text.isascii() and any(map(str.isnumeric, text)))


def detect(chunk: str) -> tuple[Piece, ...]:
    """Give one placeholder for a chunk that holds a numeral of any kind; nothing for another chunk.

    >>> detect("$1,000"), detect("abc123")
    ((Piece(kind='money', text='####'),), (Piece(kind='mixed', text='a#'),))
    """
    if _HEX.fullmatch(chunk) or _IP.fullmatch(chunk):
        return (Piece("ip", ""),)
    if not has_numeral(chunk):
        return ()
    runs = _RUNS.findall(chunk)
    kind = next((kind for kind, pattern in _KINDS if pattern.search(chunk)), "")
    if kind or not any(map(str.isalpha, runs)):
        return (Piece(kind or "number", "#" * min(sum(map(str.isnumeric, chunk)), MAX_DIGITS)),)
    if len(chunk) >= TOKEN:
        return (Piece("token", ""),)
    return (Piece("mixed", "".join("a" if run.isalpha() else "#" for run in runs[:MAX_OUTLINE])),)
