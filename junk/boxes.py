"""Where a user's stanzas lie when they were not delivered."""

import secrets
from collections.abc import Iterator
from enum import IntEnum

from ..keyring import wipe
from ..vault import Vault
from .item import Item

# Beyond it the junk box loses its oldest item, and the waiting room delivers instead.
MAX_ITEMS = 500
# Days that junk is kept. What waits for its user waits as long as it must.
JUNK_DAYS = 30

_DAY = 86_400
_NEVER = 0
_STAMP_BYTES = 4
_NUMBER_BYTES = 2
_RANDOM_BYTES = 10
_LAST_NUMBER = 2**16 - 1


class Place(IntEnum):
    """The three places: judged spam, not judged yet, and judged ham but not yet handed back.

    The numbers name what waits in a locked user's queue, and the boxes in every store.
    """

    JUNK = 2
    WAITING = 3
    RELEASED = 4


class Box:
    """One place of one open vault.

    An item's name is 16 bytes: the second it came in, its number in that second, then random bytes; so
    names are in order. Whoever has the data folder sees names, sizes and the days that junk expires,
    and nothing else.
    """

    def __init__(self, vault: Vault, place: Place) -> None:
        """Look into this place of this vault."""
        self._items = vault.items
        self._place = place
        self._box = place.name.lower().encode()

    def put(self, item: Item, since: int = 0) -> bytes:
        """Seal an item and return its name; a full junk box loses its oldest item first.

        `since` is the second it became junk, where that was later than its arrival.
        """
        names = self.names()
        expires = _NEVER
        if self._place is Place.JUNK:
            expires = max(item.arrived, since) // _DAY + JUNK_DAYS
            for name in names[: max(0, len(names) + 1 - MAX_ITEMS)]:
                self.delete(name)
        stamp = item.arrived.to_bytes(_STAMP_BYTES)
        name = stamp + _number_after(stamp, names) + secrets.token_bytes(_RANDOM_BYTES)
        self._items.put(self._box, name, item.to_bytes(), expires)
        return name

    def get(self, name: bytes) -> Item | None:
        """Return an item, or None where there is none of this name."""
        packed = self._items.get(self._box, name)
        if packed is None:
            return None
        try:
            return Item.from_bytes(packed)
        finally:
            wipe(packed)

    def delete(self, name: bytes) -> None:
        """Delete an item; an unknown name is no error."""
        self._items.delete(self._box, name)

    def names(self) -> list[bytes]:
        """Return the names of all items, the oldest first."""
        return [listed.ident for listed in self._items.listed(self._box)]

    def sizes(self) -> list[tuple[bytes, int]]:
        """Return the names of all items with the bytes that each takes, sealed."""
        return [(listed.ident, listed.size) for listed in self._items.listed(self._box)]

    def is_full(self) -> bool:
        """Say whether the next item would be one too many."""
        return len(self) >= MAX_ITEMS

    def __len__(self) -> int:
        """Count the items."""
        return len(self.names())

    def __iter__(self) -> Iterator[tuple[bytes, Item]]:
        """Open the items one by one, the oldest first."""
        for name in self.names():
            item = self.get(name)
            if item is not None:
                yield name, item


def _number_after(stamp: bytes, names: list[bytes]) -> bytes:
    """Return the number that follows the last one of the same second; a box never holds more than fit."""
    numbers = [name[_STAMP_BYTES : _STAMP_BYTES + _NUMBER_BYTES] for name in names if name.startswith(stamp)]
    last = int.from_bytes(max(numbers, default=b"\0"))
    return min(last + 1, _LAST_NUMBER).to_bytes(_NUMBER_BYTES)
