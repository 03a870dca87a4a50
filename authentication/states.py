"""What a check found, and for how long that holds."""

import json
from enum import StrEnum
from typing import NamedTuple, Self

from ..errors import InputError


class State(StrEnum):
    """What a check can end with. Only what is known counts: `unknown` and `na` say nothing."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NONE = "none"
    """There is nothing to check: no record, no such service."""
    UNKNOWN = "unknown"
    """It could not be found out: a time-out, a temporary failure, a limit of ours, probing is off."""
    NA = "na"
    """The check does not apply to this name."""
    BOGUS = "bogus"
    """DNSSEC says that somebody lies (RFC 4035 section 4.3)."""


class Fact(NamedTuple):
    """A state with a detail where one state has several shades (`null`, `open`, `captcha`, …; or a time, a count)."""

    state: State
    detail: str = ""

    def to_bytes(self) -> bytes:
        """Return the fact as it is cached."""
        return json.dumps([self.state, self.detail]).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the fact that `to_bytes` wrote; InputError for anything else."""
        try:
            match json.loads(raw):
                case [str(state), str(detail)]:
                    return cls(State(state), detail)
        except (ValueError, RecursionError):
            pass
        raise InputError("a cached fact is malformed")


UNKNOWN = Fact(State.UNKNOWN)
NA = Fact(State.NA)
