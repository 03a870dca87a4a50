"""The store: all users' vaults in one data folder, of which one process has whole shards.

    with Store.open(folder, Keyring(HostKeys.load(path)), VaultSettings()) as store:
        attempt = store.prepare(uid, unlocks, enrol=True)
        attempt.derive()
        vault = store.finish(attempt)
        vault.learn(hashes, spam=True)
        store.commit()

Whatever is staged is read back at once, and durable when `commit` returns; only then may it be
acknowledged. One thread calls a store; `derive` alone may run elsewhere.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from enum import Enum
from pathlib import Path
from typing import Self, TypeVar

from ..errors import CommitError, InputError, StorageError
from ..keyring import MAX_ITEM_BYTES, Keyring, Unlock
from ..storage import Backend, Environment, Progress
from . import queues
from .addresses import Kind, of_kind, of_queued, of_record
from .attempts import Attempt, Recall, Rewrap
from .desks import Desk
from .folders import ENGINES, Format, prepare
from .maintenance import Report, Steps, Swept, compact, rehost, sweep, verify
from .settings import VaultSettings
from .shards import Group, Shard
from .vaults import Vault

_Result = TypeVar("_Result")

TOGETHER = 256  # users in one transaction of what goes through all of them
WRITERS = 8  # threads that write shards side by side: their fsyncs share the disk's


class State(Enum):
    """What there is of a user."""

    NONE = "none"
    LOCKED = "locked"
    OPEN = "open"


class Store:
    """Whole shards of a store over their backends, by number; `open` makes them from a folder."""

    def __init__(
        self,
        form: Format,
        backends: Mapping[int, Backend],
        keyring: Keyring,
        settings: VaultSettings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._form = form
        self._shards = {number: Shard(backend) for number, backend in backends.items()}
        self._desk = Desk(keyring, settings or VaultSettings(), clock)
        self._writers = ThreadPoolExecutor(WRITERS, "vault-writer")
        if self.erasing and len(self._shards) == form.shards:
            with suppress(StorageError):  # no room for it now: `erasing` goes on saying so
                self.erase()

    @classmethod
    def open(
        cls,
        folder: Path,
        keyring: Keyring,
        settings: VaultSettings | None = None,
        *,
        shards: Collection[int] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open a store, or make one in an empty folder; `shards` limits it to some of its files.

        ForeignStoreError, VersionError, HostKeyError: see `folders.prepare`. StorageError: another
        process has a shard open. An erasure that was cut short is finished first.
        """
        settings = settings or VaultSettings()
        form = prepare(folder, keyring.host.fingerprint)
        numbers = range(form.shards) if shards is None else sorted(shards)
        with ExitStack() as stack:
            backends: dict[int, Backend] = {}
            for number in numbers:
                backend = Environment(form.path(folder, number), ENGINES[form.engine], settings.shard_bytes)
                stack.callback(backend.close)
                backends[number] = backend
            store = cls(form, backends, keyring, settings, clock)
            stack.pop_all()
        return store

    def __enter__(self) -> Self:
        """Return the store, which is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Lock everything, commit and close."""
        self.close()

    def close(self) -> None:
        """Lock every vault, make everything durable and let go of the files."""
        try:
            for shard in self._shards.values():
                for vault in list(shard.vaults.values()):
                    vault.lock()
            self.commit()
        finally:
            for shard in self._shards.values():
                for vault in list(shard.vaults.values()):
                    vault.shut()
                shard.backend.close()
            self._writers.shutdown()

    def _shard(self, uid: bytes) -> Shard:
        try:
            return self._shards[self._form.shard(uid)]
        except KeyError:
            raise InputError("the user lies in another process's shard") from None

    @property
    def pending(self) -> int:
        """For how many users something is staged."""
        return sum(len(shard.stage.users) for shard in self._shards.values())

    def commit(self) -> None:
        """Make all that is staged durable: one transaction and one fsync for each shard.

        CommitError: for some users it could not be done, and for them everything is as it was at
        the last commit; a vault whose slots were to change is locked.
        """
        due = [shard for shard in self._shards.values() if shard.stage.users]
        groups = [shard.gather(self._desk.settings.fold_every) for shard in due]
        write = map if len(due) == 1 else self._writers.map
        failed: list[tuple[Group, StorageError]] = []
        for shard, group, error in zip(due, groups, write(_write, due, groups), strict=True):
            if error is None:
                shard.settle(group)
            else:
                shard.undo(group)
                failed.append((group, error))
        if failed:
            lost = frozenset(uid for group, _ in failed for uid in group.batch)
            raise CommitError(lost) from failed[0][1]

    def state(self, uid: bytes) -> State:
        """Say what there is of a user."""
        shard = self._shard(uid)
        if uid in shard.vaults:
            return State.OPEN
        return State.LOCKED if shard.stage.get(uid, of_record(uid)) is not None else State.NONE

    def vault(self, uid: bytes) -> Vault | None:
        """Return the user's vault if it is open."""
        return self._shard(uid).vaults.get(uid)

    def vaults(self) -> Iterator[Vault]:
        """Yield all open vaults."""
        for shard in self._shards.values():
            yield from list(shard.vaults.values())

    def prepare(self, uid: bytes, unlocks: Sequence[Unlock], *, enrol: bool) -> Attempt:
        """Begin to open a vault; see `attempts`.

        IntegrityError, VersionError: a keyring record is not what was stored for this user, or newer.
        """
        return Attempt(self._desk, self._shard(uid), uid, unlocks, enrol=enrol)

    def recall(self, uid: bytes, unlocks: Sequence[Unlock]) -> Recall:
        """Begin to bring back a vault that was set aside."""
        return Recall(self._desk, self._shard(uid), uid, unlocks)

    def rewrap(self, uid: bytes, unlocks: Sequence[Unlock]) -> Rewrap:
        """Begin to follow a new password while the vault is open."""
        return Rewrap(self._desk, uid, unlocks)

    def finish(self, attempt: Attempt | Recall | Rewrap) -> Vault:
        """Do what was derived and return the open vault; durable after the next commit.

        BusyError: the vault changed since `prepare`, try again. LockedError: it must be open.
        IntegrityError: its journal is not what was stored.
        """
        return attempt.finish(self._shard(attempt.uid))

    def deposit(self, uid: bytes, kind: int, plain: bytes) -> bool:
        """Seal something to a locked user; `kind` is 0 to 255 and for the user of the store to define.

        False: there is no such user, or no room left. Durable after the next commit.
        """
        shard, settings = self._shard(uid), self._desk.settings
        record = shard.stage.get(uid, of_record(uid))
        if record is None:
            return False
        if len(plain) > MAX_ITEM_BYTES - queues.HEAD.size:
            raise InputError(f"a deposit has at most {MAX_ITEM_BYTES - queues.HEAD.size} bytes")
        envelope = self._desk.keyring.envelope(uid, record)
        sizes = shard.stage.sizes(uid, of_kind(uid, Kind.QUEUE, envelope.vid))
        if len(sizes) >= settings.queue_items:
            return False
        address = of_queued(uid, envelope.vid, self._desk.hour)
        sealed = queues.seal(envelope, address, self._desk.clock(), kind, plain)
        if sum(sizes.values()) + len(sealed) > settings.queue_bytes:
            return False
        shard.stage.put(uid, address, sealed)
        return True

    def forget(self, uid: bytes) -> None:
        """Delete everything of a user; durable after the next commit.

        Traces stay in the files until `erase`; what is learnt meanwhile overwrites only some.
        """
        shard = self._shard(uid)
        vault = shard.vaults.get(uid)
        if vault is not None:
            vault.shut()
        shard.stage.discard(uid, uid)

    @property
    def erasing(self) -> bool:
        """Whether an erasure has begun and not ended: two epochs of the host key are about."""
        return len(self._desk.keyring.host.epochs) > 1

    def erase(self, progress: Progress | None = None) -> None:
        """Make deletion real: after this no copy of what was deleted before can be opened.

        A new host epoch, every keyring record and queued deposit sealed under it, every file
        written anew, the old epoch destroyed. Cut short at any point it is done again at the next
        opening. The process must have all shards; several processes do `rotate` and
        `compact` each, and one of them `retire`.
        """
        if not self.erasing:
            self._desk.keyring.host.rotate()
        self.rotate(progress)
        self.compact(progress)
        self.retire()

    def rotate(self, progress: Progress | None = None) -> int:
        """Seal what lies in these shards under the newest epoch; return how much did not open."""
        return self._run(self.rotating(), progress)

    def rotating(self) -> Steps[int]:
        """Do the same in steps, for who has more to do: they commit nothing, and there must be nothing to commit."""
        return rehost(self._shards.values(), self._desk)

    def compact(self, progress: Progress | None = None) -> None:
        """Write every file of these shards anew, without what was deleted."""
        self._run(self.compacting(), progress)

    def compacting(self) -> Steps[None]:
        """Do the same in steps; what is staged and not committed has no part in it."""
        return compact(self._shards.values())

    def retire(self) -> None:
        """Destroy the host epoch before the newest: after `rotate` and `compact` of all shards."""
        self._desk.keyring.host.retire()

    def sweep(self, progress: Progress | None = None) -> Swept:
        """Delete what has expired and what serves nothing; commits on its way."""
        return self._run(self.sweeping(), progress)

    def sweeping(self) -> Steps[Swept]:
        """Do the same in steps, which commit nothing."""
        return sweep(self._shards.values(), self._desk)

    def verify(self, progress: Progress | None = None) -> Report:
        """Look at every file and every user; changes nothing but that it commits."""
        return self._run(self.verifying(), progress)

    def verifying(self) -> Steps[Report]:
        """Do the same in steps."""
        return verify(self._shards.values(), self._desk)

    def _run(self, steps: Steps[_Result], progress: Progress | None) -> _Result:
        """Take every step, committing first, now and then, and at the end."""
        self.commit()
        taken = total = 0
        while True:
            try:
                done, total = next(steps)
            except StopIteration as end:
                self.commit()
                if progress:
                    progress(total, total)
                result: _Result = end.value
                return result
            taken += 1
            if taken % TOGETHER == 0:
                self.commit()
            if progress:
                progress(done, total)


def _write(shard: Shard, group: Group) -> StorageError | None:
    try:
        shard.backend.put_batch(group.batch)
    except StorageError as error:
        return error
    return None
