"""Keeps what was found out about others, each kind for its own time (shared): facts, never words."""

from .cache import FILE, MAX_ENTRIES, MAX_VALUE, Cache, Entry
from .flights import Flights

__all__ = ["FILE", "MAX_ENTRIES", "MAX_VALUE", "Cache", "Entry", "Flights"]
