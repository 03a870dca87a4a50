"""A host, a keyring whose derivations cost little, and logins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from providence.keyring import HostKeys, Keyring, KeyringSettings, Keys, Secret, SlotKind, Unlock

TODAY = 20_000

Login = Callable[..., Unlock]


@pytest.fixture
def today() -> int:
    return TODAY


@pytest.fixture
def host(tmp_path: Path) -> HostKeys:
    return HostKeys.create(tmp_path / "host.key")


@pytest.fixture
def ring(host: HostKeys) -> Keyring:
    return Keyring(host, KeyringSettings(kdf="hkdf"))


@pytest.fixture
def dear(host: HostKeys) -> Keyring:
    return Keyring(host, KeyringSettings(memory_kib=16 * 1024, passes=1))


@pytest.fixture
def login() -> Login:
    """Make a SCRAM unlock whose 32 bytes of secret are all the same."""

    def make(letter: bytes = b"j", name: str = "sha-256", salt: bytes = b"salt", rounds: int = 4096) -> Unlock:
        return Unlock(SlotKind.SCRAM, Secret(letter * 32), name, salt, rounds)

    return make


@pytest.fixture
def uid(ring: Keyring) -> bytes:
    return ring.uid("juliet@capulet.example")


@pytest.fixture
def keys(ring: Keyring, uid: bytes, login: Login) -> Keys:
    return ring.create(uid, [login()], TODAY)
