"""The Providence formula: a bounded sum of log-odds (docs/formula.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import exp, log

from ..errors import SettingsError
from .verdict import Action, Reason, Verdict

# Three in ten stanzas from strangers are spam until the filters say otherwise.
PRIOR = Reason("PRIOR", log(0.3 / 0.7))
# A list that the operator trusts to decide alone.
CONDEMNED = Reason("DNSBL_DECIDES", 20.0)
# What is known of the sender, all together, moves a verdict by this much and no more: words weigh most.
LEAST_EVIDENCE, MOST_EVIDENCE = -3.0, 5.0
# Reasons that are not about the sender: the words, the vault, and what became of the stanza.
NOT_EVIDENCE = frozenset({
    "PRIOR", "BAYES", "SEED", "CONTENT_HIDDEN", "NO_CONTENT", "EVIDENCE_BOUND", "DNSBL_DECIDES", "PACE",
    "CROWD", "NO_ROOM", "ASKED_BEFORE",
})  # fmt: skip
# Beyond this the sum says nothing new, and exp() stays far from its limits.
MAX_LOG_ODDS = 30.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where verdicts begin, as probabilities of spam.

    A value out of bounds is a SettingsError.

    flag: what looks like spam is delivered with a flag from here on.
    junk: what is spam goes to the junk box from here on.
    clear: a locked user's stanza is clear, and needs no waiting, below this.
    """

    flag: float = 0.9
    junk: float = 0.97
    clear: float = 0.05

    def __post_init__(self) -> None:
        """Hold every value to its bounds, and the three to their order."""
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= 1:
                raise SettingsError(f"{field.name} must lie in 0..1")
        if not self.clear <= self.flag <= self.junk:
            raise SettingsError("clear, flag and junk must not be in another order")


def weigh(
    reasons: Iterable[Reason], thresholds: Thresholds, *, locked: bool, evidence: Sequence[Reason] = ()
) -> Verdict:
    """Return the verdict that the prior and these reasons add up to; `evidence` is what is known of the sender.

    Where the vault is locked, what is neither clearly ham nor spam is delayed: the vault would know more.
    """
    every = (PRIOR, *reasons, *_bounded(evidence))
    total = max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, sum(reason.log_odds for reason in every)))
    probability = 1 / (1 + exp(-total))
    if probability >= thresholds.junk:
        return Verdict(Action.JUNK, probability, every)
    if locked and probability > thresholds.clear:
        return Verdict(Action.DELAY, probability, every)
    return Verdict(Action.DELIVER, probability, every, flagged=probability >= thresholds.flag)


def evidence_of(reasons: Iterable[tuple[str, float]]) -> tuple[Reason, ...]:
    """Return what a verdict's reasons say of the sender."""
    return tuple(Reason(name, log_odds) for name, log_odds in reasons if name not in NOT_EVIDENCE)


def _bounded(evidence: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return the evidence with one reason more where its sum is past a bound."""
    total = sum(reason.log_odds for reason in evidence)
    excess = max(LEAST_EVIDENCE, min(MOST_EVIDENCE, total)) - total
    return (*evidence, Reason("EVIDENCE_BOUND", excess)) if excess else tuple(evidence)
