"""SRV records: whether they say where the server is, and rightly (RFC 6120 section 3.2, RFC 2782)."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..resolver import Found
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Tell a good record from none, from one that refuses, that names an alias, or that leads nowhere."""
    srv, addresses = evidence.srv, evidence.addresses
    if srv.records and evidence.service is None:
        return Fact(State.FAIL, "refused")
    if srv.is_known and not srv.records:
        return Fact(State.NONE)
    if Found.BOGUS in {srv.found, addresses.found}:
        return Fact(State.BOGUS)
    if not (srv.is_known and addresses.is_known):
        return UNKNOWN
    if not addresses.records:
        return Fact(State.FAIL, "dangling")
    return Fact(State.FAIL, "alias") if addresses.is_alias else Fact(State.PASS)


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 for a good record, 0 for none; an alias is a smaller mistake than a record that leads nowhere."""
    if fact.state is State.FAIL:
        return -0.5 if fact.detail == "alias" else -1.0
    return {State.PASS: 1.0, State.NONE: 0.0}.get(fact.state)


CHECK = Check("SRV", 5, DAY, look, value)
