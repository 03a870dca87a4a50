"""The cache: values with a time to live, in one LMDB file, under keyed hashes.

A value is fresh for its time to live, then stale for as long again: still good enough to answer with while a new one
is fetched. After that it is gone.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from ..errors import InputError
from ..storage import Backend, Environment

FILE = "cache.mdb"
MOST_BYTES = 2**30
ENGINE = 0
MAX_VALUE = 4096
# Past it nothing new is kept until a sweep has made room: an attacker's domains push out nobody's facts.
MAX_ENTRIES = 200_000
STEPS = 256
# A value outlives its time to live by this much of it, stale.
STALE = 1.0

_TIMES = struct.Struct("<II")


class Entry(NamedTuple):
    """A value, and whether its time to live is over."""

    value: bytes
    is_stale: bool


class Cache:
    """Values of several kinds by name; what is written is seen at once and durable after `commit`."""

    def __init__(self, backend: Backend, secret: bytes) -> None:
        """Keep values in this backend, under hashes of this secret (32 bytes)."""
        self._backend = backend
        self._secret = secret
        self._begun: dict[str, blake2b] = {}
        self._staged: dict[bytes, bytes | None] = {}
        self._count = sum(len(backend.sizes(bytes([step]))) for step in range(STEPS))
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often a kind was a `hit`, `stale` or a `miss`; no name is in it."""

    @classmethod
    def open(cls, folder: Path, secret: bytes) -> Self:
        """Open the file in a folder, or make it."""
        return cls(Environment(folder / FILE, ENGINE, MOST_BYTES), secret)

    def __enter__(self) -> Self:
        """Use the cache."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def get(self, kind: str, name: str, now: float) -> Entry | None:
        """Return a value, fresh or stale, or None."""
        return self._find(kind, self._key(kind, name), now)

    def _find(self, kind: str, key: bytes, now: float) -> Entry | None:
        raw = self._raw(key)
        fresh, last = _TIMES.unpack_from(raw) if raw else (0, 0)
        if raw is None or now >= last:
            self.counts[kind, "miss"] += 1
            return None
        is_stale = now >= fresh
        self.counts[kind, "stale" if is_stale else "hit"] += 1
        return Entry(raw[_TIMES.size :], is_stale)

    def put(self, kind: str, name: str, value: bytes, seconds: float, now: float) -> None:
        """Keep a value for its time to live; InputError past MAX_VALUE bytes."""
        if len(value) > MAX_VALUE:
            raise InputError("a value is too long to be cached")
        self._keep(self._key(kind, name), value, seconds, now)

    def claim(self, kind: str, name: str, seconds: float, now: float) -> bool:
        """Take a name, for as long as a value of that time to live is kept; say whether it was free."""
        key = self._key(kind, name)
        is_free = self._find(kind, key, now) is None
        if is_free:
            self._keep(key, b"", seconds, now)
        return is_free

    def _keep(self, key: bytes, value: bytes, seconds: float, now: float) -> None:
        if self._raw(key) is None:
            if self._count >= MAX_ENTRIES:
                return
            self._count += 1
        self._staged[key] = _TIMES.pack(int(now + seconds), int(now + seconds * (1 + STALE))) + value

    def commit(self) -> None:
        """Make durable what was put."""
        if self._staged:
            self._backend.put_batch({b"": self._staged})
            self._staged = {}

    def sweep(self, now: float) -> Iterator[None]:
        """Forget what is gone, step by step."""
        for step in range(STEPS):
            for key, raw in self._backend.scan(bytes([step])):
                if _TIMES.unpack_from(raw)[1] <= now and key not in self._staged:
                    self._staged[key] = None
                    self._count -= 1
            yield

    def __len__(self) -> int:
        """Count what is kept."""
        return self._count

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._backend.close()

    def _raw(self, key: bytes) -> bytes | None:
        return self._staged[key] if key in self._staged else self._backend.get(key)

    def _key(self, kind: str, name: str) -> bytes:
        begun = self._begun.get(kind)
        if begun is None:
            begun = self._begun[kind] = blake2b(digest_size=16, key=self._secret, person=kind.encode()[:16])
        state = begun.copy()
        state.update(name.encode())
        return state.digest()
