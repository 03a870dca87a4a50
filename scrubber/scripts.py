"""Which characters are marks of a letter, and which scripts put no space between words."""

import unicodedata
from collections.abc import Iterable

# The blocks of the scripts that use vowel signs and other marks as a part of spelling. Python's \w leaves
# marks out, so that a Hindi word would fall apart at each of them.
_MARKED = ((0x0700, 0x1CFF), (0x3099, 0x309A), (0xA800, 0xABFF), (0x10A00, 0x11FFF))

# Thai, Lao, Tibetan, Burmese, Khmer; kana, Bopomofo, Han. Korean writes spaces.
_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3006)),
    *((0x3031, 0x3035), (0x3041, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
    *((0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x323AF)),
)


def _class(blocks: Iterable[tuple[int, int]], categories: str) -> str:
    """Write the inside of a regular expression's set: the characters of these blocks in these major categories."""
    parts = []
    for first, last in blocks:
        start = None
        for point in range(first, last + 2):
            inside = point <= last and unicodedata.category(chr(point))[0] in categories
            if inside and start is None:
                start = point
            elif not inside and start is not None:
                parts.append(f"{chr(start)}-{chr(point - 1)}")
                start = None
    return "".join(parts)


MARKS = _class(_MARKED, "M")
UNSPACED = _class(_UNSPACED, "LM")
LETTERS = rf"(?:[^\W\d_]++|[{MARKS}]++)++"
