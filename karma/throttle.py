"""How fast a sender may write to strangers: GCRA, whose rate follows reputation.

The generic cell rate algorithm (ITU-T I.371) keeps one time for each name: when the next stanza is due if all came
evenly. A rate that changes needs no other state.
"""

from typing import NamedTuple

# How far the theoretical arrival may lie ahead: a clock that was wrong for a day blocks nobody for longer.
MOST_AHEAD = 7 * 86_400.0


class Admission(NamedTuple):
    """Whether a stanza is within the rate, and the state to keep."""

    within: bool
    due: float


class Throttle:
    """A rate in events an hour, and how many may come at once."""

    __slots__ = ("_burst", "_interval")

    def __init__(self, hourly: float, burst: int) -> None:
        """Take a rate above 0 and a burst of at least 1."""
        self._interval = 3600.0 / hourly
        self._burst = burst

    def admit(self, due: float, now: float, pace: float = 1.0) -> Admission:
        """Say whether an event at `now` (seconds) is within `pace` times the rate; `due` is the state, 0 at first.

        What is not admitted does not count, so that a sender who goes on too fast still gets its share.
        """
        interval = self._interval / pace
        start = max(min(due, now + MOST_AHEAD), now)
        after = start + interval
        if after - now <= self._burst * interval + 1e-9:
            return Admission(within=True, due=after)
        return Admission(within=False, due=start)
