"""Items: small sealed things beside a user's table, such as settings or kept stanzas.

    value   expires u16 | sealed             day since 1970, 0 for never, big-endian

The vault never looks into an item. The name of its box, its own name, its size class and the day
it expires can be read by whoever has the data folder: names must say nothing of the content.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import InputError, IntegrityError
from ..keyring import MAX_ITEM_BYTES, Keys, wipe
from .addresses import Kind, of_box, of_item, of_kind, to_item
from .desks import Desk
from .stages import Stage

DAY = 2  # bytes
NEVER = 0


class Listed(NamedTuple):
    """An item's name, the size it takes, and the day it expires (0: never)."""

    ident: bytes
    size: int
    expires: int


class Item(NamedTuple):
    """An opened item on its way from one vault to another."""

    box: bytes
    ident: bytes
    plain: bytearray
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

    def put(self, box: bytes, ident: bytes, plain: bytes | bytearray, expires: int = NEVER) -> None:
        """Seal an item in place of an older one of its name; durable after `Store.commit`."""
        if len(plain) > MAX_ITEM_BYTES:
            raise InputError(f"an item has at most {MAX_ITEM_BYTES} bytes")
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
        plain = self._keys.open_item(box, value[:DAY] + ident, value[DAY:])
        if 0 < expiry(value) <= self._desk.today:
            wipe(plain)
            return None
        return plain

    def listed(self, box: bytes) -> list[Listed]:
        """Name the items of a box, in the order of their names."""
        found = self._stage.scan(self._keys.uid, of_box(self._keys.uid, self._keys.vid, box))
        return [
            Listed(to_item(key)[1], len(value), expiry(value))
            for key, value in found
            if not 0 < expiry(value) <= self._desk.today
        ]

    def names(self, box: bytes) -> list[bytes]:
        """Return the names of a box in their order, those of items that have expired and were not swept among them."""
        prefix = of_box(self._keys.uid, self._keys.vid, box)
        return sorted(to_item(key)[1] for key in self._stage.sizes(self._keys.uid, prefix))

    def every(self) -> Iterator[Item]:
        """Open all items of all boxes."""
        keys = self._keys
        for key, value in self._stage.scan(keys.uid, of_kind(keys.uid, Kind.ITEM, keys.vid)):
            box, ident = to_item(key)
            plain = self.get(box, ident)
            if plain is not None:
                yield Item(box, ident, plain, expiry(value))

    def bring(self, item: Item) -> None:
        """Put an item unless there is one of its name, and wipe it."""
        if self.get(item.box, item.ident) is None:
            self.put(item.box, item.ident, item.plain, item.expires)
        wipe(item.plain)

    def delete(self, box: bytes, ident: bytes) -> bool:
        """Delete an item; whether there was one. Durable after `Store.commit`."""
        key = self._place(box, ident)
        known = self._stage.get(self._keys.uid, key) is not None
        self._stage.put(self._keys.uid, key, None)
        return known
