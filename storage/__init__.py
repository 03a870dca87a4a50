"""Keeps bytes in LMDB files that a power cut, a full disk or a damaged page cannot turn against us (blind)."""

from .backends import OWNER_BYTES, Backend, Progress, Writes
from .environment import Environment
from .files import FOLDER_MODE, sync_folder, write_through

__all__ = [
    "FOLDER_MODE",
    "OWNER_BYTES",
    "Backend",
    "Environment",
    "Progress",
    "Writes",
    "sync_folder",
    "write_through",
]
