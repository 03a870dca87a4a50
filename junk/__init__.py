"""The junk box, the waiting room and the ring: stanzas, and what became of them, sealed to their user (text side)."""

from .boxes import JUNK_DAYS, MAX_ITEMS, Box, Place
from .item import MAX_REASONS, Item
from .ring import MAX_IDENT, MAX_RING, NAME_BYTES, PAIR, RING_DAYS, Ring, Seen
from .waiting import MAX_FROM_SENDER, MAX_FROM_SERVER, WAITING_SECONDS, WaitingRoom

__all__ = [
    "JUNK_DAYS",
    "MAX_FROM_SENDER",
    "MAX_FROM_SERVER",
    "MAX_IDENT",
    "MAX_ITEMS",
    "MAX_REASONS",
    "MAX_RING",
    "NAME_BYTES",
    "PAIR",
    "RING_DAYS",
    "WAITING_SECONDS",
    "Box",
    "Item",
    "Place",
    "Ring",
    "Seen",
    "WaitingRoom",
]
