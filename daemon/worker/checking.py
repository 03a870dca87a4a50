"""CHECK: one stanza from a stranger, judged."""

from ...junk import Box, Item, Place
from ...pipeline import Action, Facts, Listing, Reason, Verdict, explain, judge
from ...stanza import Stanza, parse
from ...vault import Vault
from .calls import Call
from .desk import Desk

_PLACES = {Action.JUNK: Place.JUNK, Action.DELAY: Place.WAITING}
# No room to keep it: in doubt the user gets the message.
_NO_ROOM = Reason("NO_ROOM")


def check(desk: Desk, call: Call) -> None:
    """Judge the stanza in the body; what is not delivered is sealed before the answer says so.

    In mode `explain` nothing is kept, and an open vault tells how its number came about.
    """
    stanza = parse(call.frame.body)
    desk.study.watch(call.uid, stanza)
    vault = desk.vault(call.uid)
    verdict = judge(stanza, _facts(call), vault, desk.thresholds)
    if call.header("mode") == "explain":
        rows = explain(stanza, vault) if vault is not None else []
        call.answer_json(_described(verdict) | {"features": rows}, _headers(verdict))
        return
    desk.counts[verdict.action] += 1
    if verdict.action is Action.DELIVER:
        call.answer_json(_described(verdict), _headers(verdict))
    else:
        _keep(desk, call, stanza, verdict, vault)


def item_of(stanza: Stanza, raw: bytes, arrived: int, verdict: Verdict) -> Item:
    """Return what a box keeps of a stanza that was not delivered."""
    sender = str(stanza.sender) if stanza.sender is not None else ""
    reasons = tuple((reason.name, reason.log_odds) for reason in verdict.reasons)
    return Item(sender, arrived, verdict.probability, reasons, raw)


def _keep(desk: Desk, call: Call, stanza: Stanza, verdict: Verdict, vault: Vault | None) -> None:
    item = item_of(stanza, bytes(call.frame.body), desk.now(), verdict)
    place = _PLACES[verdict.action]
    headers = _headers(verdict)
    if vault is None:
        kept = desk.store.deposit(call.uid, place, item.to_bytes())
    else:
        box = Box(vault, place)
        kept = place is Place.JUNK or not box.is_full()
        if kept:
            headers["Item"] = box.put(item).hex()
    if not kept:
        spared = Verdict(Action.DELIVER, verdict.probability, (*verdict.reasons, _NO_ROOM), flagged=True)
        call.answer_json(_described(spared), _headers(spared))
        return
    desk.when_durable(call, lambda: call.answer_json(_described(verdict), headers))


def _facts(call: Call) -> Facts:
    return Facts(Listing(call.header("listed", Listing.NONE)))


def _headers(verdict: Verdict) -> dict[str, str]:
    headers = {"Verdict": verdict.action.value, "Score": f"{verdict.probability:.4f}"}
    if verdict.flagged:
        headers["Flag"] = "yes"
    return headers


def _described(verdict: Verdict) -> dict[str, object]:
    return {"reasons": [[reason.name, round(reason.log_odds, 4)] for reason in verdict.reasons]}
