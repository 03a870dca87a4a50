"""Whom a user wrote to: strangers no more (XEP-0159 §3, "correspondents list")."""

from collections.abc import Sequence

import msgpack

from ..errors import IntegrityError
from ..keyring import wipe
from ..vault import Vault

# Whichever is reached first; the longest unheard of gives way. Well below the vault's largest item.
MAX_CORRESPONDENTS = 1000
MAX_BYTES = 128 * 1024

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
        self.merge([jid])

    def merge(self, jids: Sequence[str]) -> None:
        """Remember several, the one written to last at the end."""
        known = self._read()
        if known[-len(jids) :] != list(jids):
            self._write([*(other for other in known if other not in set(jids)), *jids])

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
        self._items.put(_BOX, _IDENT, msgpack.packb(_latest(known)))


def _latest(known: list[str]) -> list[str]:
    """Return as many from the end as the bounds allow."""
    room = MAX_BYTES
    kept: list[str] = []
    for jid in known[: -MAX_CORRESPONDENTS - 1 : -1]:
        room -= len(jid.encode())
        if room < 0:
            break
        kept.append(jid)
    return kept[::-1]
