"""What speaks for or against a sender, and how loudly."""

from enum import Enum


class Event(Enum):
    """An event: whether it speaks of spam, and its weight from 0 to 1 before the witness's trust.

    Proposed weights, chosen on simulated attacks (`benchmarks/karma.py`): no public stream of reports exists to
    fit them to.
    """

    REPORT = ("report", True, 1.0)
    """A user reported the sender (XEP-0377)."""
    BLOCK = ("block", True, 0.2)
    """A user blocked the sender and said no more (XEP-0191)."""
    JUDGED_SPAM = ("judged_spam", True, 0.2)
    """A user's own filter was sure that it is spam."""
    RELEASE = ("release", False, 1.0)
    """A user took the stanza out of the junk box."""
    ROSTER = ("roster", False, 1.0)
    """A user made the sender a contact."""
    REPLY = ("reply", False, 0.7)
    """A user wrote to the sender for the first time."""
    JUDGED_HAM = ("judged_ham", False, 0.2)
    """A user's own filter was sure that it is none."""
    UNREPORTED = ("unreported", False, 0.05)
    """A stanza was delivered, and nobody complained for a week."""

    def __init__(self, title: str, spam: bool, weight: float) -> None:  # noqa: FBT001 - a row of the table above
        """Read a row of the table."""
        self.title = title
        self.spam = spam
        self.weight = weight

    @property
    def is_complaint(self) -> bool:
        """Say whether a user complained by hand: nobody does that all day."""
        return self in {Event.REPORT, Event.BLOCK}

    @property
    def is_testimony(self) -> bool:
        """Say whether a user meant to speak for or against the sender, so that others can be measured by it."""
        return self in {Event.REPORT, Event.RELEASE, Event.ROSTER, Event.REPLY}
