"""Where a word that no public list has waits until it is seen again."""

import secrets
from collections.abc import Sequence

from .bloom import Bloom
from .pieces import Piece

WINDOW = 500
"""Messages after which the doorkeeper forgets all it has seen, and takes another key."""

_BYTES = 8192


class Doorkeeper:
    """Lets a rare word in when another message of the window had it too; a word said once is stored nowhere.

    In memory only, hashed under a key that nobody else has and that is drawn again with every window. One
    for each user: what others write must not open the door for a user's secret.
    """

    __slots__ = ("_bits", "_left", "_seen")

    def __init__(self) -> None:
        self._bits = bytearray(_BYTES)
        self._open()

    def __repr__(self) -> str:
        """Say nothing of what was seen."""
        return "<doorkeeper>"

    def _open(self) -> None:
        self._bits[:] = bytes(_BYTES)
        self._seen = Bloom(self._bits, secrets.token_bytes(32))
        self._left = WINDOW

    def admit(self, texts: Sequence[Sequence[Piece]]) -> list[tuple[Piece, ...]]:
        """Give the texts of one message as they may be learnt: rare words that are new here are empty."""
        if not self._left:
            self._open()
        self._left -= 1
        rare = {piece.text for pieces in texts for piece in pieces if piece.kind == "rare" and piece.text}
        fresh = {word for word in rare if word not in self._seen}
        for word in fresh:
            self._seen.add(word)
        return [tuple(_closed(piece) if piece.text in fresh else piece for piece in pieces) for pieces in texts]


def shut(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Give a text as it may be learnt where no door was asked: every rare word is empty."""
    return tuple(map(_closed, pieces))


def _closed(piece: Piece) -> Piece:
    return Piece("rare", "") if piece.kind == "rare" else piece
