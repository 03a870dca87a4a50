"""Letters, and the shape rule: what is not plainly words and punctuation does not stay."""

import re
import unicodedata

from .pieces import Piece
from .scripts import LETTERS

MAX_WORD = 24
"""Letters of a word that is kept; a longer one may be a token."""

MAX_MARK = 3
"""Symbols in a row that are kept."""

MAX_SYMBOLS = 2
"""Different symbols inside of one chunk; a chunk with more may be a password."""

TOKEN = 10
"""Letters from which a word without vowels is called a token."""

_VOWELS = frozenset("aeiouy")
_RARE = 5
"""A word this many times as long as its vowels are many is none."""

_SENTENCE = frozenset(' .,!?;:"()-/&')
_SKIN = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_RUNS = re.compile(rf"({LETTERS})|([\W_]+)")
_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_MARK = re.compile(f"{_EMOJI}|[^{_EMOJI[1:-1]}]+")


def word(letters: str) -> Piece:
    """Keep a word, unless it is over-long or no language's."""
    if len(letters) > MAX_WORD:
        return Piece("long", "")
    if len(letters) >= TOKEN and letters.isascii() and sum(map(_VOWELS.__contains__, letters)) * _RARE < len(letters):
        return Piece("token", "")
    return Piece("word", letters)


def detect(chunk: str) -> tuple[Piece, ...]:
    """Split a chunk without digits into words and marks; one placeholder if it may be a secret.

    Symbols may stand around the letters. Between them only those of a sentence may, and no more than
    MAX_SYMBOLS different ones.

    >>> detect('"hello,world!"')[1:3], detect("hun$ter")
    ((Piece(kind='word', text='hello'), Piece(kind='mark', text=',')), (Piece(kind='mixed', text=''),))
    """
    runs = _RUNS.findall(_APOSTROPHE.sub(" ", chunk))
    if any(letters for letters, _ in runs) and not _is_plain("".join(symbols for _, symbols in runs[1:-1])):
        return (Piece("mixed", ""),)
    pieces: list[Piece] = []
    for letters, symbols in runs:
        if letters:
            pieces.append(word(letters))
        else:
            pieces.extend(marks(symbols))
    return tuple(pieces)


def marks(symbols: str) -> list[Piece]:
    """Give each emoji as a mark, and the first MAX_MARK of other symbols in a row."""
    runs = (run[:MAX_MARK].strip() for run in _MARK.findall(symbols))
    return [Piece("mark", run) for run in runs if run and run.isprintable() and run not in _SKIN]


def _is_plain(inner: str) -> bool:
    symbols = set(inner)
    return sum(map(str.isascii, symbols)) <= MAX_SYMBOLS + (" " in symbols) and all(map(_is_sentence, symbols))


def _is_sentence(symbol: str) -> bool:
    if symbol.isascii():
        return symbol in _SENTENCE
    category = unicodedata.category(symbol)
    return category[0] == "P" or category in {"So", "Sk"}
