"""TLS certificate, host name: whether it is for the domain (RFC 9525, RFC 6120 section 13.7.2)."""

from ..chains import has_name
from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State
from .dane import is_vouched


def look(evidence: Evidence) -> Fact:
    """Look at the names in the certificate; the server's own look counts where it found all in order."""
    if evidence.chain:
        if is_vouched(evidence):
            return Fact(State.NA)
        return Fact(State.PASS if has_name(evidence.chain, evidence.domain) else State.FAIL)
    return Fact(State.PASS) if evidence.served.certificate == "valid" else UNKNOWN


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 or -1."""
    return {State.PASS: 1.0, State.FAIL: -1.0}.get(fact.state)


CHECK = Check("TLS_HOSTNAME", 5, DAY, look, value)
