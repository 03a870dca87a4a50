"""Names as they are stored: keyed hashes, so that the files alone name nobody.

This is pseudonymisation and no more: whoever holds the secret as well can test a guess
(threat_model/README.md).
"""

from hashlib import blake2b

from ..errors import InputError

SECRET_BYTES = 32
NAME_BYTES = 16
# Names that belong to another begin with this much of it, so that they are found, and forgotten, together.
OWNER_BYTES = 8


class Pseudonyms:
    """Hashes under one secret of the server; the same name in two tables has two hashes."""

    __slots__ = ("_begun", "_secret")

    def __init__(self, secret: bytes) -> None:
        """Take a secret of SECRET_BYTES; InputError for any other length."""
        if len(secret) != SECRET_BYTES:
            raise InputError("the secret of karma has another length")
        self._secret = secret
        self._begun: dict[bytes, blake2b] = {}

    def __repr__(self) -> str:
        """Show nothing."""
        return "<Pseudonyms>"

    def of(self, table: bytes, *parts: str | bytes) -> bytes:
        """Return NAME_BYTES for these parts in a table named by at most 16 bytes (RFC 7693's personalisation)."""
        begun = self._begun.get(table)
        if begun is None:
            begun = self._begun[table] = blake2b(digest_size=NAME_BYTES, key=self._secret, person=table)
        state = begun.copy()
        for part in parts:
            raw = part if isinstance(part, bytes) else part.encode()
            state.update(len(raw).to_bytes(4, "big") + raw)
        return state.digest()

    def under(self, owner: bytes, table: bytes, *parts: str | bytes) -> bytes:
        """Return NAME_BYTES for what belongs to the name `owner`."""
        return owner[:OWNER_BYTES] + self.of(table, owner, *parts)[OWNER_BYTES:]
