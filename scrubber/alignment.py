"""Where a character of a folded text stood before it was folded."""

import unicodedata
from bisect import bisect_right

from .folding import MAX_TEXT, fold, head

# Jamo that join the syllable before them (Hangul has no marks).
_JOINING = range(0x1160, 0x1200)


class Alignment:
    """Offsets of a text and of what folding made of it, segment by segment.

    A segment is a character with the marks behind it: folding never looks further. Computed only for those
    who want to see spans; no one who learns needs it.
    """

    __slots__ = ("_folded", "_original")

    def __init__(self, text: str, folded: str) -> None:
        text = head(text, MAX_TEXT)
        self._original = [0]
        self._folded = [0]
        if text.isascii() and len(text) == len(folded):
            self._original += range(1, len(text) + 1)
            self._folded = self._original
            return
        length = start = 0
        for end in range(1, len(text) + 1):
            if end < len(text) and _joins(text[end]):
                continue
            length += len(fold(text[start:end]))
            start = end
            self._original.append(end)
            self._folded.append(length)
        if length != len(folded):
            # Never seen; whoever reads the spans must not be told of a wrong place.
            self._original, self._folded = [0, len(text)], [0, len(folded)]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the stretch of the text that folding made the stretch from `start` to `end` of."""
        first = bisect_right(self._folded, start) - 1
        last = bisect_right(self._folded, end - 1)
        return self._original[first], self._original[min(last, len(self._original) - 1)]


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or ord(char) in _JOINING
