"""The ledger: what is known by name, in memory until the next commit, then in one LMDB file.

A reader sees at once what was written; a crash loses what was written since the last commit, a second or so. Every
value begins with the time (seconds, u32) from which on it may be forgotten.
"""

import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Self

from ..errors import ForeignStoreError, VersionError
from ..storage import Backend, Environment

FILE = "karma.mdb"
MOST_BYTES = 2**34
ENGINE = 0
# Keys are hashes, evenly spread: one step of a sweep is one first byte.
STEPS = 256
VERSION = 1

_EXPIRY = struct.Struct("<I")
# The expiry of what is never forgotten.
LATEST = 2**32 - 1
_FORMAT = bytes(16)


class Table(IntEnum):
    """The tables; the number follows the name in each key."""

    FORMAT = 0
    STANDING = 1
    VOICE = 2
    VOTERS = 3
    WITNESS = 4
    PAIR = 5
    PACE = 6
    PROFILE = 7
    LISTED = 8
    NEIGHBOURS = 9
    EXHIBIT = 10
    COPY = 11


class Ledger:
    """Records of a few bytes under names of 16."""

    def __init__(self, backend: Backend) -> None:
        """Write to this backend, which is closed with the ledger."""
        self._backend = backend
        # By first byte, so that a step of a sweep looks at its own part only.
        self._staged: list[dict[bytes, bytes | None]] = [{} for _ in range(STEPS)]

    @classmethod
    def open(cls, folder: Path, mark: bytes) -> Self:
        """Open the file in a folder, or make it. `mark` is of the secret that the names are hashed under.

        VersionError: written by a newer format. ForeignStoreError: under another secret, or no such file.
        """
        ledger = cls(Environment(folder / FILE, ENGINE, MOST_BYTES))
        try:
            ledger._check(mark)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _check(self, mark: bytes) -> None:
        found = self.get(Table.FORMAT, _FORMAT)
        if found is None:
            self.put(Table.FORMAT, _FORMAT, bytes([VERSION]) + mark, LATEST)
            self.commit()
        elif found[0] > VERSION:
            raise VersionError(f"{FILE} was written by a newer version")
        elif found[1:] != mark:
            raise ForeignStoreError(f"{FILE} was written under another secret")

    def get(self, table: Table, name: bytes) -> bytes | None:
        """Return a record."""
        key = name + _SUFFIX[table]
        staged = self._staged[key[0]]
        kept = staged[key] if key in staged else self._backend.get(key)
        return None if kept is None else kept[_EXPIRY.size :]

    def get_all(self, wanted: Sequence[tuple[Table, bytes]]) -> list[bytes | None]:
        """Return several records, in the order asked for."""
        keys = [name + _SUFFIX[table] for table, name in wanted]
        found: list[bytes | None] = []
        with self._backend.lend(keys) as values:
            for key, value in zip(keys, values, strict=True):
                staged = self._staged[key[0]]
                kept = staged.get(key, value)
                found.append(None if kept is None else bytes(kept[_EXPIRY.size :]))
        return found

    def put(self, table: Table, name: bytes, value: bytes, expires: float) -> None:
        """Stage a record that may be forgotten after `expires`."""
        self._staged[name[0]][name + _SUFFIX[table]] = _EXPIRY.pack(max(0, min(LATEST, int(expires)))) + value

    def delete(self, table: Table, name: bytes) -> None:
        """Stage that a record is no more."""
        self._staged[name[0]][name + _SUFFIX[table]] = None

    def forget(self, prefix: bytes) -> None:
        """Stage that there is no more whatever has a name that begins so."""
        self._staged[prefix[0]].update(dict.fromkeys(dict(self._current(prefix))))

    def commit(self) -> None:
        """Make durable what is staged. StorageError: nothing was, and it stays staged."""
        batch = {key: value for part in self._staged for key, value in part.items()}
        if batch:
            self._backend.put_batch({b"": batch})
            for part in self._staged:
                part.clear()

    def expired(self, step: int, now: float) -> Iterator[tuple[Table, bytes, bytes]]:
        """Yield, of one of STEPS parts, each record whose time is over, and stage that it is no more."""
        for key, value in self._current(bytes([step])):
            if _EXPIRY.unpack_from(value)[0] <= now:
                self._staged[step][key] = None
                yield Table(key[-1]), key[:-1], value[_EXPIRY.size :]

    def scan(self, table: Table, step: int) -> list[tuple[bytes, bytes]]:
        """Return, of one of STEPS parts, the records of a table by name."""
        return [(key[:-1], value[_EXPIRY.size :]) for key, value in self._current(bytes([step])) if key[-1] == table]

    def _current(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Return what is there under a prefix, staged or committed."""
        staged = {key: value for key, value in self._staged[prefix[0]].items() if key.startswith(prefix)}
        committed = self._backend.scan(prefix)
        fresh = [(key, value) for key, value in staged.items() if value is not None]
        return [*(pair for pair in committed if pair[0] not in staged), *fresh]

    def __len__(self) -> int:
        """Count what is committed."""
        return sum(len(self._backend.sizes(bytes([step]))) for step in range(STEPS))

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._backend.close()


_SUFFIX = {table: bytes([table]) for table in Table}
