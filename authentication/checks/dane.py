"""DANE: whether the certificate is the one that signed DNS names (RFC 7671, RFC 7673)."""

from typing import Any

from ..chains import matches, utc
from ..check import DAY, Check
from ..evidence import Evidence
from ..resolver import Found
from ..states import UNKNOWN, Fact, State

_EE = 3


def look(evidence: Evidence) -> Fact:
    """Compare, if everything that led to the record is authenticated: else a record means nothing."""
    tlsa = evidence.tlsa
    if tlsa.found is Found.BOGUS:
        return Fact(State.BOGUS)
    if not evidence.srv.is_known:
        return UNKNOWN
    is_named = evidence.service is not None and evidence.service.is_named
    if is_named and (not tlsa.is_known or (tlsa.records and not evidence.chain)):
        return UNKNOWN
    if not (is_named and tlsa.records and tlsa.is_secure and evidence.srv.is_secure and evidence.addresses.is_secure):
        return Fact(State.NONE, "insecure" if tlsa.records else "")
    found = [match(evidence, record) for record in tlsa.records]
    if any(found):
        return Fact(State.PASS)
    return Fact(State.NONE, "unusable") if all(match is None for match in found) else Fact(State.FAIL)


def is_vouched(evidence: Evidence) -> bool:
    """Say whether DANE vouches for the very certificate: then its name, its dates and its authority do not matter."""
    return look(evidence).state is State.PASS and any(
        record.usage == _EE and match(evidence, record) for record in evidence.tlsa.records
    )


def match(evidence: Evidence, record: Any) -> bool | None:  # noqa: ANN401 - dnspython's TLSA has no types
    """Say whether the server's certificate is the one that a record names; None: the record cannot be used."""
    return matches(record, evidence.chain or (), evidence.domain, utc(evidence.now))


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 for the certificate named, -1 for another, 0 where none is."""
    return {State.PASS: 1.0, State.FAIL: -1.0, State.NONE: 0.0, State.BOGUS: -1.0}.get(fact.state)


CHECK = Check("DANE", 5, DAY, look, value)
