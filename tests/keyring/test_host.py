import os
from pathlib import Path

import pytest

from providence.errors import HostKeyError, IntegrityError, VersionError
from providence.keyring import HostKeys, Keyring, Keys
from providence.keyring.host import FILE_BYTES


def path_of(folder: Path) -> Path:
    return folder / "host.key"


def test_a_host_key_is_the_same_after_loading(tmp_path: Path, host: HostKeys) -> None:
    again = HostKeys.load(path_of(tmp_path))

    assert host.fingerprint == again.fingerprint
    assert host.uid("a@b.example") == again.uid("a@b.example")
    assert again.epochs == (1,)


def test_only_the_owner_may_read_the_file(tmp_path: Path, host: HostKeys) -> None:
    assert host
    assert path_of(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_file_that_others_may_open_is_refused(tmp_path: Path, host: HostKeys, mode: int) -> None:
    assert host
    path_of(tmp_path).chmod(mode)

    with pytest.raises(HostKeyError):
        HostKeys.load(path_of(tmp_path))


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_file_of_the_owner_alone_is_taken(tmp_path: Path, host: HostKeys, mode: int) -> None:
    path_of(tmp_path).chmod(mode)

    assert host.fingerprint == HostKeys.load(path_of(tmp_path)).fingerprint


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError):
        HostKeys.load(tmp_path / "none")


def test_a_folder_or_pipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError):
        HostKeys.load(tmp_path)


def test_a_host_key_is_never_overwritten(tmp_path: Path, host: HostKeys) -> None:
    with pytest.raises(HostKeyError):
        HostKeys.create(path_of(tmp_path))

    assert host.fingerprint == HostKeys.load(path_of(tmp_path)).fingerprint


def test_a_newer_file_is_a_version_error(tmp_path: Path, host: HostKeys) -> None:
    assert host
    content = bytearray(path_of(tmp_path).read_bytes())
    content[3] += 1
    path_of(tmp_path).write_bytes(content)

    with pytest.raises(VersionError):
        HostKeys.load(path_of(tmp_path))


def test_a_flip_of_any_byte_is_noticed(tmp_path: Path, host: HostKeys) -> None:
    assert host
    content = path_of(tmp_path).read_bytes()
    for place in range(FILE_BYTES):
        flipped = bytearray(content)
        flipped[place] ^= 1
        path_of(tmp_path).write_bytes(flipped)
        with pytest.raises((HostKeyError, VersionError)):
            HostKeys.load(path_of(tmp_path))


@pytest.mark.parametrize("length", [0, 3, FILE_BYTES - 1, FILE_BYTES + 1, 100_000])
def test_a_file_of_another_length_is_refused(tmp_path: Path, host: HostKeys, length: int) -> None:
    assert host
    content = path_of(tmp_path).read_bytes() + bytes(100_000)
    path_of(tmp_path).write_bytes(content[:length])

    with pytest.raises(HostKeyError):
        HostKeys.load(path_of(tmp_path))


def test_a_uid_begins_with_the_pin_and_says_no_name(host: HostKeys) -> None:
    uid = host.uid("juliet@capulet.example")

    assert len(uid) == 16
    assert uid[0] == host.pin("juliet@capulet.example") == host.pinner()("juliet@capulet.example")
    assert uid != host.uid("romeo@montague.example")


def test_pins_are_spread(host: HostKeys) -> None:
    pins = {host.pin(f"user{number}@capulet.example") for number in range(4000)}

    assert len(pins) == 256


def test_two_hosts_name_a_user_differently(tmp_path: Path, host: HostKeys) -> None:
    other = HostKeys.create(tmp_path / "other" / "host.key")

    assert host.uid("a@b.example") != other.uid("a@b.example")
    assert host.fingerprint != other.fingerprint


def test_records_of_an_epoch_open_until_it_is_retired(host: HostKeys, ring: Keyring, keys: Keys) -> None:
    old = keys.record()
    host.rotate()
    moved = ring.rehost(keys.uid, old)

    assert host.epochs == (2, 1)
    assert keys.vid == ring.envelope(keys.uid, old).vid == ring.envelope(keys.uid, moved).vid
    host.retire()
    assert keys.vid == ring.envelope(keys.uid, moved).vid
    with pytest.raises(IntegrityError):
        ring.envelope(keys.uid, old)


def test_a_rotation_is_on_disk_and_so_is_its_end(tmp_path: Path, host: HostKeys) -> None:
    host.rotate()
    assert HostKeys.load(path_of(tmp_path)).epochs == (2, 1)

    host.retire()
    assert HostKeys.load(path_of(tmp_path)).epochs == (2,)


def test_a_second_rotation_waits_for_the_first(host: HostKeys) -> None:
    host.rotate()

    with pytest.raises(HostKeyError):
        host.rotate()


def test_the_retired_key_is_overwritten_before_its_blocks_are_freed(tmp_path: Path, host: HostKeys) -> None:
    host.rotate()
    witness = tmp_path / "witness"
    os.link(path_of(tmp_path), witness)
    host.retire()

    assert bytes(FILE_BYTES) == witness.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["host.key", "witness"]


def test_retiring_cleans_up_what_a_crash_left(tmp_path: Path, host: HostKeys) -> None:
    left = tmp_path / "host.key.old"
    left.write_bytes(path_of(tmp_path).read_bytes())
    witness = tmp_path / "witness"
    os.link(left, witness)
    host.retire()

    assert not left.exists()
    assert bytes(FILE_BYTES) == witness.read_bytes()
    assert host.fingerprint == HostKeys.load(path_of(tmp_path)).fingerprint


def test_a_folder_that_cannot_be_written_leaves_the_epochs(tmp_path: Path, host: HostKeys) -> None:
    path_of(tmp_path).unlink()

    with pytest.raises(HostKeyError):
        host.rotate()
    assert host.epochs == (1,)
