"""LMDB files: what is refused before LMDB maps it, and what a full disk may cost."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import lmdb
import pytest

from providence.errors import ForeignStoreError, HostKeyError, IntegrityError, SecretError, StoreFullError, VersionError
from providence.storage import Environment
from providence.storage.pages import length_of
from providence.vault import VaultSettings
from providence.vault.folders import MAX_FILE_BYTES, read

World = Any
UID = bytes(16)


def fill(path: Path, count: int = 50) -> Environment:
    environment = Environment(path, 0, 2**30)
    environment.put_batch({UID: {UID + bytes([3, number]): os.urandom(8160) for number in range(count)}})
    return environment


def make(disk: World) -> Path:
    """Make a store with something in it and return the shard's file."""
    with disk.store() as store:
        disk.teach(disk.open(store), 20)
    return Path(disk.data) / f"shard-{disk.uid()[0] % 8:03}.mdb"


class TestFormat:
    def test_a_newer_format_is_a_version_error(self, disk: World) -> None:
        make(disk)
        form = disk.data / "format"
        form.write_text(form.read_text().replace("vault 1", "vault 2"))
        with pytest.raises(VersionError):
            disk.store()
        form.write_text("providence vault 2\nwhatever it says\n")
        with pytest.raises(VersionError):
            disk.store()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "something else\n",
            "providence vault 1\n",
            "providence vault 1\nshards 0\nengine 0.9\nhost " + "00" * 16 + "\n",
            "providence vault 1\nshards 257\nengine 0.9\nhost " + "00" * 16 + "\n",
            "providence vault 1\nshards 16\nengine 0.8\nhost " + "00" * 16 + "\n",
            "providence vault 1\nshards 16\nengine 0.9\nhost " + "00" * 16 + "\nmore\n",
            "providence vault 1\nshards 16\nengine 0.9\nhost \u00e9\n",
        ],
    )
    def test_a_form_that_is_not_ours_is_foreign(self, disk: World, text: str) -> None:
        make(disk)
        (disk.data / "format").write_text(text, encoding="utf-8")
        with pytest.raises(ForeignStoreError):
            disk.store()

    def test_a_format_of_256_shards_serves(self, disk: World) -> None:
        disk.data.mkdir()
        (disk.data / "format").write_text("providence vault 1\nshards 256\nengine 1.0\nhost " + "00" * 16 + "\n")
        assert (256, "1.0", bytes(16)) == read(disk.data)

    def test_a_format_that_is_too_long_is_foreign(self, disk: World) -> None:
        make(disk)
        form = disk.data / "format"
        form.write_text(form.read_text() + "\n" * MAX_FILE_BYTES)
        with pytest.raises(ForeignStoreError):
            disk.store()

    def test_a_folder_with_another_lmdb_file_is_foreign(self, disk: World) -> None:
        disk.data.mkdir()
        lmdb.open(str(disk.data / "other.mdb"), subdir=False).close()
        with pytest.raises(ForeignStoreError):
            disk.store()

    def test_a_missing_host_key_says_so(self, disk: World) -> None:
        make(disk)
        (disk.folder / "host.key").unlink()
        with pytest.raises(HostKeyError):
            type(disk.host).load(disk.folder / "host.key")


class TestDamage:
    def test_a_file_cut_short_is_refused_before_it_is_mapped(self, disk: World) -> None:
        """Unless all that is cut off are free pages: then nothing is missing."""
        shard = make(disk)
        whole, refused = shard.read_bytes(), 0
        for size in range(0, len(whole), 1000):
            shard.write_bytes(whole[:size])
            try:
                with disk.store() as store:
                    assert size == 0 or disk.open(store, enrol=False).counts(b"").spam == 20
            except (ForeignStoreError, SecretError, IntegrityError):
                refused += 1
            shard.with_suffix(".claim").unlink(missing_ok=True)
        assert refused > len(whole) / 1000 / 2

    @pytest.mark.parametrize("engine", [0, 1])
    def test_a_file_says_how_long_it_is(self, tmp_path: Path, engine: int) -> None:
        path = tmp_path / "shard.mdb"
        with lmdb.open(str(path), subdir=False, map_size=2**26, lib_version=engine) as environment:
            for number in range(100):
                with environment.begin(write=True) as writing:
                    writing.put(b"%d" % number, bytes(8000))
        assert path.stat().st_size >= length_of(path, engine) > 0
        assert 0 == length_of(path, 1 - engine)

    def test_a_value_cut_off_does_not_authenticate_and_ends_no_process(self, tmp_path: Path) -> None:
        """lmdb.verify walks the tree, and visits but the first page of a large value."""
        path = tmp_path / "shard.mdb"
        environment = Environment(path, 0, 2**30)
        environment.put_batch({UID: {UID + b"\3": b"x" * 65504}})
        environment.close()
        os.truncate(path, path.stat().st_size - 8 * 4096)
        environment = Environment(path, 0, 2**30)
        assert b"x" * 65504 != environment.get(UID + b"\3")
        environment.close()

    def test_a_file_of_something_else_is_foreign(self, disk: World) -> None:
        make(disk).write_bytes(os.urandom(100_000))
        with pytest.raises(ForeignStoreError):
            disk.store()

    def test_a_file_of_the_other_engine_is_foreign(self, tmp_path: Path) -> None:
        path = tmp_path / "shard.mdb"
        lmdb.open(str(path), subdir=False, lib_version=1).close()
        with pytest.raises(ForeignStoreError):
            Environment(path, 0, 2**30)

    def test_two_pages_that_changed_places_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "shard.mdb"
        fill(path).close()
        raw = bytearray(path.read_bytes())
        tree = [
            place for place in range(8192, len(raw), 4096) if bytes(raw[place + 10 : place + 12]) in {b"\1\0", b"\2\0"}
        ]
        first, second = tree[0], 8192 if tree[0] != 8192 else 12288
        raw[first : first + 4096], raw[second : second + 4096] = raw[second : second + 4096], raw[first : first + 4096]
        path.write_bytes(raw)
        with pytest.raises(ForeignStoreError):
            Environment(path, 0, 2**30)

    def test_a_sound_file_is_opened_after_a_sudden_end(self, tmp_path: Path) -> None:
        path = tmp_path / "shard.mdb"
        fill(path).close()
        path.with_suffix(".claim").write_bytes(b"o")
        assert len(Environment(path, 0, 2**30).scan(UID)) == 50

    def test_no_order_of_writes_makes_a_sound_file_look_damaged(self, tmp_path: Path) -> None:
        environment = Environment(tmp_path / "shard.mdb", 0, 2**30)
        sizes = (65504, 98, 8160, 1800, 4064, 32736, 300, 16352)
        for turn in range(60):
            keys = {UID + bytes([3, (turn * 7 + step) % 9]): os.urandom(sizes[(turn + step) % 8]) for step in range(4)}
            environment.put_batch({UID: {**keys, UID + bytes([3, turn % 9]): None if turn % 3 else b"small"}})
            assert environment.problems() == []
        environment.close()


class TestRoom:
    def test_a_file_grows_up_to_its_bound_and_no_further(self, tmp_path: Path) -> None:
        environment = Environment(tmp_path / "shard.mdb", 0, 2**25)
        for number in range(28):
            environment.put_batch({UID: {UID + bytes([3, number]): bytes(2**20 - 32)}})
        with pytest.raises(StoreFullError):
            environment.put_batch({UID: {UID + bytes([3, 100 + number]): bytes(2**20 - 32) for number in range(5)}})
        assert len(environment.sizes(UID)) == 28
        environment.put_batch({UID: {UID + b"\3\0": None}})
        environment.close()

    def test_a_full_disk_leaves_everything_as_it_was(self, disk: World) -> None:
        """Files may not grow past a limit: writing fails as on a full disk. In a process of its own."""
        script = Path(__file__).parent / "players" / "full_disk.py"
        with disk.store(VaultSettings(fold_every=1)) as store:
            vault = disk.open(store)
            disk.teach(vault, 20)
        child = subprocess.run(
            [sys.executable, str(script), str(disk.folder)], capture_output=True, text=True, check=False
        )
        assert child.stdout.strip() == "as it was", child.stderr
