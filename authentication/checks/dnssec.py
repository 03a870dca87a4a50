"""DNSSEC: whether the domain's records are signed, and rightly (RFC 4035)."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..resolver import Found
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Take the worst of what leads to the server: its SRV record, its addresses, its TLSA record."""
    steps = [evidence.srv]
    if evidence.service is not None:
        steps.append(evidence.addresses)
        if evidence.tlsa.is_known or evidence.tlsa.found is Found.BOGUS:
            steps.append(evidence.tlsa)
    if any(step.found is Found.BOGUS for step in steps):
        return Fact(State.BOGUS)
    if not all(step.is_known for step in steps):
        return UNKNOWN
    return Fact(State.PASS if all(step.is_secure for step in steps) else State.NONE)


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 for signed, 0 for not, -1 for forged."""
    return {State.PASS: 1.0, State.NONE: 0.0, State.BOGUS: -1.0}.get(fact.state)


CHECK = Check("DNSSEC", 3, DAY, look, value)
