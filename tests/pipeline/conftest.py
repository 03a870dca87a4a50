"""A real vault, open, for whoever judges and learns with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import Store, Vault


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    host = HostKeys.create(tmp_path / "keys" / "host.keys")
    with Store.open(tmp_path / "data", Keyring(host, KeyringSettings(kdf="hkdf"))) as store:
        yield store


@pytest.fixture
def uid(store: Store) -> bytes:
    return b"\0" * 16


@pytest.fixture
def vault(store: Store, uid: bytes) -> Vault:
    unlock = Unlock(SlotKind.SCRAM, Secret(bytes(range(32))), "sha-256", b"salt", 4096)
    attempt = store.prepare(uid, [unlock], enrol=True)
    attempt.derive()
    return store.finish(attempt)
