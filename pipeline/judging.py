"""From a stanza to its verdict."""

from typing import NamedTuple

from ..classifier import UNIT, Counts, Opinion, Seed, shipped
from ..classifier import judge as classify
from ..stanza import Encryption, Stanza
from ..vault import Vault
from .correspondents import Correspondents
from .facts import Facts, Listing
from .formula import Thresholds, weigh
from .reading import Reading, read_all
from .verdict import Action, Reason, Verdict

_LISTED = {
    Listing.ALLOW: Verdict(Action.DELIVER, 0.0, (Reason("LISTED_ALLOW"),)),
    Listing.DENY: Verdict(Action.JUNK, 1.0, (Reason("LISTED_DENY"),)),
}
# Read now: a worker that is shut in cannot open it later.
_SEED = shipped()
_CORRESPONDENT = Verdict(Action.DELIVER, 0.0, (Reason("CORRESPONDENT"),))


def judge(stanza: Stanza, facts: Facts, vault: Vault | None, thresholds: Thresholds) -> Verdict:
    """Judge one stanza from a stranger, in the order of XEP-0159 §3.

    The user's own lists decide first, then whom the user wrote to, then the filters. `vault` is None while
    it is locked; then what only the vault could tell is delayed, never guessed.
    """
    if facts.listed in _LISTED:
        return _LISTED[facts.listed]
    if vault is not None and stanza.sender is not None and Correspondents(vault).knows(str(stanza.sender.bare)):
        return _CORRESPONDENT
    if stanza.encryption is Encryption.HIDDEN:
        return weigh([Reason("CONTENT_HIDDEN")], thresholds, locked=False)
    reading = read_all(stanza)
    if not reading.features:
        return weigh([Reason("NO_CONTENT")], thresholds, locked=False)
    if vault is None:
        return weigh([Reason("VAULT_LOCKED")], thresholds, locked=True)
    return weigh([Reason("BAYES", opinion_of(reading, vault).log_odds)], thresholds, locked=False)


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


def _judged(reading: Reading, counts: Counts, seed: Seed) -> Opinion:
    return classify(counts, seed.prior(reading.hashes), reading.shape)


def _counts(reading: Reading, vault: Vault) -> Counts:
    spam, ham, features, weights = vault.counts(reading.hashes)
    return Counts(spam, ham, features, [UNIT * weight for weight in weights])
