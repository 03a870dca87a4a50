"""Whatever holds a digit: only its outline stays."""

import re

from .pieces import Token

MAX_DIGITS = 20
"""Digits that an outline tells."""

MAX_OUTLINE = 12
"""Digits and letters that an outline of both tells."""

TOKEN = 16
"""Characters from which letters with digits among them are called a token."""

_CURRENCY = re.compile(
    r"[$¢-¥฿₠-⃀]|(?:usd|eur|rub|gbp|rp|btc|usdt|eth|aed|inr|грн|тыс|тг)\b|\u0440\u0443\u0431|\d[kк]\b"
)
_IP = re.compile(r"\W*\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:[:/]\d{1,5})?\W*")
_HEX = re.compile(r"(?=.*[a-f])[0-9a-f]*(?::[0-9a-f]*){2,}")
_CLOCK = re.compile(r"^\W*\d{1,2}[:.]\d{2}(?::\d{2})?\W*$")
_DATE = re.compile(r"^\W*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\W*$")
_KINDS = (("money", _CURRENCY), ("clock", _CLOCK), ("date", _DATE))
_JWT = re.compile(r"eyj[\w-]{8,}\.")
# How well-known services begin their keys. It only gives the key its name: any chunk with a digit goes.
_PREFIXES = re.compile(
    r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|akia|asia|aiza|ya29\.|[srp]k_(?:live|test)_|rk_live_|sq0|shp(?:at|ss)_"
    r"|npm_|pypi-|dop_v1_|sg\.|key-|hf_|sk-|do[op]_v1|whsec_|ssh-(?:rsa|ed25519)|lin_api_|tfp_|nfp_|hvs\.|age-secret-key)"
)
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def has_numeral(text: str) -> bool:
    """Tell whether a text holds a digit or another character that means a number, of any script."""
    return bool(_DIGIT.search(text)) or (not text.isascii() and any(map(str.isnumeric, text)))


def detect(chunk: str, at: int = 0) -> tuple[Token, ...]:
    """Give one placeholder for a chunk that holds a numeral of any kind; nothing for another chunk.

    >>> detect("$1,000")
    (Token(kind='money', text='####', start=0, end=6),)
    """
    if not has_numeral(chunk) and not _HEX.fullmatch(chunk):
        return ()
    return (Token(*_described(chunk), at, at + len(chunk)),)


def _described(chunk: str) -> tuple[str, str]:
    if _HEX.fullmatch(chunk) or _IP.fullmatch(chunk):
        return "ip", ""
    if _JWT.search(chunk):
        return "jwt", ""
    if _PREFIXES.search(chunk):
        return "key", ""
    runs = _RUNS.findall(chunk)
    kind = next((kind for kind, pattern in _KINDS if pattern.search(chunk)), "")
    if kind or not any(map(str.isalpha, runs)):
        return kind or "number", "#" * min(sum(map(str.isnumeric, chunk)), MAX_DIGITS)
    if len(chunk) >= TOKEN:
        return "token", ""
    return "mixed", "".join(("a" if run.isalpha() else "#") * len(run) for run in runs)[:MAX_OUTLINE]
