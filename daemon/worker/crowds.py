"""How many stanzas of each sender and server wait for users whose vaults are locked."""

import secrets
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from ...junk import MAX_FROM_SENDER, MAX_FROM_SERVER
from ...stanza import Jid

# Senders and servers counted for all users; beyond it the user who was counted first is counted anew.
MAX_COUNTED = 100_000

_HASH_BYTES = 16


class Crowds:
    """The counts of one worker, in memory only: by hashes under a key of this process, never by JID.

    A worker that is started anew counts anew; the bounds of the queue hold all the same.
    """

    def __init__(self) -> None:
        """Count nobody yet."""
        self._key = secrets.token_bytes(_HASH_BYTES)
        self._users: dict[bytes, Counter[bytes]] = {}
        self._counted = 0

    def is_crowded(self, uid: bytes, sender: Jid) -> bool:
        """Say whether one more stanza would be too many of its sender, or of its server."""
        counts = self._users.get(uid)
        if counts is None:
            return False
        by_server, by_sender = self._hashes(sender)
        return counts[by_sender] >= MAX_FROM_SENDER or counts[by_server] >= MAX_FROM_SERVER

    def count(self, uid: bytes, sender: Jid) -> None:
        """Count a stanza that waits."""
        counts = self._users.setdefault(uid, Counter())
        before = len(counts)
        counts.update(self._hashes(sender))
        self._counted += len(counts) - before
        while self._counted > MAX_COUNTED:
            self.forget(next(iter(self._users)))

    def forget(self, uid: bytes) -> None:
        """Take note that nothing waits any more: the vault was opened, or is gone."""
        self._counted -= len(self._users.pop(uid, ()))

    def __len__(self) -> int:
        """Count the senders and servers of all users."""
        return self._counted

    def _hashes(self, sender: Jid) -> Iterator[bytes]:
        # A sender has an "@" or is a server itself, whose own stanzas count among those of its users.
        for text in (f"@{sender.domain}", str(sender.bare)):
            yield blake2b(text.encode(), digest_size=_HASH_BYTES, key=self._key).digest()
