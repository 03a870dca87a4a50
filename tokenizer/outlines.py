"""The outline of a raw text: how long, how loud, how it ends. It tells of no letter and of no alphabet."""

import re
from bisect import bisect_right
from math import log2

_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]")
_CURRENCY = re.compile("[$£€¥₦₹₽₴₩₺฿]")
_ROUBLE = "\u0440\u0443\u0431"
_DIGITS = re.compile(r"\d+")
_LINK = re.compile(r"://|\bwww\.|[^\W\d_]\.(?:com|net|org|ru|me|ly|info|biz|xyz|co|io)\b")
_LONG = re.compile(r"([^\W\d_])\1\1")
_SIGNS = frozenset(".!?,:;)('\"*-/…")

_CAPITALS = (0.03, 0.08, 0.15, 0.3, 0.6)
_FEW = (1, 2, 3, 5, 9)
_MOST_DIGITS = 12
_MOST_LINKS = 3
_LONGEST = 30


def outline(text: str) -> list[str]:
    """Describe a text by some ten features; counts and shares are written as strokes."""
    small = text.lower()
    chunks = text.split()
    digits = _DIGITS.findall(text)
    found = [
        f"length:{_strokes(int(2 * log2(1 + len(text))))}",
        f"first:{_class(text.lstrip()[:1])}",
        f"final:{_class(text.rstrip()[-1:])}",
        f"shouts:{_strokes(bisect_right(_FEW, text.count('!')))}",
        f"digit run:{_strokes(min(max(map(len, digits), default=0), _MOST_DIGITS))}",
        f"links:{_strokes(min(len(_LINK.findall(small)), _MOST_LINKS) if '.' in text or '://' in text else 0)}",
        f"longest:{_strokes(min(max(map(len, chunks), default=0), _LONGEST) // 3)}",
    ]
    if small != text:
        share = sum(map(str.isupper, text)) / max(1, sum(map(str.isalpha, text)))
        found.append(f"capitals:{_strokes(1 + bisect_right(_CAPITALS, share))}")
    elif any(map(str.islower, text)):
        found.append("capitals:")
    if not text.isascii():
        emoji = len(set(_EMOJI.findall(text)))
        if emoji:
            found.append(f"kinds of emoji:{_strokes(min(emoji, 5))}")
    if "  " in text:
        found.append("double space")
    if ".." in text or "…" in text:
        found.append("ellipsis")
    if _CURRENCY.search(text) or (not text.isascii() and _ROUBLE in small):
        found.append("currency")
    if _LONG.search(small):
        found.append("drawn out")
    return found


def _strokes(count: int) -> str:
    return "|" * count


def _class(char: str) -> str:
    """Name the kind of one character; letters of every alphabet are alike."""
    if char in _SIGNS:
        return char
    if char.isalpha():
        return "capital" if char.isupper() else "letter"
    return "digit" if char.isnumeric() else "sign"
