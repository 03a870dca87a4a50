"""A request to be somebody's contact that comes again."""

from ..junk import Ring
from ..pipeline import Action, Reason, Verdict
from ..stanza import Kind, Stanza
from ..vault import Vault

ASKED_BEFORE = Reason("ASKED_BEFORE")
# Who decided there is the user.
_DECIDED = {"LISTED_ALLOW", "EXEMPT_ALLOW", "CORRESPONDENT"}


def as_before(vault: Vault, stanza: Stanza, verdict: Verdict) -> Verdict:
    """Return the verdict on a stanza: that of the sender's last request, if that was junk and its user did not object.

    Servers send a request that was not answered again at each login, without the words it came with at first.
    """
    is_decided = any(reason.name in _DECIDED for reason in verdict.reasons)
    if stanza.kind is not Kind.PRESENCE or verdict.action is not Action.DELIVER or is_decided or stanza.sender is None:
        return verdict
    for _, seen in Ring(vault).of(str(stanza.sender.bare)):
        if seen.kind == "subscribe":
            if seen.action != Action.JUNK or seen.taught == "ham" or seen.answer == "invalid":
                return verdict
            return Verdict(Action.JUNK, seen.probability, (*verdict.reasons, ASKED_BEFORE))
    return verdict
