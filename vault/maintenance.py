"""Maintenance: what is done to whole shards, from time to time.

Each is a generator that does a little at a step and yields how far it is, so that whoever has more to do
than this can do it in between. None commits: the caller does, now and then and at the end. Each may be cut
short at any point: the store opens as ever, and doing it again finishes it.
"""

from collections.abc import Collection, Generator, Iterator
from typing import NamedTuple, TypeVar

from ..errors import StorageError
from .addresses import Kind
from .desks import Desk
from .shards import Shard
from .surveys import expired, survey

_Result = TypeVar("_Result")
Done = tuple[int, int]  # of how much, in any unit
Steps = Generator[Done, None, _Result]


class Swept(NamedTuple):
    """What a sweep deleted: records that had expired, and records that served nothing."""

    expired: int
    stray: int


class Report(NamedTuple):
    """What a verification saw: users, and what is wrong, in words without names."""

    users: int
    problems: list[str]


def _users(shards: Collection[Shard]) -> Iterator[tuple[Shard, bytes, Done]]:
    """Yield every user, and how far that is: pins of a shard are as good as equally full."""
    total = 256 * len(shards)
    for number, shard in enumerate(shards):
        for uid in shard.backend.uids():
            yield shard, uid, (256 * number + uid[0], total)


def rehost(shards: Collection[Shard], desk: Desk) -> Steps[int]:
    """Seal keyring records and queued deposits under the newest host epoch, a user at a step.

    Returns how many did not open; they are left as they are.
    """
    keyring, damaged = desk.keyring, 0
    for shard, uid, done in _users(shards):
        stage = shard.stage
        for kind, seal in (
            (Kind.RECORD, keyring.rehost),
            (Kind.ASIDE, keyring.rehost),
            (Kind.QUEUE, keyring.rehost_queued),
        ):
            for key, value in stage.scan(uid, uid + bytes((kind,))):
                try:
                    stage.put(uid, key, seal(uid, value))
                except StorageError:
                    damaged += 1
        yield done
    return damaged


def compact(shards: Collection[Shard]) -> Steps[None]:
    """Write every file anew, one at a step."""
    for number, shard in enumerate(shards, 1):
        shard.backend.compact()
        yield number, len(shards)


def sweep(shards: Collection[Shard], desk: Desk) -> Steps[Swept]:
    """Delete what has expired, and what no keyring record knows of, a user at a step."""
    over = stray = 0
    for shard, uid, done in _users(shards):
        late = expired(shard.stage, uid, desk.today, desk.settings)
        for key in late:
            shard.stage.put(uid, key, None)
        lost = survey(shard.stage, desk.keyring, uid).stray
        for key in lost:
            shard.stage.put(uid, key, None)
        over += len(late)
        stray += len(lost)
        yield done
    return Swept(over, stray)


def verify(shards: Collection[Shard], desk: Desk) -> Steps[Report]:
    """Look at every file without LMDB, at every user without keys, at open vaults with theirs."""
    problems = [problem for shard in shards for problem in shard.backend.problems()]
    users = 0
    for shard, uid, done in _users(shards):
        users += 1
        found = survey(shard.stage, desk.keyring, uid)
        problems += found.problems
        if found.stray:
            problems.append(f"{len(found.stray)} records serve nothing")
        vault = shard.vaults.get(uid)
        if vault is not None:
            try:
                vault.stats()
            except StorageError as error:
                problems.append(str(error))
        yield done
    return Report(users, problems)
