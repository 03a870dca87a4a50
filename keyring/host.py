"""The host key: what a stolen data folder lacks.

    "PVH1" | epochs u8 | 0 u8 x3 | id key 32 | 2 x (epoch u32 | wrap key 32) | check 16

The id key never changes; it names users and peppers every slot. The wrap key is one of
an epoch: when an epoch is retired, whatever was sealed under it is gone, wherever a
copy of it lies.
"""

import hmac
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import HostKeyError, IntegrityError, VersionError
from . import purposes
from .cipher import KEY_BYTES, expand, mac
from .secret import Faceless, Octets, Secret, randomise, wipe

MAGIC = b"PVH1"
MAX_EPOCHS = 2
UID_BYTES = 16
PRINT_BYTES = 16
HEAD = struct.Struct(">4sB3x")
EPOCH = struct.Struct(">I32s")
_ID = HEAD.size
_EPOCHS = _ID + KEY_BYTES
_CHECK = _EPOCHS + MAX_EPOCHS * EPOCH.size
FILE_BYTES = _CHECK + PRINT_BYTES


class Pinner(Faceless):
    """Says which of 256 parts a user belongs to, and can do nothing else.

    All that the router needs to find a user's worker.
    """

    __slots__ = ("_key",)

    def __init__(self, id_key: Octets) -> None:
        self._key = expand(id_key, purposes.PIN)

    def __call__(self, jid: str) -> int:
        """Pin a normalised bare JID: 0 to 255."""
        return mac(self._key.view(), purposes.PIN, jid.encode())[0]


class HostKeys(Faceless):
    """The keys of one host, read from a file that lies apart from the data.

    Raises HostKeyError when the file is missing, open to others than its owner, or
    damaged, and VersionError when a newer Providence wrote it.
    """

    __slots__ = ("_file", "_path", "_pinner", "pepper", "slot_print")

    def __init__(self, path: Path, content: Secret) -> None:
        self._path = path
        self._file = content
        self._pinner = Pinner(self._id_key)
        self.pepper = expand(self._id_key, purposes.PEPPER)
        self.slot_print = expand(self._id_key, purposes.SLOT_PRINT)

    @classmethod
    def create(cls, path: Path) -> "HostKeys":
        """Make a new host key in a file that must not exist yet."""
        content = Secret(FILE_BYTES)
        view = content.view()
        HEAD.pack_into(view, 0, MAGIC, 1)
        randomise(view[_ID:_EPOCHS])
        _set_epoch(view, 0, 1)
        _check(view)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, view)
        except OSError as error:
            raise HostKeyError(f"cannot make the host key: {error.strerror}") from None
        return cls(path, content)

    @classmethod
    def load(cls, path: Path) -> "HostKeys":
        """Read a host key."""
        return cls(path, _read(path))

    def reload(self) -> None:
        """Take note of what another process did to the file; what was lent of it before is void."""
        old, self._file = self._file, _read(self._path)
        old.wipe()

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs whose keys are here, the newest first."""
        view = self._file.view()
        starts = range(_EPOCHS, _EPOCHS + view[4] * EPOCH.size, EPOCH.size)
        return tuple(int.from_bytes(view[at : at + 4]) for at in starts)

    @property
    def epoch(self) -> int:
        """The epoch that seals."""
        return self.epochs[0]

    @property
    def fingerprint(self) -> bytes:
        """16 bytes by which a store knows its host key again."""
        return mac(self._id_key, purposes.HOST_PRINT, b"")[:PRINT_BYTES]

    @property
    def _id_key(self) -> memoryview:
        return self._file.view()[_ID:_EPOCHS]

    def uid(self, jid: str) -> bytes:
        """Name a user, by the normalised bare JID, without saying who it is: 16 bytes."""
        name = mac(self._id_key, purposes.UID, jid.encode())
        return bytes([self.pin(jid)]) + name[: UID_BYTES - 1]

    def pin(self, jid: str) -> int:
        """Pin a normalised bare JID: 0 to 255, the first byte of its uid."""
        return self._pinner(jid)

    def pinner(self) -> Pinner:
        """Give the part that may live on in a process without keys."""
        return self._pinner

    def wrap_key(self, epoch: int) -> memoryview:
        """Lend the wrap key of an epoch.

        Raises IntegrityError if it is not here, or not here any more.
        """
        if epoch not in self.epochs:
            raise IntegrityError("a record is from an unknown host epoch")
        start = _EPOCHS + self.epochs.index(epoch) * EPOCH.size + 4
        return self._file.view()[start : start + KEY_BYTES]

    def rotate(self) -> None:
        """Begin a new epoch; the one before still opens, until `retire`.

        Raises HostKeyError while another rotation is under way.
        """
        if len(self.epochs) == MAX_EPOCHS:
            raise HostKeyError("the last rotation of the host key is not finished")
        with self._changed() as view:
            HEAD.pack_into(view, 0, MAGIC, MAX_EPOCHS)
            second = _EPOCHS + EPOCH.size
            view[second:_CHECK] = view[_EPOCHS:second]
            _set_epoch(view, 0, self.epoch + 1)

    def retire(self) -> None:
        """Destroy the epoch before the newest, in the file and in memory.

        Without one it only cleans up what a crash in the middle may have left.
        """
        with self._changed() as view:
            HEAD.pack_into(view, 0, MAGIC, 1)
            wipe(view[_EPOCHS + EPOCH.size : _CHECK])

    @contextmanager
    def _changed(self) -> Iterator[memoryview]:
        content = Secret(self._file.view())
        yield content.view()
        _check(content.view())
        try:
            _replace(self._path, content.view())
        except OSError as error:
            raise HostKeyError(f"cannot write the host key: {error.strerror}") from None
        old = self._file
        self._file = content
        old.wipe()


def _set_epoch(view: memoryview, place: int, epoch: int) -> None:
    start = _EPOCHS + place * EPOCH.size
    view[start : start + 4] = epoch.to_bytes(4)
    randomise(view[start + 4 : start + EPOCH.size])


def _sum(view: memoryview) -> bytes:
    return mac(view[_ID:_EPOCHS], purposes.HOST_CHECK, view[:_CHECK])[:PRINT_BYTES]


def _check(view: memoryview) -> None:
    view[_CHECK:] = _sum(view)


def _read(path: Path) -> Secret:
    content = Secret(FILE_BYTES + 1)
    try:
        with path.open("rb", buffering=0) as file:
            mode = os.fstat(file.fileno()).st_mode
            length = file.readinto(content.view())
    except OSError as error:
        raise HostKeyError(f"cannot read the host key: {error.strerror}") from None
    if not stat.S_ISREG(mode) or mode & 0o077:
        raise HostKeyError("the host key is open to others than its owner: chmod 600")
    view = content.view()
    if view[:3] == MAGIC[:3] and view[3] > MAGIC[3]:
        raise VersionError("a newer Providence wrote the host key")
    if (
        length != FILE_BYTES
        or view[:4] != MAGIC
        or not 1 <= view[4] <= MAX_EPOCHS
        or not hmac.compare_digest(_sum(view[:FILE_BYTES]), view[_CHECK:FILE_BYTES])
    ):
        raise HostKeyError("the host key is damaged")
    with content:
        return Secret(view[:FILE_BYTES])


def _write(path: Path, content: memoryview) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb", buffering=0) as file:
        file.write(content)
        os.fsync(fd)
    _sync_folder(path)


def _replace(path: Path, content: memoryview) -> None:
    """Put new content in place; overwrite the old blocks once the new ones are on the disk."""
    fresh, old = path.with_name(path.name + ".new"), path.with_name(path.name + ".old")
    _shred(fresh)
    _shred(old)
    _write(fresh, content)
    os.link(path, old)
    fresh.replace(path)
    _sync_folder(path)
    _shred(old)


def _shred(path: Path) -> None:
    """Overwrite a file and delete it, if there is one: left by us, or by a crash."""
    try:
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(FILE_BYTES))
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    fd = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
