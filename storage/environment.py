"""The embedded backend: one LMDB file, opened only after it was looked at.

LMDB maps its file and follows what stands in it; a file that is cut short or damaged ends
the process by a signal. So a file is looked at before LMDB sees it: every page of it, or, of a
large file that was closed cleanly, its meta pages and its length. Each setting below has its
figure in docs/adr/0004-shards-and-engine.md.
"""

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import lmdb
from lmdb.verify import VerifyError
from lmdb.verify import verify as find_problems

from ..errors import ForeignStoreError, StorageError, StoreFullError
from .backends import OWNER_BYTES, Writes
from .claims import Claim
from .files import FILE_MODE, sync_file, sync_folder, write_through
from .pages import length_of

Value = TypeVar("Value", bytes, memoryview)

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
ALWAYS_BYTES = 2**28  # a file up to this size is looked at page by page at every opening: 50 ms
FIRST_BYTES = 2**24  # how much is mapped at first; it doubles whenever it is full


class Environment:
    """A shard in one LMDB file.

    ForeignStoreError: it is no LMDB file of this engine, or damaged. StorageError: another
    process has it open. `engine` is 0 for LMDB 0.9 and 1 for LMDB 1.0.
    """

    def __init__(self, path: Path, engine: int, most: int) -> None:
        self._path = path
        self._engine = engine
        self._most = most
        self._claim = Claim(path.with_suffix(".claim"))
        try:
            self._copy.unlink(missing_ok=True)
            if path.exists():
                self._check()
            else:
                self._create()
            self._lmdb = self._open(path)
        except BaseException:
            self._claim.abandon()
            raise

    @property
    def _copy(self) -> Path:
        return self._path.with_suffix(".new")

    def _check(self) -> None:
        size, length = self._path.stat().st_size, length_of(self._path, self._engine)
        trusted = size > ALWAYS_BYTES and self._claim.was_clean and size >= length > 0
        if not trusted and (not length or self.problems()):
            raise ForeignStoreError(f"{self._path.name} is damaged, or no file of this store")
        if size < length:
            # Free pages may be missing at the end; so may pages of large values, which no walk visits. To read
            # them would be a SIGBUS; zeros do not authenticate.
            os.truncate(self._path, length)

    def _create(self) -> None:
        """Make an empty file that is there in full, whenever the power fails, or not at all."""
        self._open(self._copy).close()
        sync_file(self._copy)
        self._copy.replace(self._path)
        sync_folder(self._path.parent)

    def _open(self, path: Path) -> lmdb.Environment:
        size = path.stat().st_size if path.exists() else 0
        try:
            return lmdb.open(
                str(path),
                subdir=False,
                mode=FILE_MODE,
                map_size=max(FIRST_BYTES, size),
                lib_version=self._engine,
                sync=True,  # without it not one of 598 power cuts left a usable file
                metasync=True,  # without it the last commit was lost in 37 % of them
                meminit=True,  # without it freed memory is written to the file
                readahead=True,  # without it a cold read takes 20 times as long
                writemap=False,  # with it a full disk ends the process
                lock=False,  # the claim locks; a lock file on a full disk ends the process
            )
        except lmdb.Error as error:
            raise ForeignStoreError(f"{path.name} cannot be opened") from error

    def get(self, key: bytes) -> bytes | None:
        """Return one value."""
        with self._lmdb.begin() as reading:
            return reading.get(key)

    def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Return all keys that start with the prefix, in order, with their values."""
        with self._lmdb.begin() as reading, reading.cursor() as cursor:
            return list(_walk(cursor, prefix))

    def sizes(self, prefix: bytes) -> list[tuple[bytes, int]]:
        """Return all keys that start with the prefix, in order, with the sizes of their values."""
        with self._lmdb.begin(buffers=True) as reading, reading.cursor() as cursor:
            return [(bytes(key), len(value)) for key, value in _walk(cursor, prefix)]

    @contextmanager
    def lend(self, keys: Sequence[bytes]) -> Iterator[list[memoryview | bytes | None]]:
        """Lend values where they lie in the mapped file."""
        with self._lmdb.begin(buffers=True) as reading:
            yield [reading.get(key) for key in keys]

    def uids(self) -> Iterator[bytes]:
        """Yield every user; each step looks anew, so that writes in between do no harm."""
        after = b""
        while (uid := self._next(after)) is not None:
            yield uid
            after = uid + b"\xff"

    def _next(self, key: bytes) -> bytes | None:
        with self._lmdb.begin() as reading, reading.cursor() as cursor:
            return cursor.key()[:OWNER_BYTES] if cursor.set_range(key) else None

    def put_batch(self, batch: Mapping[bytes, Writes]) -> None:
        """Write all of it in one transaction with one fsync."""
        while True:
            try:
                with self._lmdb.begin(write=True) as writing:
                    for writes in batch.values():
                        for key, value in writes.items():
                            if value is None:
                                writing.delete(key)
                            else:
                                writing.put(key, value)
            except lmdb.MapFullError as error:
                self._grow(error)
            except lmdb.PanicError as error:
                self._reopen()
                raise StorageError("the store could not be written") from error
            except lmdb.Error as error:
                self._recover()
                raise _refusal(error) from error
            else:
                return

    def _grow(self, full: lmdb.MapFullError) -> None:
        size = self._lmdb.info()["map_size"]
        if size >= self._most:
            raise StoreFullError("a file of the store has reached its bound") from full
        self._lmdb.set_mapsize(min(2 * size, self._most))

    def _recover(self) -> None:
        """After a failed write even reads fail, until the file was opened anew."""
        try:
            self.get(b"\0")
        except lmdb.PanicError:
            self._reopen()

    def _reopen(self) -> None:
        self._lmdb.close()
        self._lmdb = self._open(self._path)

    def compact(self) -> None:
        """Copy what is live into a new file and put it in place of the old one."""
        try:
            with write_through(self._copy) as file:
                self._lmdb.copyfd(file.fileno(), compact=True)
        except (lmdb.Error, OSError) as error:
            with suppress(OSError):
                self._copy.unlink(missing_ok=True)
            raise StoreFullError("no room for a compacted copy") from error
        self._lmdb.close()
        try:
            self._copy.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise StorageError("a compacted copy could not take its place") from error
        finally:
            self._lmdb = self._open(self._path)

    def problems(self) -> list[str]:
        """Walk every page of the file without LMDB."""
        try:
            # Of all of lmdb, this alone has no types.
            found: list[str] = find_problems(self._path, subdir=False)  # type: ignore[no-untyped-call]  # as above
        except (VerifyError, OSError) as error:
            return [str(error)]
        return found

    def abandon(self) -> None:
        """Let go of the file as a process does that ends suddenly."""
        self._lmdb.close()
        self._claim.abandon()

    def close(self) -> None:
        """Close the file and say that it was closed cleanly."""
        self._lmdb.close()
        self._claim.release()


def _refusal(error: lmdb.Error) -> StorageError:
    """Tell a full disk, which comes in several classes: LMDB 0.9 calls a short write an EIO."""
    if isinstance(error, lmdb.DiskError) or error.code in FULL:
        return StoreFullError("the disk does not take what is to be stored")
    return StorageError("the store could not be written")


def _walk(cursor: "lmdb.Cursor[Value]", prefix: bytes) -> Iterator[tuple[Value, Value]]:
    if cursor.set_range(prefix):
        for key, value in cursor:
            if key[: len(prefix)] != prefix:
                return
            yield key, value
