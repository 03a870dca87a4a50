"""A thief of the data folder, with and without what else there is to steal."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from providence.errors import IntegrityError, SecretError
from providence.keyring import HostKeys, Keyring, Secret, SlotKind, Unlock

Daemon = Any  # what conftest.py says
Tools = Any

USER = "juliet@capulet.example"
SCRAM = ("sha-256", b"a server's salt", 4096)


@pytest.fixture
def stolen(make_daemon: Callable[..., Daemon], tools: Tools) -> tuple[Daemon, bytes]:
    """Return the folders of a daemon that ran, and the secret of the user in it."""
    daemon, secret = make_daemon(), os.urandom(32)
    with daemon:
        daemon.unlock(USER, secret, "scram", ticket=True)
        daemon.ask("TELL", USER, {"Label": "spam"}, tools.stanza("won a prize"))
        daemon.ask("SETTINGS", USER, {}, b'{"opening": "resident", "linger_hours": 0}')
    return daemon, secret


def record_of(daemon: Daemon) -> bytes:
    """Return the user's keyring record."""
    found: bytes = next(value for key, value in daemon.records(USER).items() if key[16:] == b"\1")
    return found


def test_the_data_folder_alone_is_shut_even_to_the_right_secret(stolen: tuple[Daemon, bytes], tmp_path: Path) -> None:
    """Not one guess can be checked: record and slot are under the host key, which lies elsewhere."""
    daemon, secret = stolen
    thief = Keyring(HostKeys.create(tmp_path / "host.keys"))
    uid = HostKeys.load(daemon.host_key).uid(USER)
    with Unlock(SlotKind.SCRAM, Secret(secret), *SCRAM) as unlock, pytest.raises(IntegrityError):
        thief.open(uid, record_of(daemon), [unlock], 0)
    with pytest.raises(IntegrityError):
        thief.envelope(uid, record_of(daemon))


def test_data_and_host_key_are_shut_without_the_secret(stolen: tuple[Daemon, bytes]) -> None:
    """Whoever took both may guess, at the price of the KDF, and nothing else; the right guess opens."""
    daemon, secret = stolen
    ring = Keyring(HostKeys.load(daemon.host_key))
    uid, stored = ring.uid(USER), record_of(daemon)
    with Unlock(SlotKind.SCRAM, Secret(os.urandom(32)), *SCRAM) as guess, pytest.raises(SecretError):
        ring.open(uid, stored, [guess], 0)
    with Unlock(SlotKind.SCRAM, Secret(secret), *SCRAM) as right:
        ring.open(uid, stored, [right], 0).lock()


def test_a_resident_vault_is_open_to_whoever_has_data_and_host_key(stolen: tuple[Daemon, bytes]) -> None:
    """A limit, and the user's own choice: no secret is asked for."""
    daemon, _ = stolen
    ring = Keyring(HostKeys.load(daemon.host_key))
    with Unlock(SlotKind.RESIDENT) as nothing:
        ring.open(ring.uid(USER), record_of(daemon), [nothing], 0).lock()


def test_who_has_the_host_key_can_ask_whether_a_user_is_there(stolen: tuple[Daemon, bytes]) -> None:
    """A limit: names are hidden from a thief of the data alone, not from one who can name them himself."""
    daemon, _ = stolen
    users = {key[:16] for key in daemon.records(USER)}
    assert {HostKeys.load(daemon.host_key).uid(USER)} == users


def test_who_is_root_while_a_vault_is_open_gets_its_keys(
    make_daemon: Callable[..., Daemon], tools: Tools, root_memory: None
) -> None:
    """A limit: the token key of an open vault lies in the worker's memory, and root reads memory."""
    with make_daemon() as daemon:
        secret = os.urandom(32)
        daemon.unlock(USER, secret, "scram")
        ring = Keyring(HostKeys.load(daemon.host_key))
        with Unlock(SlotKind.SCRAM, Secret(secret), *SCRAM) as right:
            keys = ring.open(ring.uid(USER), record_of(daemon), [right], 0)
        token_key = bytes(keys._buffer[64:96])  # noqa: SLF001 - what root would find
        keys.lock()

        assert tools.Memory(daemon.workers[0]).copies({"token key": token_key})["token key"] > 0
