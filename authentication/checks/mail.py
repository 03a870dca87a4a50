"""Mail: whether the domain, or the one above it, takes mail (RFC 5321 section 5.1)."""

from ..check import DAY, Check
from ..evidence import Evidence
from ..resolver import Found
from ..states import UNKNOWN, Fact, State


def look(evidence: Evidence) -> Fact:
    """Tell an exchange that can be reached from one that cannot, from a refusal (RFC 7505), from none."""
    mail = evidence.mail
    if mail.found is Found.BOGUS:
        return Fact(State.BOGUS)
    if not mail.is_known:
        return UNKNOWN
    if not mail.records:
        return Fact(State.NONE)
    if all(str(record.exchange) == "." for record in mail.records):
        return Fact(State.NONE, "refused")
    if not evidence.mail_addresses.is_known:
        return UNKNOWN
    return Fact(State.PASS) if evidence.mail_addresses.records else Fact(State.FAIL, "dangling")


def value(fact: Fact, _now: float) -> float | None:
    """Return 1 for mail, 0 for a clear refusal, a little below nothing for the rest."""
    if fact.state is State.NONE:
        return 0.0 if fact.detail == "refused" else -0.25
    return {State.PASS: 1.0, State.FAIL: -0.5, State.BOGUS: -0.5}.get(fact.state)


CHECK = Check("MAIL", 3, 3 * DAY, look, value)
