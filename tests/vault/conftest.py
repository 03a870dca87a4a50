"""What the vault's tests share: a host with its key, a clock moved by hand, users, and two kinds of backends."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.storage import Backend, Writes
from providence.vault import Format, Store, Vault, VaultSettings

DAY = 86_400


class Shelf:
    """
    A backend in memory: the least that serves. Its records outlive it, as files do.

        shelf = Shelf({})
        shelf.put_batch({uid: {uid + b"\\1": b"value"}})
    """

    def __init__(self, records: dict[bytes, bytes]) -> None:
        self.records = records

    def get(self, key: bytes) -> bytes | None:
        return self.records.get(key)

    def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        return sorted((key, value) for key, value in self.records.items() if key.startswith(prefix))

    def sizes(self, prefix: bytes) -> list[tuple[bytes, int]]:
        return [(key, len(value)) for key, value in self.scan(prefix)]

    @contextmanager
    def lend(self, keys: Sequence[bytes]) -> Iterator[list[memoryview | bytes | None]]:
        yield [self.records.get(key) for key in keys]

    def uids(self) -> Iterator[bytes]:
        yield from sorted({key[:16] for key in self.records})

    def put_batch(self, batch: Mapping[bytes, Writes]) -> None:
        for writes in batch.values():
            for key, value in writes.items():
                if value is None:
                    self.records.pop(key, None)
                else:
                    self.records[key] = bytes(value)

    def compact(self) -> None:
        pass

    def problems(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


class World:
    """One host: its key, its clock, its users' secrets, and a place for stores."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.kind = kind
        self.host = HostKeys.create(folder / "host.key")
        self.keyring = Keyring(self.host, KeyringSettings(kdf="hkdf"))
        self.now = 20_000.0 * DAY
        self.records: dict[bytes, bytes] = {}

    @property
    def today(self) -> int:
        return int(self.now) // DAY

    def store(self, settings: VaultSettings | None = None, wrap: Callable[[Backend], Backend] | None = None) -> Store:
        """Open the store; `wrap` may put something between the store and its one backend in memory."""
        if self.kind == "lmdb" and wrap is None:
            return Store.open(self.data, self.keyring, settings, clock=lambda: self.now)
        shelf: Backend = Shelf(self.records)
        form = Format(1, "0.9", self.host.fingerprint)
        backend = wrap(shelf) if wrap else shelf
        return Store(form, {0: backend}, self.keyring, settings, clock=lambda: self.now)

    def uid(self, name: str = "romeo") -> bytes:
        return self.keyring.uid(f"{name}@montague.example")

    @staticmethod
    def scram(secret: str = "balcony", salt: str = "salt", name: str = "sha-256") -> Unlock:
        key = hashlib.sha256(secret.encode()).digest()
        return Unlock(SlotKind.SCRAM, Secret(key), name, salt.encode(), 4096)

    def open(self, store: Store, name: str = "romeo", *unlocks: Unlock, enrol: bool = True) -> Vault:
        attempt = store.prepare(self.uid(name), unlocks or (self.scram(),), enrol=enrol)
        attempt.derive()
        return store.finish(attempt)

    @staticmethod
    def hashes(*words: str) -> bytes:
        return b"".join(hashlib.blake2b(word.encode(), digest_size=16).digest() for word in words)

    def teach(self, vault: Vault, count: int, *, spam: bool = True, start: int = 0) -> None:
        """Learn messages of thirty words that no other message has."""
        for number in range(start, start + count):
            vault.learn(self.hashes(*(f"{number}/{word}" for word in range(30))), spam=spam)


@pytest.fixture(params=["lmdb", "memory"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> World:
    return World(tmp_path, request.param)


@pytest.fixture
def disk(tmp_path: Path) -> World:
    """A world whose store lies in LMDB files."""
    return World(tmp_path, "lmdb")


@pytest.fixture
def shelf(tmp_path: Path) -> World:
    """A world whose store lies in memory."""
    return World(tmp_path, "memory")


@pytest.fixture
def make_world() -> Callable[[Path, str], World]:
    return World
