"""What a text is made of once it is scrubbed."""

from typing import NamedTuple


class Piece(NamedTuple):
    """One step of a scrubbed text, in reading order.

    Four kinds carry content: ``word`` (letters only, folded, at most 24), ``run`` (letters of a script
    written without spaces), ``mark`` (at most three symbols, or one emoji) and ``host`` (of a URL).
    ``shape`` says something about the whole text and comes last. Every other kind is a placeholder:
    something stood here and is gone, and `text` is its outline at most. No piece holds a digit:
    outlines write ``#`` for one and ``a`` for letters.

    >>> Piece("number", "####")
    Piece(kind='number', text='####')
    """

    kind: str
    text: str


SECRET = Piece("secret", "")
