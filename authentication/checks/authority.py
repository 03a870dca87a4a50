"""TLS certificate, authority: whether it comes from one that this machine trusts (RFC 5280)."""

from ..chains import has_authority, utc
from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State
from .dane import is_vouched


def look(evidence: Evidence) -> Fact:
    """Build the path; without authorities of our own nothing is known."""
    if evidence.chain:
        if is_vouched(evidence):
            return Fact(State.NA)
        if evidence.authorities is None:
            return UNKNOWN
        trusted = has_authority(evidence.chain, evidence.authorities, utc(evidence.now))
        return Fact(State.PASS if trusted else State.FAIL)
    # "Invalid" may be its name, its date or its authority.
    return Fact(State.PASS) if evidence.served.certificate == "valid" else UNKNOWN


def value(fact: Fact, _now: float) -> float | None:
    """Return 1, or less than nothing but not all: good servers sign their own certificates."""
    return {State.PASS: 1.0, State.FAIL: -0.5}.get(fact.state)


CHECK = Check("TLS_AUTHORITY", 5, DAY, look, value)
