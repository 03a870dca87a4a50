"""What the pipeline says of a stanza."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    """What becomes of a stanza (XEP-0159 §3: allow, deny, delay).

    Nothing is ever dropped: `JUNK` lies in the user's junk box, `DELAY` in the waiting room.
    """

    DELIVER = "deliver"
    JUNK = "junk"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a verdict: a name to search the documentation for, and its log-odds of spam."""

    name: str
    log_odds: float = 0.0


# A sender's haste is no evidence of spam: the stanza waits, and that is all.
HASTE = Reason("PACE")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with its reasons; their log-odds add up to that of `probability`.

    `flagged` marks what is delivered although it looks like spam: what is doubtful.
    """

    action: Action
    probability: float
    reasons: tuple[Reason, ...]
    flagged: bool = False

    def delayed(self) -> "Verdict":
        """Return the verdict for who wants to see what is doubtful only when asking for it."""
        return replace(self, action=Action.DELAY, flagged=False) if self.flagged else self

    def hasty(self) -> "Verdict":
        """Return the verdict on what would be delivered, of a sender who writes to too many strangers: it waits."""
        return replace(self, action=Action.DELAY, reasons=(*self.reasons, HASTE), flagged=False)
