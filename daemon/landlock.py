"""Landlock by ctypes: a process gives up, for good and for its children, what it will not need.

Source: landlock(7) and linux/landlock.h. Best effort by its nature: kernels before 5.13 have none of it,
and later ones know more rights; each is asked for only where the kernel knows it.
"""

import ctypes
import errno
import os
from collections.abc import Iterable
from enum import IntFlag
from pathlib import Path

_CREATE_RULESET = 444  # system call numbers, the same on every architecture
_ADD_RULE = 445
_RESTRICT_SELF = 446
_VERSION = 1
_PATH_BENEATH = 1


class Right(IntFlag):
    """What may be done with files: LANDLOCK_ACCESS_FS_*, as far as we take it away."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14


# Device files are nobody's business here, not even in our own folders.
WRITE = ~(Right.EXECUTE | Right.MAKE_CHAR | Right.MAKE_BLOCK)
_ON_FILES = Right.EXECUTE | Right.WRITE_FILE | Right.TRUNCATE

_SINCE = {Right.REFER: 2, Right.TRUNCATE: 3}
_TCP = 0b11  # LANDLOCK_ACCESS_NET_BIND_TCP | _CONNECT_TCP
_TCP_SINCE = 4
_SCOPES = 0b11  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | _SIGNAL
_SCOPES_SINCE = 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the Landlock ABI of the running kernel; 0 without Landlock."""
    try:
        return _call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(writable: Iterable[Path], executable: Iterable[Path], *, alone: bool) -> int:
    """Give up writing outside of the `writable` folders and starting programs other than the `executable` files.

    `alone` also gives up TCP, and signals and abstract sockets to processes outside. Threads that run
    already are not restricted. Returns the ABI; raises OSError if the kernel has no Landlock or refuses,
    or if a path is not there.
    """
    abi = version()
    if not abi:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    handled = Right(0)
    for right in Right:
        if abi >= _SINCE.get(right, 1):
            handled |= right
    ruleset = _Ruleset(
        handled, _TCP if alone and abi >= _TCP_SINCE else 0, _SCOPES if alone and abi >= _SCOPES_SINCE else 0
    )
    ruleset_fd = _call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    try:
        for folder in writable:
            _allow(ruleset_fd, folder, handled & WRITE)
        _allow(ruleset_fd, Path(os.devnull), handled & (Right.WRITE_FILE | Right.TRUNCATE))
        for file in executable:
            _allow(ruleset_fd, file, Right.EXECUTE)
        _call(_RESTRICT_SELF, ruleset_fd, 0)
    finally:
        os.close(ruleset_fd)
    return abi


def _allow(ruleset_fd: int, path: Path, rights: Right) -> None:
    path_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(rights if path.is_dir() else rights & _ON_FILES, path_fd)
        _call(_ADD_RULE, ruleset_fd, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(path_fd)


def _call(number: int, *arguments: object) -> int:
    """Make a system call; raises OSError."""
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    wide = (ctypes.c_long(value) if isinstance(value, int) else value for value in (number, *arguments))
    result: int = syscall(*wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
