"""What karma says of a sender."""

from typing import NamedTuple


class Assessment(NamedTuple):
    """Reasons with their log-odds of spam, and how many times the usual pace the sender may keep up."""

    reasons: tuple[tuple[str, float], ...]
    pace: float
