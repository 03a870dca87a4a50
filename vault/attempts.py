"""Attempts: from a login's secrets to an open vault, in three steps.

    attempt = store.prepare(uid, unlocks, enrol=True)     reads; on the store's thread
    attempt.derive()                                      dear, no I/O; on any thread
    vault = store.finish(attempt)                         stages; on the store's thread

`enrol` says that the server vouches for this login. Then, by what is known of the user:

* a secret fits: the vault opens, and further unlocks that no slot knows yet get one;
* there is no vault: one is made, which every unlock opens;
* no slot knows the unlocks, and the vault is open in another session: they are enrolled, each
  in place of the slot of its kind and hash;
* no slot knows the unlocks, and the vault is closed: the password was changed behind our back. The
  vault is set aside for a grace time, and a fresh one is made;
* a slot knows an unlock and does not open: SecretError, and nothing changes. Only a password's slot bears no
  mark of what it was made of: a password that does not fit is one that no slot knows.

Without `enrol` only a secret that fits opens; all else is one SecretError, after the same work.
"""

from collections.abc import Sequence

from ..errors import BusyError, LockedError, SecretError
from ..keyring import Keys, SlotKind, Unlock, Wrapper
from .addresses import OWNED, Aside, of_aside, of_asides, of_kind, of_record, to_aside
from .desks import Desk
from .shards import Shard
from .surveys import vaults_of
from .vaults import Vault

MAX_ASIDES = 4  # set-aside vaults a user may have; the oldest goes first
ENROLLED = {SlotKind.PASSWORD, SlotKind.SCRAM, SlotKind.RESIDENT}


class Attempt:
    """One attempt to open a vault; who gave the unlocks wipes them after `derive`."""

    def __init__(self, desk: Desk, shard: Shard, uid: bytes, unlocks: Sequence[Unlock], *, enrol: bool) -> None:
        self.uid = uid
        self._desk = desk
        self._today = desk.today
        self._unlocks = unlocks
        self._enrol = enrol
        self._record = shard.stage.get(uid, of_record(uid))
        vaults_of(shard.stage, desk.keyring, uid)
        self._was_open = uid in shard.vaults
        self._keys: Keys | None = None
        self._wrappers: list[Wrapper] = []
        self._fresh = False

    def derive(self) -> None:
        """Find out what the unlocks are good for.

        SecretError: they open nothing. IntegrityError, VersionError: the keyring record is not what
        was stored for this user, or newer.
        """
        keyring = self._desk.keyring
        if self._record is None:
            self._create()
            return
        envelope = keyring.envelope(self.uid, self._record)
        unknown = [unlock for unlock in self._unlocks if not envelope.matches(unlock)]
        try:
            self._keys = keyring.open(self.uid, self._record, self._unlocks, self._today)
        except SecretError:
            unknown += [each for each in self._unlocks if each.kind is SlotKind.PASSWORD and envelope.matches(each)]
            if len(unknown) < len(self._unlocks):
                raise
            if not self._was_open:
                self._create()
                return
            unknown = self._enrollable(unknown)
        if self._enrol:
            unknown = [unlock for unlock in unknown if unlock.kind in ENROLLED]
            if unknown:
                self._wrappers = keyring.prepare(self.uid, unknown, self._today)

    def _create(self) -> None:
        unlocks = self._enrollable(self._unlocks)
        self._keys = self._desk.keyring.create(self.uid, unlocks, self._today)
        self._fresh = True

    def _enrollable(self, unlocks: Sequence[Unlock]) -> list[Unlock]:
        """Choose the unlocks a server can vouch for; without any, refuse as for an unknown user."""
        chosen = [unlock for unlock in unlocks if unlock.kind in ENROLLED]
        if not (self._enrol and chosen):
            if self._record is None:
                self._desk.keyring.refuse(self._unlocks, self._today)
            raise SecretError("no slot opens with this secret")
        return chosen

    def finish(self, shard: Shard) -> Vault:
        """Open the vault, or make it; what is new is durable after the next commit."""
        vault = shard.vaults.get(self.uid)
        if vault is not None:
            self._leave(vault)
            return vault
        keys, self._keys = self._keys, None
        if keys is None or shard.stage.get(self.uid, of_record(self.uid)) != self._record:
            if keys is not None:
                keys.lock()
            raise BusyError("the vault changed meanwhile")
        if self._fresh and self._record is not None:
            self._set_aside(shard, self._record)
        vault = Vault(self._desk, shard.stage, shard.vaults, keys)
        try:
            vault.reload()
            if self._wrappers:
                vault.add(self._wrappers)
            elif self._fresh:
                vault.rekey()
        except BaseException:
            vault.shut()
            raise
        return vault

    def _leave(self, vault: Vault) -> None:
        """Only enrol what is new: the vault is open already."""
        if self._keys is not None:
            self._keys.lock()
        if self._fresh:
            raise BusyError("the vault changed meanwhile")
        if self._wrappers:
            vault.add(self._wrappers)

    def _set_aside(self, shard: Shard, record: bytes) -> None:
        stage, uid = shard.stage, self.uid
        asides = [to_aside(key) for key, _ in stage.scan(uid, of_asides(uid))]
        for aside in asides[: max(0, len(asides) + 1 - MAX_ASIDES)]:
            stage.put(uid, of_aside(uid, aside), None)
            for kind in OWNED:
                stage.discard(uid, of_kind(uid, kind, aside.vid))
        vid = self._desk.keyring.envelope(uid, record).vid
        stage.put(uid, of_aside(uid, Aside(self._today, vid)), record)


class Recall:
    """An attempt to bring back a vault that was set aside; the user's vault must be open.

    It is derived and finished as an Attempt is. SecretError: the unlocks open none of them.
    """

    def __init__(self, desk: Desk, shard: Shard, uid: bytes, unlocks: Sequence[Unlock]) -> None:
        self.uid = uid
        self._desk = desk
        self._unlocks = unlocks
        self._asides = shard.stage.scan(uid, of_asides(uid))[::-1]
        self._keys: Keys | None = None
        self._key = b""

    def derive(self) -> None:
        """Try the set-aside vaults, the latest first."""
        keyring, today = self._desk.keyring, self._desk.today
        for key, record in self._asides:
            try:
                self._keys = keyring.open(self.uid, record, self._unlocks, today)
            except SecretError:
                continue
            self._key = key
            return
        keyring.refuse(self._unlocks, today)

    def finish(self, shard: Shard) -> Vault:
        """Put the old vault in place of the one that is open; durable after the next commit."""
        vault = shard.vaults.get(self.uid)
        keys, self._keys = self._keys, None
        if keys is None or vault is None or shard.stage.get(self.uid, self._key) is None:
            if keys is not None:
                keys.lock()
            raise LockedError("the vault was locked meanwhile")
        vault.adopt(keys)
        shard.stage.put(self.uid, self._key, None)
        return vault


class Rewrap:
    """A new password for an open vault: its slots are derived aside, and changed at once."""

    def __init__(self, desk: Desk, uid: bytes, unlocks: Sequence[Unlock]) -> None:
        self.uid = uid
        self._desk = desk
        self._unlocks = unlocks
        self._wrappers: list[Wrapper] = []

    def derive(self) -> None:
        """Prepare a slot for each unlock."""
        keyring, today = self._desk.keyring, self._desk.today
        self._wrappers = keyring.prepare(self.uid, self._unlocks, today)

    def finish(self, shard: Shard) -> Vault:
        """Change the slots; durable after the next commit. LockedError: the vault is not open."""
        vault = shard.vaults.get(self.uid)
        if vault is None or not self._wrappers:
            raise LockedError("the vault is locked")
        vault.rewrap(self._wrappers)
        return vault
