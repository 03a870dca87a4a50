"""Names as they are stored: keyed hashes, so that the files alone name nobody.

This is pseudonymisation and no more: whoever holds the secret as well can test a guess
(threat_model/README.md).
"""

from hashlib import blake2b

SECRET_BYTES = 32
NAME_BYTES = 16


class Pseudonyms:
    """Hashes under one secret of the server; the same name in two tables has two hashes."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Take a secret of SECRET_BYTES."""
        self._secret = secret

    def __repr__(self) -> str:
        """Show nothing."""
        return "<Pseudonyms>"

    def of(self, table: bytes, *parts: str | bytes) -> bytes:
        """Return NAME_BYTES for these parts in a table named by at most 16 bytes (RFC 7693's personalisation)."""
        state = blake2b(digest_size=NAME_BYTES, key=self._secret, person=table)
        for part in parts:
            raw = part if isinstance(part, bytes) else part.encode()
            state.update(len(raw).to_bytes(4) + raw)
        return state.digest()
