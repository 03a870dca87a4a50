"""TLS certificate, dates: whether it is valid now."""

from ..chains import dates
from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State
from .dane import is_vouched


def look(evidence: Evidence) -> Fact:
    """Note the dates; whether they are over is asked when it matters."""
    if evidence.chain:
        if is_vouched(evidence):
            return Fact(State.NA)
        begins, ends = dates(evidence.chain)
        inside = begins <= evidence.now <= ends
        return Fact(State.PASS if inside else State.FAIL, f"{int(begins)}-{int(ends)}")
    return Fact(State.PASS) if evidence.served.certificate == "valid" else UNKNOWN


def value(fact: Fact, now: float) -> float | None:
    """Return 0.5 within the dates and -1 outside."""
    if fact.state is State.UNKNOWN:
        return None
    if fact.detail:
        begins, ends = map(int, fact.detail.split("-"))
        return 0.5 if begins <= now <= ends else -1.0
    return 0.5 if fact.state is State.PASS else None


CHECK = Check("TLS_EXPIRY", 5, DAY, look, value)
