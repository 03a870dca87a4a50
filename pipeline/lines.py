"""A list that a user keeps, sealed as one item: neither its length nor its content shows on disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import IntegrityError
from ..keyring import wipe
from ..vault import Vault

_BOX = b"book"
_END = b"\n"  # no line holds one


class Lines:
    """The lines of one sealed item of an open vault.

    Each stands between two line ends, so that looking for one decodes none. The item is opened anew at each
    look and wiped after it, because nothing opened may stay in memory.
    """

    def __init__(self, vault: Vault, ident: bytes) -> None:
        """Look into the item of this name."""
        self._items = vault.items
        self._ident = ident

    def all(self) -> list[str]:
        """Return the lines in their order."""
        with self._opened() as lines:
            return str(lines, "utf-8", "replace").split("\n")[1:-1]

    def having(self, wanted: Sequence[str]) -> list[str]:
        """Return those of the wanted lines that there are."""
        with self._opened() as lines:
            return [line for line in wanted if _END + line.encode() + _END in lines]

    def write(self, lines: Sequence[str]) -> None:
        """Seal these lines in place of those there were."""
        self._items.put(_BOX, self._ident, "".join(["\n", *[f"{line}\n" for line in lines]]).encode())

    @contextmanager
    def _opened(self) -> Iterator[bytearray]:
        lines = self._items.get(_BOX, self._ident)
        if lines is None:
            lines = bytearray(_END)
        try:
            if not (lines.startswith(_END) and lines.endswith(_END)):
                raise IntegrityError("a list is malformed")
            yield lines
        finally:
            wipe(lines)
