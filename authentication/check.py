"""What a check is."""

from collections.abc import Callable
from dataclasses import dataclass

from .evidence import Evidence
from .states import Fact

HOUR = 3600.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a server's domain.

    look: from the evidence to a fact. value: what a fact is worth, -1 (worst) to 1 (best), or None where it says
    nothing; it is asked when a verdict is due, not when the fact was found. weight: how much it counts (from the points
    of XEP-0275). seconds: how long a fact holds. is_served: it rests on what the server tells with each stanza, so it
    is never cached.
    """

    name: str
    weight: float
    seconds: float
    look: Callable[[Evidence], Fact]
    value: Callable[[Fact, float], float | None]
    is_served: bool = False
