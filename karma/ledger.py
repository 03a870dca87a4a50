"""The ledger: what is known by name, in memory until the next commit, then in one LMDB file.

A reader sees at once what was written; a crash loses what was written since the last commit, a second or so. Every
value begins with the time (seconds, u32) from which on it may be forgotten.
"""

import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Self

from ..storage import Backend, Environment

FILE = "karma.mdb"
MOST_BYTES = 2**34
ENGINE = 0
# Keys are hashes, evenly spread: one step of a sweep is one first byte.
STEPS = 256

_EXPIRY = struct.Struct("<I")
_LATEST = 2**32 - 1


class Table(IntEnum):
    """The tables; the number follows the name in each key."""

    STANDING = 1
    VOTE = 2
    VOTERS = 3
    WITNESS = 4
    PAIR = 5
    PACE = 6
    PROFILE = 7
    LISTED = 8


class Ledger:
    """Records of a few bytes under names of 16."""

    def __init__(self, backend: Backend) -> None:
        """Write to this backend, which is closed with the ledger."""
        self._backend = backend
        self._staged: dict[bytes, bytes | None] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the file in a folder, or make it."""
        return cls(Environment(folder / FILE, ENGINE, MOST_BYTES))

    def get(self, table: Table, name: bytes) -> bytes | None:
        """Return a record."""
        return self.get_all([(table, name)])[0]

    def get_all(self, wanted: Sequence[tuple[Table, bytes]]) -> list[bytes | None]:
        """Return several records, in the order asked for."""
        keys = [name + bytes([table]) for table, name in wanted]
        staged = self._staged
        with self._backend.lend(keys) as values:
            found = [
                staged[key] if key in staged else None if value is None else bytes(value)
                for key, value in zip(keys, values, strict=True)
            ]
        return [None if value is None else value[_EXPIRY.size :] for value in found]

    def put(self, table: Table, name: bytes, value: bytes, expires: float) -> None:
        """Stage a record that may be forgotten after `expires`."""
        self._staged[name + bytes([table])] = _EXPIRY.pack(min(_LATEST, int(expires))) + value

    def delete(self, table: Table, name: bytes) -> None:
        """Stage that a record is no more."""
        self._staged[name + bytes([table])] = None

    def commit(self) -> None:
        """Make durable what is staged. StorageError: nothing was, and it stays staged."""
        if self._staged:
            self._backend.put_batch({b"": self._staged})
            self._staged = {}

    def expired(self, step: int, now: float) -> Iterator[tuple[Table, bytes, bytes]]:
        """Yield, of one of STEPS parts, each committed record whose time is over, and stage that it is no more."""
        for key, value in self._backend.scan(bytes([step])):
            if _EXPIRY.unpack_from(value)[0] <= now and key not in self._staged:
                self._staged[key] = None
                yield Table(key[-1]), key[:-1], value[_EXPIRY.size :]

    def scan(self, table: Table, step: int) -> list[tuple[bytes, bytes]]:
        """Return, of one of STEPS parts, the committed records of a table by name."""
        return [
            (key[:-1], value[_EXPIRY.size :]) for key, value in self._backend.scan(bytes([step])) if key[-1] == table
        ]

    def __len__(self) -> int:
        """Count what is committed."""
        return sum(len(self._backend.sizes(bytes([step]))) for step in range(STEPS))

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._backend.close()
