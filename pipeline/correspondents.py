"""Whom a user wrote to: strangers no more (XEP-0159 §3, "correspondents list")."""

import msgpack

from ..errors import IntegrityError
from ..keyring import wipe
from ..vault import Vault

# Oldest first out. At some 40 bytes a JID the list stays below the vault's largest item.
MAX_CORRESPONDENTS = 1000

_BOX = b"book"
_IDENT = b"correspondents"


class Correspondents:
    """The list of one open vault, sealed as one item: neither its length nor its JIDs show on disk.

    It is opened anew at each look, because nothing decoded may stay in memory.
    """

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._items = vault.items

    def knows(self, jid: str) -> bool:
        """Say whether the user wrote to this bare JID."""
        return jid in self._read()

    def add(self, jid: str) -> None:
        """Remember a bare JID the user wrote to; the longest unheard of gives way."""
        known = self._read()
        if jid in known[-1:]:
            return
        self._write([*(other for other in known if other != jid), jid][-MAX_CORRESPONDENTS:])

    def remove(self, jid: str) -> None:
        """Forget a bare JID; unknown ones are no error."""
        known = self._read()
        if jid in known:
            self._write([other for other in known if other != jid])

    def all(self) -> list[str]:
        """Return the bare JIDs, the one written to last at the end."""
        return self._read()

    def _read(self) -> list[str]:
        packed = self._items.get(_BOX, _IDENT)
        if packed is None:
            return []
        try:
            known = msgpack.unpackb(packed, max_array_len=MAX_CORRESPONDENTS)
        except (ValueError, msgpack.UnpackException):
            known = None
        finally:
            wipe(packed)
        if not isinstance(known, list):
            raise IntegrityError("a list of correspondents is malformed")
        return known

    def _write(self, known: list[str]) -> None:
        self._items.put(_BOX, _IDENT, msgpack.packb(known))
