"""Numbers written as words."""

import re

from .cues import words
from .pieces import Token, cover

MANY = 2
"""Number words in a row that are a number; a lone one stays, as of "one more"."""

_SURE = words("numbers")
_ALL = _SURE | words("other numbers")
_SURE -= words("other numbers")
_JOIN = words("joints")

# Dreiundzwanzig, ventitré, tjugofem: at least two of the parts, glued.
_PARTS = sorted((word for word in _ALL if len(word) > 2), key=len, reverse=True)  # noqa: PLR2004 - "un" is in "hunger"
_GLUED = re.compile(
    rf"(?:{'|'.join(_PARTS)}|zehn|zig)(?:(?:und|en|e|y|i)?(?:{'|'.join(_PARTS)}|zehn|zig|teen|ty)){{1,6}}"
)

_LONGEST = 6
"""Letters from which a word may be two number words, glued."""


def hide(tokens: list[Token]) -> dict[int, str]:
    """Name the tokens of numbers that are written as words: MANY of them in a row, with joints and marks between."""
    if _ALL.isdisjoint([token.text for token in tokens]) and not any(map(_glued, tokens)):
        return {}
    hidden: dict[int, str] = {}
    first = last = -1
    sure = count = 0
    for index, token in enumerate(tokens):
        kind, text, _, _ = token
        if kind == "word" and (text in _ALL or _glued(token)):
            first = index if first < 0 else first
            last = index
            count += 1
            sure += text in _SURE if text in _ALL else MANY
        elif first >= 0 and not (kind in {"mark", "number"} or text in _JOIN):
            hidden.update(_verdict(first, last, sure, count))
            first, sure, count = -1, 0, 0
    hidden.update(_verdict(first, last, sure, count))
    return hidden


def _glued(token: Token) -> bool:
    return token.kind == "word" and len(token.text) > _LONGEST and bool(_GLUED.fullmatch(token.text))


def _verdict(first: int, last: int, sure: int, count: int) -> dict[int, str]:
    return dict(cover(first, last, "number")) if first >= 0 and (sure >= MANY or count > MANY + 1) else {}
