from typing import Any

import pytest

from providence.errors import InputError, SettingsError
from providence.keyring import HASHES, KeyringSettings, Secret, SlotKind, Unlock
from providence.keyring.derivation import LANES, MEMORY_KIB, PASSES
from providence.keyring.settings import TICKET_DAYS
from providence.keyring.unlocks import MAX_ITERATIONS, MAX_PASSWORD_BYTES, MAX_SALT_BYTES


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SlotKind.PASSWORD, 1, 0),
        (SlotKind.PASSWORD, MAX_PASSWORD_BYTES, MAX_PASSWORD_BYTES + 1),
        (SlotKind.TICKET, 32, 31),
        (SlotKind.TICKET, 32, 33),
        (SlotKind.RECOVERY, 20, 19),
        (SlotKind.RECOVERY, 20, 21),
        (SlotKind.RESIDENT, 0, 1),
    ],
)
def test_the_length_of_a_secret_is_bounded(kind: SlotKind, good: int, bad: int) -> None:
    assert good == len(Unlock(kind, Secret(good)).secret)
    with pytest.raises(InputError):
        Unlock(kind, Secret(bad))


@pytest.mark.parametrize("name", HASHES[1:])
@pytest.mark.parametrize("salt", [b"s", b"s" * MAX_SALT_BYTES])
@pytest.mark.parametrize("iterations", [1, MAX_ITERATIONS])
def test_scram_goes_to_its_bounds(name: str, salt: bytes, iterations: int) -> None:
    assert (SlotKind.SCRAM, name) == Unlock(SlotKind.SCRAM, Secret(32), name, salt, iterations).name


@pytest.mark.parametrize(
    ("length", "name", "salt", "iterations"),
    [
        (31, "sha-1", b"s", 1),
        (33, "sha-1", b"s", 1),
        (32, "", b"s", 1),
        (32, "SHA-1", b"s", 1),
        (32, "sha-1", b"", 1),
        (32, "sha-1", b"s" * (MAX_SALT_BYTES + 1), 1),
        (32, "sha-1", b"s", 0),
        (32, "sha-1", b"s", MAX_ITERATIONS + 1),
    ],
)
def test_scram_is_refused_past_its_bounds(length: int, name: str, salt: bytes, iterations: int) -> None:
    with pytest.raises(InputError):
        Unlock(SlotKind.SCRAM, Secret(length), name, salt, iterations)


def test_what_is_not_scram_has_no_hash() -> None:
    with pytest.raises(InputError):
        Unlock(SlotKind.TICKET, Secret(32), "sha-1")


def test_an_unlock_is_wiped_after_its_block() -> None:
    with Unlock(SlotKind.TICKET, Secret(b"t" * 32)) as unlock:
        view = unlock.secret.view()

    assert bytes(32) == view


@pytest.mark.parametrize(
    ("name", "bounds"),
    [("memory_kib", MEMORY_KIB), ("passes", PASSES), ("lanes", LANES), ("ticket_days", TICKET_DAYS)],
)
def test_settings_go_to_their_bounds_and_not_past(name: str, bounds: range) -> None:
    make: Any = KeyringSettings
    for good in (bounds[0], bounds[-1]):
        assert good == getattr(make(**{name: good}), name)
    for bad in (bounds[0] - 1, bounds[-1] + 1):
        with pytest.raises(SettingsError):
            make(**{name: bad})


def test_the_kdf_is_one_of_two() -> None:
    with pytest.raises(SettingsError):
        KeyringSettings(kdf="pbkdf2")
