"""Words in disguise, as a reader sees them: "f r e e", "f.r.e.e", "fr33".

What is read so is only judged by, never learnt: a word with digits may be somebody's password.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from . import lexicon
from .cues import LEET
from .folding import MAX_TEXT, fold, head
from .words import MAX_WORD

MAX_GUESSES = 32
"""Readings of one word that are tried."""

MAX_LOOKUPS = 4096
"""Readings of one text that are looked up; what is left then stays as it is."""

MAX_LETTERS = 64
"""Letters set apart that are cut into words; more stay as one."""

MIN_WORD = 3
"""Letters of a word with digits around it, below which it is no disguise: "gr8", "5pm", "10th"."""

MAX_SIGNS = 2
"""Digits in a row that may stand for letters; more are a number."""

_LETTER = r"[^\W_]"
_APART = re.compile(rf"(?<!{_LETTER}){_LETTER}([ .*_-]){_LETTER}(?:\1{_LETTER}){{2,}}(?!{_LETTER})")
# In scripts that the public words are written in. Addresses and names after @ are passed over whole.
_LISTED = "[^\\W\\d_\u0600-\uffff]"
_MASKED = re.compile(rf"(?<!\S)\S*://\S*|(?<!\S)@\S*|{_LISTED}*[\d$@](?:{_LISTED}|[\d$@])*")
_SIGNS = re.compile(r"[\d$@]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_DIGITS = "0123456789"
# Here a sign may stand for one of several letters.
_LATIN = dict(LEET) | {"1": "il", "6": "gb", "8": "b", "9": "g"}
_RUSSIAN = {"0": "\u043e", "3": "\u0435\u0437", "4": "\u0430\u0447", "6": "\u0431", "8": "\u0432", "@": "\u0430"}


def undisguised(text: str) -> str:
    """Return a text with its disguised words written out, or as it is where there are none.

    Letters with the same sign between them are one word, or the public words that they spell. Digits stand for letters
    where that makes a public word. Total, and linear in MAX_TEXT.

    >>> undisguised("a f r e e priz3, 3 p.m.")
    'a free prize, 3 p.m.'
    """
    reader = _Reader()
    text = _APART.sub(reader.together, head(text, MAX_TEXT))
    return _MASKED.sub(reader.unmasked, text) if _SIGNS.search(text) else text


class _Reader:
    """Reads one text, and looks up no more than MAX_LOOKUPS words for it."""

    def __init__(self) -> None:
        self._left = MAX_LOOKUPS

    def together(self, match: re.Match[str]) -> str:
        """Put letters together and cut them into public words, long ones rather than many."""
        letters = match[0][::2]
        small = fold(letters)
        if len(small) != len(letters) or len(small) > MAX_LETTERS:
            return letters
        # For each end the best sum of squared lengths, and minus where the last word begins.
        best = {0: (0, 0)}
        for end in range(1, len(small) + 1):
            reached = [start for start in range(max(0, end - MAX_WORD), end) if start in best]
            sums = [(best[at][0] + (end - at) ** 2, -at) for at in reached if self._is_public(small[at:end])]
            if sums:
                best[end] = max(sums)
        if len(small) not in best:
            return letters
        words, end = [], len(small)
        while end:
            start = -best[end][1]
            words.append(letters[start:end])
            end = start
        return " ".join(reversed(words))

    def unmasked(self, match: re.Match[str]) -> str:
        """Read digits and signs as letters."""
        word = match[0]
        signs = _SIGNS.findall(word)
        if len(word) > MAX_WORD or max(map(len, signs), default=0) > MAX_SIGNS or 2 * sum(map(len, signs)) > len(word):
            return word
        small = fold(word)
        is_short = len(small.strip(_DIGITS)) < MIN_WORD and len(small.lstrip(_DIGITS)) <= MIN_WORD
        if is_short or len(small) != len(word):
            return word
        return next(filter(self._is_public, _guesses(small)), word)

    def _is_public(self, word: str) -> bool:
        self._left -= 1
        return self._left >= 0 and word.isalpha() and lexicon.is_public(word)


def _guesses(word: str) -> Iterator[str]:
    letters = _RUSSIAN if _CYRILLIC.search(word) else _LATIN
    for guess in islice(product(*[letters.get(sign, sign) for sign in word]), MAX_GUESSES):
        yield "".join(guess)
