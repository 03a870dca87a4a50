"""Website: whether there is one at the domain."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Take what the probe saw."""
    return {"up": Fact(State.PASS), "down": Fact(State.NONE)}.get(evidence.website, UNKNOWN)


def value(fact: Fact, _now: float) -> float | None:
    """Return 1, or a little below nothing."""
    return {State.PASS: 1.0, State.NONE: -0.25}.get(fact.state)


CHECK = Check("WEBSITE", 5, 7 * DAY, look, value)
