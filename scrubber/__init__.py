"""The scrubber (text side): text becomes pieces without secrets, features become hashes."""

from .blinding import HASH_BYTES, blind
from .disguises import undisguised
from .doorkeeper import Doorkeeper, shut
from .pieces import Piece, Span
from .scrubbing import MAX_TEXT, Scrubbed, asks, examine, scrub

__all__ = [
    "HASH_BYTES",
    "MAX_TEXT",
    "Doorkeeper",
    "Piece",
    "Scrubbed",
    "Span",
    "asks",
    "blind",
    "examine",
    "scrub",
    "shut",
    "undisguised",
]
