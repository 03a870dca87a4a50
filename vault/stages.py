"""Stages: what is to be written at the next commit, and already read as if it were.

One value a key: whatever a group of trainings did to a record in between is never written. That
is more than thrift: a large value rewritten smaller within one LMDB transaction leaves a file
that `lmdb.verify` takes for damaged.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import IntegrityError
from ..storage import Backend, Writes


class Stage:
    """The staged writes of one shard over its backend."""

    __slots__ = ("_backend", "_users")

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._users: dict[bytes, dict[bytes, bytes | None]] = {}

    @property
    def users(self) -> frozenset[bytes]:
        """Whose writes are staged."""
        return frozenset(self._users)

    def put(self, uid: bytes, key: bytes, value: bytes | None) -> None:
        """Stage one write; None deletes."""
        self._users.setdefault(uid, {})[key] = value

    def discard(self, uid: bytes, prefix: bytes) -> None:
        """Delete all that is staged or stored in a range."""
        staged = self._users.setdefault(uid, {})
        for key in [key for key in staged if key.startswith(prefix)]:
            del staged[key]
        for key, _ in self._backend.sizes(prefix):
            staged[key] = None

    def get(self, uid: bytes, key: bytes) -> bytes | None:
        """Return a value as it will be."""
        staged = self._users.get(uid)
        if staged is not None and key in staged:
            return staged[key]
        return self._backend.get(key)

    def scan(self, uid: bytes, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Return a range as it will be, in the order of the keys."""
        stored = self._backend.scan(prefix)
        staged = self._users.get(uid)
        if not staged:
            return stored
        merged: dict[bytes, bytes | None] = dict(stored)
        merged.update((key, value) for key, value in staged.items() if key.startswith(prefix))
        return sorted((key, value) for key, value in merged.items() if value is not None)

    def sizes(self, uid: bytes, prefix: bytes) -> dict[bytes, int]:
        """Return the keys of a range as it will be, with the sizes of their values."""
        sizes = dict(self._backend.sizes(prefix))
        for key, value in self._users.get(uid, {}).items():
            if key.startswith(prefix):
                if value is None:
                    sizes.pop(key, None)
                else:
                    sizes[key] = len(value)
        return sizes

    @contextmanager
    def lend(self, uid: bytes, keys: Sequence[bytes]) -> Iterator[list[memoryview | bytes]]:
        """Lend values as they will be; one that is missing is an IntegrityError."""
        staged = self._users.get(uid)
        with self._backend.lend(keys) as stored:
            present = stored
            if staged:
                present = [staged.get(key, value) for key, value in zip(keys, stored, strict=True)]
            found = [value for value in present if value is not None]
            if len(found) < len(keys):
                raise IntegrityError("a part of a vault is missing")
            yield found

    def take(self) -> dict[bytes, Writes]:
        """Hand over all that is staged, to be written or dropped."""
        taken: dict[bytes, Writes] = dict(self._users)
        self._users = {}
        return taken
