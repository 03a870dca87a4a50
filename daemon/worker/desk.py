"""What every handler of a worker works with."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ...control import Conversations
from ...errors import LockedError, SecretError
from ...keyring import HostKeys, SlotKind, Unlock
from ...pipeline import Lesson, Study, Thresholds
from ...stanza import Stanza
from ...vault import State, Store, Vault
from ..sessions import Sessions
from .afterwards import Afterwards
from .calls import Call
from .commits import Commits
from .crowds import Crowds


@dataclass(slots=True)
class Desk:
    """One worker's store, sessions and counters; handlers are functions that take it."""

    host: HostKeys
    store: Store
    commits: Commits
    sessions: Sessions
    thresholds: Thresholds
    counts: Counter[str] = field(default_factory=Counter)
    crowds: Crowds = field(default_factory=Crowds)
    conversations: Conversations = field(default_factory=Conversations)
    study: Study = field(default_factory=Study)
    afterwards: Afterwards = field(default_factory=Afterwards)

    def vault(self, uid: bytes) -> Vault | None:
        """Return the user's vault if it is open, or if its user lets the host key open it; else None."""
        vault = self.store.vault(uid)
        if vault is None and self.store.state(uid) is State.LOCKED:
            return self._resident(uid)
        return vault

    def open_vault(self, uid: bytes) -> Vault:
        """Return the open vault of a user; LockedError where it is locked, or where there is none."""
        vault = self.vault(uid)
        if vault is None:
            raise LockedError("the vault is locked")
        return vault

    def lesson(self, uid: bytes, stanza: Stanza, *, spam: bool, undo: bool = False) -> Lesson | None:
        """Return what may be learnt of a stanza; None where that is nothing, counted if it was refused."""
        reading = self.study.read(uid, stanza, undo=undo)
        self.counts["refused"] += reading.refused
        return Lesson.of_reading(reading, spam=spam, undo=undo)

    def lock(self, uid: bytes) -> None:
        """Lock a vault, if it is open, and forget its user's sessions and all that was in mind of the messages."""
        self.sessions.forget(uid)
        self.conversations.forget(uid)
        self.study.forget(uid)
        vault = self.store.vault(uid)
        if vault is not None:
            vault.lock()
            self.counts["locked"] += 1

    def shut(self, uid: bytes) -> None:
        """Lock a vault, whatever sessions there are; no ticket reopens it, only a login."""
        vault = self.store.vault(uid)
        if vault is not None:
            vault.drop(SlotKind.TICKET)
        self.lock(uid)

    def erase(self, uid: bytes) -> None:
        """Erase everything of a user; the next compaction makes it final."""
        self.sessions.forget(uid)
        self.conversations.forget(uid)
        self.crowds.forget(uid)
        self.store.forget(uid)
        self.counts["forgotten"] += 1

    def when_durable(self, call: Call, answer: Callable[[], None]) -> None:
        """Call `answer` once what was staged for the call's user is durable; refuse the call if it cannot be."""
        self.commits.after(call.uid, call.when_durable(answer))

    def _resident(self, uid: bytes) -> Vault | None:
        attempt = self.store.prepare(uid, [Unlock(SlotKind.RESIDENT)], enrol=False)
        try:
            # Without a password there is nothing to derive at length: this may run on the loop.
            attempt.derive()
        except SecretError:
            return None
        return self.store.finish(attempt)

    def reside(self, uid: bytes, *, resident: bool) -> None:
        """Let the host key alone open a user's vault, which is open now, from the next commit on; or no longer."""
        if not resident:
            self.open_vault(uid).drop(SlotKind.RESIDENT)
            return
        attempt = self.store.prepare(uid, [Unlock(SlotKind.RESIDENT)], enrol=True)
        attempt.derive()
        self.store.finish(attempt)

    @staticmethod
    def now() -> int:
        """Return the time in seconds since 1970."""
        return int(time.time())
