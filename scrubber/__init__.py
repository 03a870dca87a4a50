"""The scrubber (text side): text becomes pieces without secrets, features become hashes."""

from .blinding import HASH_BYTES, blind
from .pieces import Piece
from .scrubbing import MAX_TEXT, scrub

__all__ = ["HASH_BYTES", "MAX_TEXT", "Piece", "blind", "scrub"]
