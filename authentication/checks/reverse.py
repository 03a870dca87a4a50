"""Reverse DNS: whether the address has a name that leads back to it (RFC 8601 section 2.7.3)."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..resolver import Found
from ..states import NA, UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Follow the pointer there and back."""
    if not evidence.served.address:
        return NA
    pointer, forward = evidence.pointer, evidence.forward
    if Found.BOGUS in {pointer.found, forward.found}:
        return Fact(State.BOGUS)
    if not pointer.is_known:
        return UNKNOWN
    if not pointer.records:
        return Fact(State.NONE)
    if not forward.is_known:
        return UNKNOWN
    return Fact(State.PASS if evidence.served.address in forward.records else State.FAIL)


def value(fact: Fact, _now: float) -> float | None:
    """Return 1, or a little below nothing."""
    return {State.PASS: 1.0, State.FAIL: -0.5, State.NONE: -0.25, State.BOGUS: -0.5}.get(fact.state)


CHECK = Check("REVERSE_DNS", 3, DAY, look, value)
