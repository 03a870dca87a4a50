"""In-band registration (XEP-0077): whether anybody can make an account with a few bytes."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Take what the probe saw: `closed`, `web` and `captcha` are hurdles, `open` is none."""
    if not evidence.registration:
        return UNKNOWN
    return Fact(State.FAIL if evidence.registration == "open" else State.PASS, evidence.registration)


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 for a hurdle, 0.5 for none needed, -0.5 for an open door: five of 29 well-kept providers have one."""
    return {"web": 1.0, "captcha": 1.0, "closed": 0.5, "open": -0.5}.get(fact.detail)


CHECK = Check("REGISTRATION", 5, 7 * DAY, look, value)
