"""A next state of a vault, made but not yet stored."""

from .record import Head
from .secret import Faceless, Secret


class Fold(Faceless):
    """The next generation of a vault, ready to be stored; `Keys.turn` makes it the present one.

    `chunks` and `record` are stored in one transaction, in which the chunks and the journal of the
    generation before are deleted. No other record of the same keys is stored in between.
    """

    __slots__ = ("_fold_key", "_private_key", "chunks", "head", "record")

    def __init__(self, head: Head, fold_key: Secret, private_key: Secret) -> None:
        self.head = head
        self.chunks: list[bytes] = []
        self.record = b""
        self._fold_key = fold_key
        self._private_key = private_key

    @property
    def generation(self) -> int:
        """The number of this generation."""
        return self.head.generation

    def pour(self, fold_key: memoryview, private_key: memoryview) -> None:
        """Put its fresh keys where they belong."""
        fold_key[:] = self._fold_key.view()
        private_key[:] = self._private_key.view()

    def wipe(self) -> None:
        """Forget the fresh keys: they are in their place, or the fold was not stored."""
        self._fold_key.wipe()
        self._private_key.wipe()
