"""Where a user's stanzas lie when they were not delivered."""

import secrets
from collections.abc import Iterator
from enum import StrEnum

from ..vault import Vault
from .item import Item

# Beyond it the junk box loses its oldest item, and the waiting room delivers instead.
MAX_ITEMS = 500

_HOUR = 3600
_HOUR_BYTES = 4
_RANDOM_BYTES = 12


class Place(StrEnum):
    """The three places: judged spam, not judged yet, and judged ham but not yet handed back."""

    JUNK = "junk"
    WAITING = "waiting"
    RELEASED = "released"


class Box:
    """
    One place of one open vault.

    An item's name is 16 bytes: the hour it came, so that a locked box can be swept, then random bytes.
    """

    def __init__(self, vault: Vault, place: Place) -> None:
        """Look into this place of this vault."""
        self._vault = vault
        self._place = place

    def put(self, item: Item) -> bytes:
        """Seal an item and return its name; a full junk box loses its oldest item first."""
        if self._place is Place.JUNK:
            names = self._vault.list(self._place)
            for name in sorted(names)[: len(names) - MAX_ITEMS + 1]:
                self._vault.delete(self._place, name)
        name = (item.arrived // _HOUR).to_bytes(_HOUR_BYTES) + secrets.token_bytes(_RANDOM_BYTES)
        self._vault.put(self._place, name, item.to_bytes())
        return name

    def get(self, name: bytes) -> Item | None:
        """Return an item, or None where there is none of this name."""
        packed = self._vault.get(self._place, name)
        return None if packed is None else Item.from_bytes(packed)

    def delete(self, name: bytes) -> None:
        """Delete an item; an unknown name is no error."""
        self._vault.delete(self._place, name)

    def is_full(self) -> bool:
        """Say whether the next item would be one too many."""
        return len(self) >= MAX_ITEMS

    def __len__(self) -> int:
        """Count the items."""
        return len(self._vault.list(self._place))

    def __iter__(self) -> Iterator[tuple[bytes, Item]]:
        """Go through the items by name, oldest hour first."""
        for name in sorted(self._vault.list(self._place)):
            item = self.get(name)
            if item is not None:
                yield name, item
