"""Maintenance: what is done to whole shards, from time to time.

Each may be cut short at any point: the store opens as ever, and doing it again finishes it.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from ..errors import StorageError
from .addresses import Kind
from .backends import Progress
from .desks import Desk
from .shards import Shard
from .surveys import expired, survey

Commit = Callable[[], None]
TOGETHER = 256  # users in one transaction


class Swept(NamedTuple):
    """What a sweep deleted: records that had expired, and records that served nothing."""

    expired: int
    stray: int


class Report(NamedTuple):
    """What a verification saw: users, and what is wrong, in words without names."""

    users: int
    problems: list[str]


def _users(shards: Collection[Shard], progress: Progress | None) -> Iterator[tuple[Shard, bytes]]:
    """Yield every user, telling how far it is: pins of a shard are as good as equally full."""
    total = 256 * len(shards)
    for number, shard in enumerate(shards):
        for uid in shard.backend.uids():
            yield shard, uid
            if progress:
                progress(256 * number + uid[0], total)
    if progress:
        progress(total, total)


def rehost(shards: Collection[Shard], desk: Desk, commit: Commit, progress: Progress | None) -> int:
    """Seal keyring records and queued deposits under the newest host epoch.

    Returns how many did not open; they are left as they are.
    """
    keyring, damaged = desk.keyring, 0
    for shard, uid in _steps(shards, commit, progress):
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
    return damaged


def compact(shards: Collection[Shard], progress: Progress | None) -> None:
    """Write every file anew."""
    for number, shard in enumerate(shards, 1):
        shard.backend.compact()
        if progress:
            progress(number, len(shards))


def sweep(shards: Collection[Shard], desk: Desk, commit: Commit, progress: Progress | None) -> Swept:
    """Delete what has expired, and what no keyring record knows of."""
    over = stray = 0
    for shard, uid in _steps(shards, commit, progress):
        late = expired(shard.stage, uid, desk.today, desk.settings)
        for key in late:
            shard.stage.put(uid, key, None)
        lost = survey(shard.stage, desk.keyring, uid).stray
        for key in lost:
            shard.stage.put(uid, key, None)
        over += len(late)
        stray += len(lost)
    return Swept(over, stray)


def verify(shards: Collection[Shard], desk: Desk, progress: Progress | None) -> Report:
    """Look at every file without LMDB, at every user without keys, at open vaults with theirs."""
    problems = [problem for shard in shards for problem in shard.backend.problems()]
    users = 0
    for shard, uid in _users(shards, progress):
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
    return Report(users, problems)


def _steps(shards: Collection[Shard], commit: Commit, progress: Progress | None) -> Iterator[tuple[Shard, bytes]]:
    """Yield every user, committing what the caller stages from time to time and at the end."""
    for number, step in enumerate(_users(shards, progress)):
        yield step
        if number % TOGETHER == TOGETHER - 1:
            commit()
    commit()
