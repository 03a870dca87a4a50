"""Whom a user wrote to: strangers no more (XEP-0159 §3, "correspondents list")."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import IntegrityError
from ..keyring import wipe
from ..vault import Vault

# The kind of deposit as which a JID waits for its user's vault to open.
CORRESPONDENT = 5
# Whichever is reached first; the longest unheard of gives way. Well below the vault's largest item.
MAX_CORRESPONDENTS = 1000
MAX_BYTES = 128 * 1024

_BOX = b"book"
_IDENT = b"correspondents"
_END = b"\n"  # no JID holds one


class Correspondents:
    """The list of one open vault, sealed as one item: neither its length nor its JIDs show on disk.

    Each JID stands between two line ends, so that looking for one decodes none. The list is opened anew at each
    look and wiped after it, because nothing opened may stay in memory.
    """

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._items = vault.items

    def knows(self, jid: str) -> bool:
        """Say whether the user wrote to this bare JID."""
        with self._opened() as lines:
            return _END + jid.encode() + _END in lines

    def add(self, jid: str) -> None:
        """Remember a bare JID the user wrote to; the longest unheard of gives way."""
        self.merge([jid])

    def merge(self, jids: Sequence[str]) -> None:
        """Remember several, the one written to last at the end."""
        known = self.all()
        if known[-len(jids) :] != list(jids):
            self._write([*(other for other in known if other not in set(jids)), *jids])

    def remove(self, jid: str) -> None:
        """Forget a bare JID; unknown ones are no error."""
        known = self.all()
        if jid in known:
            self._write([other for other in known if other != jid])

    def all(self) -> list[str]:
        """Return the bare JIDs, the one written to last at the end."""
        with self._opened() as lines:
            return str(lines, "utf-8", "replace").split("\n")[1:-1]

    @contextmanager
    def _opened(self) -> Iterator[bytearray]:
        lines = self._items.get(_BOX, _IDENT)
        if lines is None:
            lines = bytearray(_END)
        try:
            if not (lines.startswith(_END) and lines.endswith(_END)):
                raise IntegrityError("a list of correspondents is malformed")
            yield lines
        finally:
            wipe(lines)

    def _write(self, known: list[str]) -> None:
        lines = "".join(["\n", *[f"{jid}\n" for jid in _latest(known)]])
        self._items.put(_BOX, _IDENT, lines.encode())


def _latest(known: list[str]) -> list[str]:
    """Return as many from the end as the bounds allow."""
    room = MAX_BYTES
    kept: list[str] = []
    for jid in known[: -MAX_CORRESPONDENTS - 1 : -1]:
        room -= len(jid.encode())
        if room < 0:
            break
        kept.append(jid)
    return kept[::-1]
