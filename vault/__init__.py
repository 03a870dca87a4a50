"""Keeps what a user's mail has taught, sealed (blind): hashes, counts, ciphertext, no words."""

from .attempts import Attempt, Recall, Rewrap
from .folders import SHARDS, Format, holds_data, shards_of
from .items import Items, Listed
from .maintenance import Report, Steps, Swept
from .settings import VaultSettings
from .stores import State, Store
from .tables import ENTRY_BYTES
from .vaults import Counts, Stats, Vault

__all__ = [
    "ENTRY_BYTES",
    "SHARDS",
    "Attempt",
    "Counts",
    "Format",
    "Items",
    "Listed",
    "Recall",
    "Report",
    "Rewrap",
    "State",
    "Stats",
    "Steps",
    "Store",
    "Swept",
    "Vault",
    "VaultSettings",
    "holds_data",
    "shards_of",
]
