"""`verify` and `compact`, with a daemon and without."""

from pathlib import Path
from typing import Any

import pytest

from providence.daemon.tenancy import occupy
from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import Store

SmallDaemon = Any  # what conftest.py says
Providence = Any

CHEAP = KeyringSettings(kdf="hkdf")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return settings whose data folder holds a store with one user."""
    file = tmp_path / "providence.toml"
    file.write_text(f'[folders]\ndata = "{tmp_path}/data"\nhost_key = "{tmp_path}/host.keys"\n')
    keyring = Keyring(HostKeys.create(tmp_path / "host.keys"), CHEAP)
    with Store.open(tmp_path / "data", keyring) as store:
        unlock = Unlock(SlotKind.SCRAM, Secret.take(bytearray(range(32))), "sha-256", b"salt", 4096)
        attempt = store.prepare(keyring.uid("romeo@montague.example"), [unlock], enrol=True)
        attempt.derive()
        store.finish(attempt)
        store.commit()
    return file


def test_a_sound_store_is_verified_through_the_daemon(daemon: SmallDaemon, providence: Providence) -> None:
    outcome = providence("verify", "--json")

    assert (outcome.code, outcome.json()) == (0, {"users": 3, "problems": []})
    assert [verb for verb, _, _ in daemon.heard] == ["VERIFY"]


def test_a_damaged_store_is_an_exit_code(daemon: SmallDaemon, providence: Providence) -> None:
    daemon.problems.append("the journal is cut short")

    outcome = providence("verify")

    assert outcome.code == 6
    assert outcome.out == "3 users, 1 problems\nthe journal is cut short\n"


def test_the_daemon_compacts(daemon: SmallDaemon, providence: Providence) -> None:
    assert providence("compact", "--json").json() == {"state": "compacted"}
    assert [verb for verb, _, _ in daemon.heard] == ["COMPACT"]


def test_without_a_daemon_the_data_folder_is_verified(providence: Providence, config: Path) -> None:
    outcome = providence("verify", "--config", config, "--json")

    assert (outcome.code, outcome.json()) == (0, {"users": 1, "problems": []})


def test_without_a_daemon_the_data_folder_is_compacted(providence: Providence, config: Path, tmp_path: Path) -> None:
    before = HostKeys.load(tmp_path / "host.keys").epochs

    assert providence("compact", "--config", config).code == 0

    assert HostKeys.load(tmp_path / "host.keys").epochs == (before[0] + 1,)
    assert providence("verify", "--config", config, "--json").json() == {"users": 1, "problems": []}


def test_a_folder_in_use_is_left_alone(providence: Providence, config: Path, tmp_path: Path) -> None:
    with occupy(tmp_path / "data"):
        outcome = providence("verify", "--config", config)

    assert outcome.code == 9
    assert outcome.err.startswith("error: another process uses the data folder\n")


def test_without_a_daemon_and_a_store_there_is_nothing_to_do(providence: Providence) -> None:
    outcome = providence("compact")

    assert outcome.code == 3
    assert "there is no daemon and no store" in outcome.err


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"host.keys": b""}, 7),
        ({"data/format": b"providence vault 99\n"}, 6),
        ({"data/format": b"something else\n"}, 6),
        ({"data/shard-000.mdb": b"no LMDB" * 1000}, 6),
    ],
)
def test_what_cannot_be_opened_has_its_exit_code(
    providence: Providence, config: Path, content: dict[str, bytes], code: int
) -> None:
    for name, data in content.items():
        (config.parent / name).write_bytes(data)

    outcome = providence("verify", "--config", config)

    assert outcome.code == code
    assert outcome.err.startswith("error: ")
    assert "unexpected" not in outcome.err


def test_a_missing_host_key_has_its_exit_code(providence: Providence, config: Path, tmp_path: Path) -> None:
    (tmp_path / "host.keys").unlink()

    assert providence("verify", "--config", config).code == 7
