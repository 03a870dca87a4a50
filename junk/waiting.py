"""The waiting room: what its user, time, or a change of mind lets in or turns away (XEP-0159 §3.3)."""

from hashlib import blake2b
from typing import NamedTuple

from ..errors import IntegrityError
from ..keyring import wipe
from ..vault import Vault
from .boxes import Box, Place
from .item import Item

# Seconds after which what nobody decided about is denied.
WAITING_SECONDS = 14 * 86_400
# Stanzas of one sender, and of one sending server, that wait at a time; more are denied.
MAX_FROM_SENDER = 20
MAX_FROM_SERVER = 100

_BOX = b"book"
_IDENT = b"waiting"
_PERSON = b"prov-waiting-v1"
_HASH_BYTES = 16
_ROW_BYTES = 3 * _HASH_BYTES
_STAMP_BYTES = 4


class _Row(NamedTuple):
    name: bytes
    sender: bytes
    server: bytes


class WaitingRoom(Box):
    """The waiting room of one open vault.

    It keeps one more sealed item, with a hash of sender and server for each stanza that waits, so that finding
    a sender's stanzas opens none. Where that is wrong, because the room was changed without it, it mends itself.
    """

    def __init__(self, vault: Vault) -> None:
        """Look into the waiting room of this vault."""
        super().__init__(vault, Place.WAITING)

    def put(self, item: Item, since: int = 0) -> bytes:
        """Seal an item and return its name."""
        rows = self._rows()
        name = super().put(item, since)
        self._write([*rows, _row(name, item.sender)])
        return name

    def of(self, sender: str) -> list[bytes]:
        """Return the names of what waits of a bare JID, the oldest first."""
        return [row.name for row in self._rows() if row.sender == _hash(sender)]

    def is_crowded(self, sender: str) -> bool:
        """Say whether one more of this JID would be too many of its sender, or of its server."""
        row = _row(b"", sender)
        rows = self._rows()
        return (
            sum(other.sender == row.sender for other in rows) >= MAX_FROM_SENDER
            or sum(other.server == row.server for other in rows) >= MAX_FROM_SERVER
        )

    def overdue(self, now: int) -> list[bytes]:
        """Return the names of what has waited too long at this second since 1970."""
        last = now - WAITING_SECONDS
        return [name for name in self.names() if int.from_bytes(name[:_STAMP_BYTES]) <= last]

    def _rows(self) -> list[_Row]:
        names = self.names()
        if not names:
            return []
        known = {row.name: row for row in self._read()}
        rows = [known.get(name) or _row(name, self._sender(name)) for name in names]
        if not known.keys() >= set(names):
            self._write(rows)
        return rows

    def _sender(self, name: bytes) -> str:
        item = self.get(name)
        return "" if item is None else item.sender

    def _read(self) -> list[_Row]:
        packed = self._items.get(_BOX, _IDENT)
        if packed is None:
            return []
        try:
            if len(packed) % _ROW_BYTES:
                raise IntegrityError("the list of who waits is malformed")
            cells = [bytes(packed[at : at + _HASH_BYTES]) for at in range(0, len(packed), _HASH_BYTES)]
            return [_Row(*cells[at : at + 3]) for at in range(0, len(cells), 3)]
        finally:
            wipe(packed)

    def _write(self, rows: list[_Row]) -> None:
        self._items.put(_BOX, _IDENT, b"".join(b"".join(row) for row in rows))


def bare(sender: str) -> str:
    """Return a JID, in its one spelling, without its resource."""
    return sender.partition("/")[0]


def server(sender: str) -> str:
    """Return the domain of a JID in its one spelling."""
    return bare(sender).rpartition("@")[2]


def _row(name: bytes, sender: str) -> _Row:
    return _Row(name, _hash(bare(sender)), _hash(server(sender)))


def _hash(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_HASH_BYTES, person=_PERSON).digest()
