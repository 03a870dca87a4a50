"""Exit codes, and what each error means to a script; docs/cli.md has the table."""

from enum import IntEnum

from ..errors import (
    AccessError,
    BusyError,
    HostKeyError,
    InputError,
    ProvidenceError,
    RemoteError,
    StorageError,
    StoreFullError,
    UnreachableError,
)
from ..pnp import Status


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    REFUSED = 4
    NO_DAEMON = 5
    STORE = 6
    HOST_KEY = 7
    FULL = 8
    BUSY = 9
    JUNK = 10
    DELAY = 11


_BY_ERROR: tuple[tuple[type[ProvidenceError], Exit], ...] = (
    (InputError, Exit.INPUT),
    (AccessError, Exit.REFUSED),
    (UnreachableError, Exit.NO_DAEMON),
    (StoreFullError, Exit.FULL),
    (StorageError, Exit.STORE),
    (HostKeyError, Exit.HOST_KEY),
    (BusyError, Exit.BUSY),
)
_BY_STATUS: dict[int, Exit] = {
    Status.LOCKED: Exit.REFUSED,
    Status.BUSY: Exit.BUSY,
    Status.AWAY: Exit.BUSY,
    Status.FULL: Exit.FULL,
    Status.INTERNAL: Exit.INTERNAL,
}

_HINTS = {
    Exit.REFUSED: "open the vault with `providence unlock USER`; a wrong password and an unknown user look alike",
    Exit.NO_DAEMON: "start it with `providence serve`, or name its socket with --socket",
    Exit.STORE: "restore the data folder from a backup, or install the version that wrote it",
    Exit.HOST_KEY: "put the host key of this store back to its place, with mode 0600",
    Exit.FULL: "free some disk space; nothing was lost",
    Exit.BUSY: "try again in a moment",
}


def exit_of(error: ProvidenceError) -> Exit:
    """Return the exit code that an error of ours ends a command with."""
    if isinstance(error, RemoteError):
        return _BY_STATUS.get(error.code, Exit.INPUT)
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.INTERNAL)


def hint_of(error: ProvidenceError) -> str:
    """Return what to do about an error: its own hint (a note on it) or the usual one of its exit code."""
    notes: list[str] = getattr(error, "__notes__", [])
    return notes[0] if notes else _HINTS.get(exit_of(error), "")
