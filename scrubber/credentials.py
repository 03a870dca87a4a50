"""Words that stand beside a credential word do not stay."""

from collections.abc import Iterable

from .confusables import resolve
from .cues import NEAR_STEMS, NEAR_WORDS, PASSWORD_STEMS, PASSWORD_WORDS
from .folding import fold
from .pieces import SECRET, Piece

WORDS_BEFORE = 2
"""Words hidden before a credential word: "hunter is my login"."""

WORDS_AFTER = 4
"""Words hidden after it, on the next line too: "login for the router is hunter"."""

_CONTENT = frozenset({"word", "run", "host"})
_QUOTES = frozenset("'\"|«»„“”「」『』")


def _folded(cues: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(resolve(fold(cue)) for cue in cues))


_STEMS = _folded(PASSWORD_STEMS)
_ASCII_STEMS = tuple(stem for stem in _STEMS if stem.isascii())
_STRICT = frozenset(_folded(PASSWORD_WORDS))
_CUES = _STRICT.union(_STEMS, _folded(NEAR_WORDS))
_NEAR_STEMS = _folded(NEAR_STEMS)


def is_strict(folded: str) -> bool:
    """Tell whether a folded text speaks of a password: then only its cue words may stay."""
    return _names(folded, _ASCII_STEMS if folded.isascii() else _STEMS)


def hide(pieces: list[Piece], *, strict: bool) -> list[Piece]:
    """Put one placeholder for every stretch of words that may hold a credential.

    `strict` (or a short password word among the pieces) hides every word, run and host that is no cue itself.
    Otherwise each cue hides WORDS_BEFORE and WORDS_AFTER words around it, a run that has a cue in it, and
    to its end a quotation that begins among those.
    """
    cues = [index for index, (kind, text) in enumerate(pieces) if text in _CUES and kind == "word"]
    if strict or any(pieces[index].text in _STRICT for index in cues):
        hidden = {index for index, piece in enumerate(pieces) if piece.kind in _CONTENT}.difference(cues)
    else:
        runs = [index for index, (kind, text) in enumerate(pieces) if kind == "run" and _names(text, _NEAR_STEMS)]
        if not cues and not runs:
            return pieces
        hidden = _around(pieces, {*cues, *runs}).difference(cues)
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index not in hidden:
            kept.append(piece)
        elif not kept or kept[-1] is not SECRET:
            kept.append(SECRET)
    return kept


def _names(text: str, stems: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, stems))


def _around(pieces: list[Piece], cues: set[int]) -> set[int]:
    """Name the pieces to hide. Each direction is one walk over the pieces, however many cues there are."""
    hidden: set[int] = set()
    left = 0
    for index in range(len(pieces) - 1, -1, -1):
        if index in cues:
            left = WORDS_BEFORE
        if left and pieces[index].kind in _CONTENT:
            hidden.add(index)
            left -= index not in cues
    left = 0
    quoted = False
    for index, piece in enumerate(pieces):
        if index in cues:
            left = WORDS_AFTER
        if piece.kind == "mark" and (left or quoted) and not _QUOTES.isdisjoint(piece.text):
            quoted = not quoted
        if (left or quoted) and piece.kind in _CONTENT:
            hidden.add(index)
            left -= left > 0 and index not in cues
    return hidden
