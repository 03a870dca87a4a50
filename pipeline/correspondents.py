"""Whom a user wrote to: strangers no more (XEP-0159 §3, "correspondents list")."""

from collections.abc import Sequence

from ..vault import Vault
from .lines import Lines

# The kind of deposit as which a JID waits for its user's vault to open.
CORRESPONDENT = 5
# Whichever is reached first; the longest unheard of gives way. Well below the vault's largest item.
MAX_CORRESPONDENTS = 1000
MAX_BYTES = 128 * 1024


class Correspondents:
    """The list of one open vault."""

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._lines = Lines(vault, b"correspondents")

    def knows(self, jid: str) -> bool:
        """Say whether the user wrote to this bare JID."""
        return bool(self._lines.having([jid]))

    def add(self, jid: str) -> None:
        """Remember a bare JID the user wrote to; the longest unheard of gives way."""
        self.merge([jid])

    def merge(self, jids: Sequence[str]) -> None:
        """Remember several, the one written to last at the end."""
        known = self.all()
        if known[-len(jids) :] != list(jids):
            self._lines.write(_latest([*(other for other in known if other not in set(jids)), *jids]))

    def remove(self, jid: str) -> None:
        """Forget a bare JID; unknown ones are no error."""
        known = self.all()
        if jid in known:
            self._lines.write([other for other in known if other != jid])

    def all(self) -> list[str]:
        """Return the bare JIDs, the one written to last at the end."""
        return self._lines.all()


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
