"""From a stanza to its verdict."""

from ..classifier import Counts, Opinion
from ..classifier import judge as classify
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
            content = Reason("VAULT_LOCKED")
        else:
            content = Reason("BAYES", _opinion(reading, vault).log_odds)
    verdict = weigh([content], thresholds, locked=content.name == "VAULT_LOCKED", evidence=facts.evidence)
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


def explain(stanza: Stanza, vault: Vault) -> list[tuple[str, int, int, float]]:
    """Return how the Bayes filter came to its number: for each feature its spam and ham counts and its weight.

    The weights add up to the log-odds of `BAYES` as docs/formula.md shows. For the user the stanza was
    sent to, and for nobody else.
    """
    reading = read_all(stanza)
    counts = Counts(*vault.counts(reading.hashes))
    opinion = classify(counts)
    rows = zip(reading.features, counts.features, opinion.weights, strict=True)
    return [(feature, spam, ham, weight) for feature, (spam, ham), weight in rows]


def _opinion(reading: Reading, vault: Vault) -> Opinion:
    return classify(Counts(*vault.counts(reading.hashes)))
