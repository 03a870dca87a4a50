"""What may be seen from outside: sizes out of a small set, and nothing in clear."""

import ctypes
from pathlib import Path
from typing import Any

import lmdb

from providence.storage import Environment

World = Any
SIZES = {
    1: {1264},
    3: {4064, 8160, 16352, 32736, 65504},
    4: {164, 292},
    5: {2 + 32 + 2**power for power in range(6, 20)},
    6: {84 + 2**power for power in range(6, 20)},
}


def test_all_records_of_a_kind_have_one_of_a_few_sizes(shelf: World) -> None:
    with shelf.store() as store:
        for number in range(40):
            vault = shelf.open(store, f"user{number}")
            for message in range(number):
                words = (f"{message}/{word}" for word in range(number + 3))
                vault.learn(shelf.hashes(*words), spam=True)
            vault.items.put(b"box", b"1", bytes(number**2))
            store.commit()
            vault.lock()
            store.deposit(shelf.uid(f"user{number}"), 1, bytes(number**2))
    seen: dict[int, set[int]] = {}
    for key, value in shelf.records.items():
        seen.setdefault(key[16], set()).add(len(value))
    for kind, sizes in seen.items():
        if kind == 1:
            assert 1 == len(sizes)
        else:
            assert sizes <= SIZES[kind], kind


def test_trainings_of_different_messages_look_alike(shelf: World) -> None:
    with shelf.store() as store:
        vault = shelf.open(store)
        for count in (0, 1, 31, 32):
            vault.learn(shelf.hashes(*(f"{count}/{word}" for word in range(count))), spam=bool(count % 2))
        store.commit()
        assert 1 == len({len(value) for key, value in shelf.records.items() if key[16] == 4})
        vault.lock()


def test_no_hash_no_bucket_and_no_item_is_found_in_the_files(disk: World) -> None:
    hashes = disk.hashes(*(f"canary {number}" for number in range(60)))
    with disk.store() as store:
        vault = disk.open(store)
        ids = vault.keys.blind(hashes)
        for _ in range(20):
            vault.learn(hashes, spam=True)
        vault.items.put(b"box", b"1", b"canary in an item")
        store.commit()
        vault.learn(hashes, spam=True)
        store.commit()
        files = b"".join(path.read_bytes() for path in disk.data.iterdir())
        vault.lock()
        store.commit()
        files += b"".join(path.read_bytes() for path in disk.data.iterdir())
    canaries = [hashes[start : start + 16] for start in range(0, len(hashes), 16)]
    canaries += [bytes(memoryview(ids)[start : start + 2].cast("B")) for start in range(0, len(ids), 2)]
    canaries += [b"canary", b"romeo", b"montague"]
    assert [] == [canary for canary in canaries if canary in files]


def soil(canary: bytes) -> None:
    """Leave a canary in memory that is free."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    blocks = [libc.malloc(4096 + 16) for _ in range(2000)]
    for block in blocks:
        ctypes.memmove(block, canary * 200, 4000)
    for block in blocks:
        libc.free(ctypes.c_void_p(block))


def test_what_lies_in_freed_memory_is_not_written_to_the_file(tmp_path: Path) -> None:
    """The control beside it has LMDB's meminit off, and the canary goes to the disk."""
    canary = b"canary from the heap"
    values = {bytes(16) + bytes([3, number]): bytes(300 + 20 * number) for number in range(200)}
    path, control = tmp_path / "shard.mdb", tmp_path / "control.mdb"
    environment = Environment(path, 0, 2**30)
    with lmdb.open(str(control), subdir=False, map_size=2**26, meminit=False) as careless:
        soil(canary)
        for key, value in values.items():
            environment.put_batch({bytes(16): {key: value}})
        soil(canary)
        for key, value in values.items():
            with careless.begin(write=True) as writing:
                writing.put(key, value)
    environment.close()
    assert 0 == path.read_bytes().count(canary)
    assert 0 < control.read_bytes().count(canary)


def test_nothing_of_a_vault_shows_its_user(disk: World) -> None:
    with disk.store() as store:
        vault = disk.open(store)
        assert ("<Vault>", "<Vault>") == (repr(vault), str(vault))
