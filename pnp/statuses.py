"""Status codes of PNP, each with its one fixed phrase."""

from enum import IntEnum
from typing import Self

from ..errors import (
    AccessError,
    BusyError,
    InputError,
    ProvidenceError,
    StoreFullError,
    UnreachableError,
)


class Status(IntEnum):
    """What an answer says in its first line; the phrase depends on nothing else."""

    phrase: str

    def __new__(cls, code: int, phrase: str) -> Self:
        """Make an integer that knows its phrase."""
        status = int.__new__(cls, code)
        status._value_ = code
        status.phrase = phrase
        return status

    OK = 200, "OK"
    QUEUED = 202, "Queued"
    BAD_REQUEST = 400, "Bad request"
    LOCKED = 403, "Locked"
    NOT_FOUND = 404, "No such item"
    UNKNOWN_VERB = 405, "Unknown verb"
    TOO_SLOW = 408, "Too slow"
    TOO_LARGE = 413, "Too large"
    BUSY = 429, "Busy"
    INTERNAL = 500, "Internal error"
    AWAY = 503, "Worker away"
    VERSION = 505, "Version not supported"
    FULL = 507, "Store full"


_PHRASES = {status.value: status.phrase for status in Status}
_BY_ERROR: tuple[tuple[type[ProvidenceError], Status], ...] = (
    (InputError, Status.BAD_REQUEST),
    (AccessError, Status.LOCKED),
    (BusyError, Status.BUSY),
    (StoreFullError, Status.FULL),
    (UnreachableError, Status.AWAY),
)


def status_of(error: Exception) -> Status:
    """Return what is told to a peer whose request raised `error`; 500 if no other."""
    for kind, status in _BY_ERROR:
        if isinstance(error, kind):
            return status
    return Status.INTERNAL


def phrase_of(code: int) -> str:
    """Return our own phrase for a code: what a peer wrote there is never repeated."""
    return _PHRASES.get(code, "Unknown status")
