"""The junk box and the waiting room: stanzas sealed to their user (text side)."""

from .boxes import JUNK_DAYS, MAX_ITEMS, Box, Place
from .item import MAX_REASONS, Item

__all__ = ["JUNK_DAYS", "MAX_ITEMS", "MAX_REASONS", "Box", "Item", "Place"]
