"""From a stanza to its verdict."""

from typing import NamedTuple

from ..classifier import UNIT, Counts, Opinion, Seed, Shape, shipped
from ..classifier import judge as classify
from ..scrubber import HASH_BYTES
from ..stanza import Encryption, Jid, Stanza
from ..vault import Vault
from .correspondents import Correspondents
from .exemptions import Exemptions
from .facts import Facts, Listing
from .formula import CONDEMNED, Thresholds, weigh
from .reading import Reading, read_all
from .verdict import Action, Reason, Verdict

_LISTED = {
    Listing.ALLOW: Verdict(Action.DELIVER, 0.0, (Reason("LISTED_ALLOW"),)),
    Listing.DENY: Verdict(Action.JUNK, 1.0, (Reason("LISTED_DENY"),)),
}
_EXEMPT = {
    Listing.ALLOW: Verdict(Action.DELIVER, 0.0, (Reason("EXEMPT_ALLOW"),)),
    Listing.DENY: Verdict(Action.JUNK, 1.0, (Reason("EXEMPT_DENY"),)),
}
# Read now: a worker that is shut in cannot open it later.
_SEED = shipped()
_CORRESPONDENT = Verdict(Action.DELIVER, 0.0, (Reason("CORRESPONDENT"),))


def judge(
    stanza: Stanza, facts: Facts, vault: Vault | None, thresholds: Thresholds, reading: Reading | None = None
) -> Verdict:
    """Judge one stanza from a stranger, in the order of XEP-0159 §3.

    The user's own lists decide first, then whom the user wrote to, then the filters. `vault` is None while
    it is locked; then what only the vault could tell is delayed, never guessed. `reading` is what `read` returns
    for the stanza, if it was read before.
    """
    listed = by_lists(stanza.sender, facts, vault)
    if listed is not None:
        return listed
    if facts.is_condemned:
        return weigh([CONDEMNED], thresholds, locked=False, evidence=facts.evidence)
    if stanza.encryption is Encryption.HIDDEN:
        content = Reason("CONTENT_HIDDEN")
    else:
        reading = read_all(stanza, reading)
        if not reading.features:
            content = Reason("NO_CONTENT")
        elif vault is None:
            # By what is generally spam, and no more is known: what that does not settle waits.
            content = Reason("SEED", _generally(reading).log_odds)
        else:
            content = Reason("BAYES", opinion_of(reading, vault).log_odds)
    verdict = weigh([content], thresholds, locked=content.name == "SEED", evidence=facts.evidence)
    return verdict.hasty() if facts.is_hasty and verdict.action is Action.DELIVER else verdict


def by_lists(sender: Jid | None, facts: Facts, vault: Vault | None) -> Verdict | None:
    """Return the verdict of the lists: the user's on the server, the exemptions, the correspondents; None if none."""
    if facts.listed in _LISTED:
        return _LISTED[facts.listed]
    if vault is None or sender is None:
        return None
    exempt = Exemptions(vault).listing(sender, facts.groups)
    if exempt in _EXEMPT:
        return _EXEMPT[exempt]
    return _CORRESPONDENT if Correspondents(vault).knows(str(sender.bare)) else None


class Row(NamedTuple):
    """What one feature said: counts of the vault and of the seed, slope of the regression, and its part of the sum."""

    feature: str
    spam: float
    ham: float
    seed_spam: float
    seed_ham: float
    slope: float
    weight: float


def explain(stanza: Stanza, vault: Vault) -> list[Row]:
    """Return how the Bayes filter came to its number, feature by feature.

    The weights add up to the log-odds of `BAYES` as docs/formula.md shows. For the user the stanza was
    sent to, and for nobody else.
    """
    reading = read_all(stanza)
    counts = _counts(reading, vault)
    opinion = _judged(reading, counts, _SEED)
    seed = _SEED.prior(reading.hashes).features
    columns = zip(reading.features, counts.features, seed, counts.weights, opinion.weights, strict=True)
    return [Row(feature, *known, *prior, slope, weight) for feature, known, prior, slope, weight in columns]


def opinion_of(reading: Reading, vault: Vault, seed: Seed | None = None) -> Opinion:
    """Say what the content alone is worth, by what a vault knows of it and by a seed: else the one that is shipped."""
    return _judged(reading, _counts(reading, vault), seed or _SEED)


def recalled(hashes: bytes, outline: int, vault: Vault) -> tuple[Counts, Opinion]:
    """Return what a vault knows today of a stanza of which only the hashes are left, and what that is worth."""
    reading = Reading((), hashes, shape=Shape(outline))
    counts = _counts(reading, vault)
    return counts, _judged(reading, counts, _SEED)


def _generally(reading: Reading) -> Opinion:
    nothing = len(reading.hashes) // HASH_BYTES
    return _judged(reading, Counts(0, 0, [(0, 0)] * nothing, [0.0] * nothing), _SEED)


def _judged(reading: Reading, counts: Counts, seed: Seed) -> Opinion:
    return classify(counts, seed.prior(reading.hashes), reading.shape)


def _counts(reading: Reading, vault: Vault) -> Counts:
    spam, ham, features, weights = vault.counts(reading.hashes)
    return Counts(spam, ham, features, [UNIT * weight for weight in weights])
