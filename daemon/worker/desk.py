"""What every handler of a worker works with."""

import time
from collections import Counter
from dataclasses import dataclass, field

from ...errors import LockedError
from ...pipeline import Thresholds
from ...vault import Store, Vault
from ..sessions import Sessions
from .commits import Commits


@dataclass(slots=True)
class Desk:
    """One worker's store, sessions and counters; handlers are functions that take it."""

    store: Store
    commits: Commits
    sessions: Sessions
    thresholds: Thresholds
    counts: Counter[str] = field(default_factory=Counter)

    def open_vault(self, uid: bytes) -> Vault:
        """Return the open vault of a user; LockedError where it is locked, or where there is none."""
        vault = self.store.vault(uid)
        if vault is None:
            raise LockedError("the vault is locked")
        return vault

    def lock(self, uid: bytes) -> None:
        """Lock a vault, if it is open, and forget its user's sessions."""
        self.sessions.forget(uid)
        vault = self.store.vault(uid)
        if vault is not None:
            vault.lock()
            self.counts["locked"] += 1

    @staticmethod
    def now() -> int:
        """Return the time in seconds since 1970."""
        return int(time.time())
