"""What is deleted is gone: from the files, and from every copy of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.errors import IntegrityError
from providence.keyring import HostKeys, Keyring
from providence.storage import Environment

World = Any
PIECE = 16  # bytes of ciphertext that nothing else has


def records(store: Any, uid: bytes) -> dict[bytes, bytes]:
    return dict(store._shard(uid).backend.scan(uid))  # noqa: SLF001 - what lies on the disk is what this is about


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def pieces(value: bytes) -> Iterator[bytes]:
    """Cut a value into pieces without its public head."""
    for start in range(20, len(value) - PIECE, PIECE):
        yield value[start : start + PIECE]


def live(world: World, store: Any, name: str) -> dict[bytes, bytes]:
    """Let a user live a while and return the records as they are at the end."""
    vault = store.vault(world.uid(name)) or world.open(store, name)
    for round_ in range(4):
        world.teach(vault, 5, start=5 * round_)
        vault.items.put(b"box", b"%d" % round_, b"kept")
        store.commit()
    vault.lock()
    store.deposit(world.uid(name), 1, b"deposit")
    store.commit()
    return records(store, world.uid(name))


def test_of_an_erased_user_no_byte_is_left_in_the_files(disk: World) -> None:
    with disk.store() as store:
        erased, kept = live(disk, store, "romeo"), live(disk, store, "juliet")
        before = bytes_of(disk.data)
        assert all(piece in before for value in erased.values() for piece in pieces(value))
        store.forget(disk.uid("romeo"))
        store.erase()
        after = bytes_of(disk.data)
        assert disk.uid("romeo") not in after
        assert not any(piece in after for value in erased.values() for piece in pieces(value))
        tables = [value for key, value in kept.items() if key[16] == 3]
        assert all(piece in after for value in tables for piece in pieces(value))
        assert 20 == disk.open(store, "juliet", enrol=False).counts(b"").spam


def test_forgetting_alone_leaves_traces_and_that_is_why_there_is_an_erasure(disk: World) -> None:
    with disk.store() as store:
        erased = live(disk, store, "romeo")
        store.forget(disk.uid("romeo"))
        store.commit()
        after = bytes_of(disk.data)
        assert any(piece in after for value in erased.values() for piece in pieces(value))


def test_an_older_copy_of_the_data_does_not_open_with_the_old_secret(disk: World) -> None:
    with disk.store() as store:
        live(disk, store, "romeo")
    copy = disk.folder / "stolen"
    shutil.copytree(disk.data, copy)
    shutil.copy(disk.folder / "host.key", disk.folder / "old.key")
    with disk.store() as store:
        store.forget(disk.uid("romeo"))
        store.erase()
    stolen = disk.store
    disk.data = copy
    with stolen() as store, pytest.raises(IntegrityError):
        disk.open(store, "romeo", enrol=False)
    # With the old host key it opens: that file is the one thing an erasure must reach.
    disk.keyring = Keyring(HostKeys.load(disk.folder / "old.key"), disk.keyring.settings)
    with disk.store() as store:
        assert 20 == disk.open(store, "romeo", enrol=False).counts(b"").spam


def test_the_overwritten_host_key_is_not_in_the_new_one(disk: World) -> None:
    old = (disk.folder / "host.key").read_bytes()
    with disk.store() as store:
        store.erase()
    new = (disk.folder / "host.key").read_bytes()
    wrap_key = old[44:76]
    assert any(wrap_key)
    assert wrap_key not in new


class CrashError(Exception):
    """The process ended here."""


@pytest.mark.parametrize("step", range(24))
def test_an_erasure_cut_short_at_any_step_is_finished_at_the_next_opening(
    disk: World, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Every write of a shard, every compaction and the end of the old epoch is a step."""
    with disk.store() as store:
        live(disk, store, "romeo")
        live(disk, store, "juliet")
    left = [step]

    def stumble(owner: type, name: str) -> None:
        act = getattr(owner, name)

        def first(self: Any, *args: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise CrashError
            return act(self, *args)

        monkeypatch.setattr(owner, name, first)

    stumble(Environment, "put_batch")
    stumble(Environment, "compact")
    stumble(HostKeys, "rotate")
    stumble(HostKeys, "retire")
    store = disk.store()
    try:
        store.forget(disk.uid("romeo"))
        store.erase()
    except CrashError:
        pass
    finally:
        for shard in store._shards.values():  # noqa: SLF001 - the process is gone, its locks with it
            shard.backend.abandon()
    monkeypatch.undo()
    disk.host = HostKeys.load(disk.folder / "host.key")
    disk.keyring = Keyring(disk.host, disk.keyring.settings)
    with disk.store() as store:
        assert not store.erasing
        assert [] == store.verify().problems
        assert 20 == disk.open(store, "juliet", enrol=False).counts(b"").spam
