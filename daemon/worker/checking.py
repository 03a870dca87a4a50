"""CHECK: one stanza from a stranger, judged."""

from collections.abc import Mapping
from dataclasses import replace

from ...control import as_before, choices_of, notice, reconsider
from ...junk import Place, Ring, Seen
from ...pipeline import Action, Facts, Listing, Verdict, explain, judge, read
from ...stanza import Stanza, parse
from ...vault import Vault
from .boxes import released
from .calls import Call
from .desk import Desk
from .keeping import Case, deposit, seal

# Log-odds from which on the words alone are enough to speak of their sender.
SURE = 3.0

_NOTHING: Mapping[str, object] = {}
_NO_HEADERS: Mapping[str, str] = {}


def check(desk: Desk, call: Call) -> None:
    """Judge the stanza in the body; what is not delivered is sealed before the answer says so.

    In mode `explain` nothing is kept and nothing changed. In mode `passive` nothing is kept back.
    """
    stanza = parse(call.frame.body).by(call.header("occupant"))
    facts, vault = Facts.of(call.frame.headers), desk.vault(call.uid)
    if vault is None:
        verdict = judge(stanza, facts, None, desk.thresholds)
        _check_locked(desk, call, Case(stanza, call.frame.body, desk.now(), verdict))
        return
    reading = read(stanza)
    verdict = as_before(vault, stanza, judge(stanza, facts, vault, desk.thresholds, reading))
    if verdict.flagged and choices_of(vault).doubtful == "delay":
        verdict = verdict.delayed()
    case = Case(stanza, call.frame.body, desk.now(), verdict, reading)
    if call.header("mode") != "explain":
        _testify(call, case)
    match call.header("mode"):
        case "explain":
            _answer(call, verdict, more={"features": explain(stanza, vault)})
        case "passive":
            _watch(desk, call, vault, case)
        case _:
            _carry_out(desk, call, vault, case, _follow(desk, vault, stanza, facts.listed))


def _check_locked(desk: Desk, call: Call, case: Case) -> None:
    match call.header("mode"):
        case "explain":
            _answer(call, case.verdict, more={"features": []})
        case "passive":
            desk.counts[f"passive-{case.verdict.action}"] += 1
            _answer(call, case.verdict)
        case _:
            verdict = (case if case.place is Place.RELEASED else deposit(desk, call.uid, case)).verdict
            desk.counts[verdict.action] += 1
            _answer_durable(desk, call, verdict, {})


def _carry_out(desk: Desk, call: Call, vault: Vault, case: Case, headers: dict[str, str]) -> None:
    if case.place is not Place.RELEASED:
        case, name = seal(vault, case, case.arrived)
        headers |= {"Item": name.hex()} if name else {}
    desk.counts[case.verdict.action] += 1
    if case.verdict.action is Action.DELIVER and case.stanza.sender is not None:
        call.testify("delivered", str(case.stanza.sender.bare))
    _answer_durable(desk, call, case.verdict, headers)
    desk.afterwards.add(lambda: _note(desk, call, case))


def _watch(desk: Desk, call: Call, vault: Vault, case: Case) -> None:
    """Answer what would have been done; a member of the test program is told, and can say what to think of it."""
    desk.counts[f"passive-{case.verdict.action}"] += 1
    if choices_of(vault).program:
        seen = _seen(desk, call, case)
        told = notice(Ring(vault).note(seen), seen, case.stanza)
        desk.commits.soon()
        _answer(call, case.verdict, more={"notice": told} if told else {})
    else:
        _answer(call, case.verdict)
        desk.afterwards.add(lambda: _note(desk, call, case))


def _testify(call: Call, case: Case) -> None:
    """Let karma hear where the user's own filter is sure; what it got from karma does not go back there."""
    content = next((reason.log_odds for reason in case.verdict.reasons if reason.name == "BAYES"), 0.0)
    if abs(content) > SURE and case.stanza.sender is not None:
        call.testify("judged_spam" if content > 0 else "judged_ham", str(case.stanza.sender.bare))


def _seen(desk: Desk, call: Call, case: Case) -> Seen:
    """Return what the ring keeps: of the words only those that may be learnt."""
    learnt = desk.study.read(call.uid, case.stanza, judged=case.reading)
    return replace(case, reading=learnt).seen


def _note(desk: Desk, call: Call, case: Case) -> None:
    """Write the ring, after the answer: nobody waits for it, and it may be lost with a crash."""
    vault = desk.store.vault(call.uid)
    if vault is not None:
        Ring(vault).note(_seen(desk, call, case))
        desk.commits.soon()


def _follow(desk: Desk, vault: Vault, stanza: Stanza, listed: Listing) -> dict[str, str]:
    """Let the waiting room follow the server's list, which may have changed; return what to tell the server."""
    if listed is Listing.NONE or stanza.sender is None:
        return {}
    return released(vault, reconsider(vault, desk.now(), str(stanza.sender.bare), listed))


def _answer_durable(desk: Desk, call: Call, verdict: Verdict, headers: Mapping[str, str]) -> None:
    """Answer at once if the server keeps the stanza, else when it is durable here: the server lets go of it then."""
    if verdict.action is Action.DELIVER:
        _answer(call, verdict, headers)
    else:
        desk.when_durable(call, lambda: _answer(call, verdict, headers))


def _answer(
    call: Call, verdict: Verdict, headers: Mapping[str, str] = _NO_HEADERS, more: Mapping[str, object] = _NOTHING
) -> None:
    flag = {"Flag": "yes"} if verdict.flagged else {}
    ask = {"Ask": call.header("ask")} if call.header("ask") else {}
    said = {"Verdict": verdict.action.value, "Score": f"{verdict.probability:.4f}", **flag, **ask, **headers}
    reasons = [[reason.name, round(reason.log_odds, 4)] for reason in verdict.reasons]
    call.answer_json({"reasons": reasons, **more}, said)
