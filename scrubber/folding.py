"""One spelling for what reads the same."""

import re
import unicodedata

from .confusables import PLAIN

MAX_TEXT = 8192
"""Code points of a text that are looked at; what follows is neither judged nor learnt."""

MAX_FOLDED = 16384
"""Code points after folding, which can write eighteen for one (U+FDFA)."""

MAX_GROWTH = 18
"""Code points that one becomes at most: U+FDFA."""

MAX_MARKS = 30
"""Combining marks in a row that are kept: the stream-safe bound of UAX #15. Normalising is quadratic in them."""

# No combining character is a letter to Python, so a long run of them is in a run of these.
_NO_LETTERS = re.compile(rf"[^\w\x00-\x7f]{{{MAX_MARKS + 1},}}")

# Format characters (Cf), surrogates (Cs), private use (Co), variation selectors and letters that show nothing.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]+"
)

# Accents, and the vowel points of Hebrew and Arabic that a writer may leave out, with the tatweel.
# Not the vowel signs of Indic scripts and Thai, which are spelling, nor the kana's voicing marks.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f]+"
)

_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")


def head(text: str, bound: int) -> str:
    """Give the start of a text, without its last chunk if the text goes on: half of a token may look like a word."""
    if len(text) <= bound:
        return text
    start, *_ = text[:bound].rsplit(None, 1) or [""]
    return start


def _cut(run: re.Match[str]) -> str:
    kept = []
    length = 0
    for char in run[0]:
        length = length + 1 if unicodedata.combining(char) else 0
        if length <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match[0]))


def _decomposed(text: str) -> str:
    # Invisible characters go first, or they would break up a long run of marks. Nothing decomposes into one.
    return unicodedata.normalize("NFKD", _NO_LETTERS.sub(_cut, _INVISIBLE.sub("", text)))


def is_whole(text: str) -> bool:
    """Tell whether no bound cuts a text."""
    if len(text) > MAX_TEXT or text.isascii():
        return len(text) <= MAX_TEXT
    return len(text) * MAX_GROWTH <= MAX_FOLDED or len(_decomposed(text)) <= MAX_FOLDED


def fold(text: str) -> str:
    """Bring a text to lower case and plain letters.

    Compatibility forms are undone (NFKD, then NFC: UAX #15), invisible characters and accents are dropped,
    and every decimal digit becomes the ASCII one. Total and idempotent; takes at most MAX_TEXT and gives at
    most MAX_FOLDED code points.
    """
    text = head(text, MAX_TEXT)
    if text.isascii():
        return _INVISIBLE.sub("", text).lower()
    text = _ACCENTS.sub("", head(_decomposed(text), MAX_FOLDED))
    text = unicodedata.normalize("NFC", text.casefold())
    return _FOREIGN_DIGIT.sub(_digit, text.translate(PLAIN))
