"""What a text is made of once it is scrubbed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Piece(NamedTuple):
    """One step of a scrubbed text, in reading order.

    Five kinds carry content: ``word`` (letters only, folded, at most 24), ``run`` (letters of a script
    written without spaces), ``mark`` (at most three symbols, or one emoji), ``host`` (of a URL) and ``rare``
    (a word that no public list has: see Doorkeeper; empty where it must never be learnt). ``shape`` says
    something about the whole text and comes last. Every other kind is a placeholder: something stood here
    and is gone, and `text` is its outline at most. No piece holds a digit: outlines write ``#`` for one and
    ``a`` for letters.

    >>> Piece("number", "####")
    Piece(kind='number', text='####')
    """

    kind: str
    text: str


class Span(NamedTuple):
    """A stretch of a text that was taken out: offsets in code points, and the name of what stood there."""

    start: int
    end: int
    kind: str


class Token(NamedTuple):
    """A piece and where it stood in the folded text."""

    kind: str
    text: str
    start: int
    end: int


CONTENT = frozenset({"word", "run", "host"})
"""Kinds of tokens that a pass over a text may still take out."""

KEPT = frozenset({"word", "run", "host", "mark", "rare"})
"""Kinds of tokens that are no placeholders."""


def replace(tokens: list[Token], hidden: Mapping[int, str]) -> list[Token]:
    """Put one placeholder for every stretch of neighbours that are hidden under the same kind."""
    if not hidden:
        return tokens
    kept: list[Token] = []
    open_kind = ""
    for index, token in enumerate(tokens):
        kind = hidden.get(index, "")
        if not kind:
            kept.append(token)
        elif kind == open_kind:
            kept[-1] = kept[-1]._replace(end=token.end)
        else:
            kept.append(Token(kind, "", token.start, token.end))
        open_kind = kind
    return kept


def cover(first: int, last: int, kind: str) -> Iterable[tuple[int, str]]:
    """Give the entries of `hidden` for all tokens from `first` to `last`."""
    return ((index, kind) for index in range(first, last + 1))
