"""Capabilities: whether the domain says what it offers (XEP-0030), and whom to complain to (XEP-0157)."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Take what the server's own question brought."""
    told = evidence.served.capabilities
    if told in {"some", "abuse"}:
        return Fact(State.PASS, told)
    return Fact(State.NONE) if told == "none" else UNKNOWN


def value(fact: Fact, _now: float) -> float | None:
    """Return 0.5 for an answer and 1 for one with an abuse address."""
    if fact.state is State.PASS:
        return 1.0 if fact.detail == "abuse" else 0.5
    return 0.0 if fact.state is State.NONE else None


CHECK = Check("CAPABILITIES", 10, DAY, look, value, is_served=True)
