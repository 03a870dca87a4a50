"""From facts to a small number.

Who has a good server is a little more likely to be honest, and nobody is a spammer for a bad one: spammers have had
excellent servers. So all checks together move a verdict by less than one unit of log-odds, what is not known says
nothing, and a server of which nothing is known scores 0.
"""

from collections.abc import Mapping

from .checks import CHECKS
from .states import Fact

# Weight of what is not known: a single good sign is not taken for a good server.
UNCERTAINTY = 20.0
# A perfect server, and the worst one, would move the verdict by this much but for UNCERTAINTY.
MOST_LOG_ODDS = 1.0


def score(facts: Mapping[str, Fact], now: float) -> tuple[tuple[str, float], ...]:
    """Return what each check adds to the log-odds of spam, those that say nothing left out.

    The sum lies between -MOST_LOG_ODDS and MOST_LOG_ODDS.
    """
    values = [
        (check, value)
        for check in CHECKS
        if check.name in facts and (value := check.value(facts[check.name], now)) is not None
    ]
    total = sum(check.weight for check, _ in values) + UNCERTAINTY
    return tuple((check.name, -MOST_LOG_ODDS * check.weight * value / total) for check, value in values if value)
