"""What a sender's own server says of the account (XEP-0489), as evidence of a few tenths."""

from dataclasses import dataclass

DAY = 86_400.0
# Proposed: a rumour by a server that may be the spammer's own moves a verdict a little and no more.
_AGES = ((1 * DAY, 0.6), (7 * DAY, 0.3), (365 * DAY, 0.0))
_OLD = -0.3
_ANONYMOUS = 0.5
_TRUST = 0.3


@dataclass(frozen=True, slots=True)
class Account:
    """Affiliation (`registered`, `anonymous`, …), time of registration (seconds since 1970), trust from 0 to 100."""

    affiliation: str = ""
    since: float | None = None
    trust: int | None = None

    def log_odds(self, now: float) -> float:
        """Return what this says of spam: -0.6 to 0.9."""
        total = 0.0
        if self.affiliation == "anonymous":
            total += _ANONYMOUS
        elif self.since is not None:
            age = now - self.since
            total += next((weight for limit, weight in _AGES if age < limit), _OLD)
        if self.trust is not None:
            total += _TRUST * (50 - max(0, min(100, self.trust))) / 50
        return total
