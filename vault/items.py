"""
Items: small sealed things beside a user's table, such as settings or kept stanzas.

    value   expires u16 | sealed             day since 1970, 0 for never, big-endian

The vault never looks into an item. The name of its box, its own name, its size class and the day
it expires can be read by whoever has the data folder: names must say nothing of the content.
"""

from typing import NamedTuple

from ..errors import IntegrityError
from ..keyring import Keys
from .addresses import of_box, of_item, to_item
from .desks import Desk
from .stages import Stage

DAY = 2  # bytes
NEVER = 0


class Listed(NamedTuple):
    """An item's name, the size it takes, and the day it expires (0: never)."""

    ident: bytes
    size: int
    expires: int


def expiry(value: bytes) -> int:
    """Return the day an item expires, as it stands unsealed before it; 0 is never."""
    return int.from_bytes(value[:DAY], "big")


class Items:
    """The items of one open vault; boxes and items are named by opaque bytes."""

    __slots__ = ("_desk", "_keys", "_stage")

    def __init__(self, desk: Desk, stage: Stage, keys: Keys) -> None:
        self._desk = desk
        self._stage = stage
        self._keys = keys

    def _place(self, box: bytes, ident: bytes) -> bytes:
        return of_item(self._keys.uid, self._keys.vid, box, ident)

    def put(self, box: bytes, ident: bytes, plain: bytes, expires: int = NEVER) -> None:
        """Seal an item in place of an older one of its name; durable after `Store.commit`."""
        key = self._place(box, ident)
        day = expires.to_bytes(DAY, "big")
        sealed = self._keys.seal_item(box, day + ident, plain)
        self._stage.put(self._keys.uid, key, day + sealed)

    def get(self, box: bytes, ident: bytes) -> bytearray | None:
        """Open an item; the caller wipes it. None if there is none, or its day has come."""
        value = self._stage.get(self._keys.uid, self._place(box, ident))
        if value is None:
            return None
        if len(value) < DAY:
            raise IntegrityError("an item is cut short")
        if 0 < expiry(value) <= self._desk.today:
            return None
        return self._keys.open_item(box, value[:DAY] + ident, value[DAY:])

    def listed(self, box: bytes) -> list[Listed]:
        """Name the items of a box, in the order of their names."""
        found = self._stage.scan(self._keys.uid, of_box(self._keys.uid, self._keys.vid, box))
        return [
            Listed(to_item(key)[1], len(value), expiry(value))
            for key, value in found
            if not 0 < expiry(value) <= self._desk.today
        ]

    def delete(self, box: bytes, ident: bytes) -> bool:
        """Delete an item; whether there was one. Durable after `Store.commit`."""
        key = self._place(box, ident)
        known = self._stage.get(self._keys.uid, key) is not None
        self._stage.put(self._keys.uid, key, None)
        return known
