"""Virtual hosts: whether more XMPP domains come from the address than is usual.

Many domains on one address are a hosting company's, or a spammer's. So their number counts only as far as the address
has a bad name.
"""

from math import log10

from ..check import DAY, Check
from ..evidence import Evidence
from ..states import UNKNOWN, Fact, State

USUAL = 50


def look(evidence: Evidence) -> Fact:
    """Take the server's own count."""
    if not evidence.served.hosts:
        return UNKNOWN
    state = State.FAIL if evidence.served.hosts > USUAL else State.PASS
    return Fact(state, f"{evidence.served.hosts} {evidence.served.chance:.3f}")


def value(fact: Fact, _now: float) -> float | None:
    """Return 0, or down to -1 for a crowd at an address that sends spam."""
    if fact.state is not State.FAIL:
        return 0.0 if fact.state is State.PASS else None
    count, chance = fact.detail.split()
    return -float(chance) * min(1.0, log10(int(count) / USUAL))


CHECK = Check("HOSTS_ON_IP", 3, DAY, look, value, is_served=True)
