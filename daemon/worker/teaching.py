"""TELL, SENT, REPORT and CONTACT: what the user teaches, outright or in passing."""

from ...control import SIGNAL, Change, Signal, heed, reconsider, sender_of
from ...errors import InputError
from ...junk import MAX_IDENT, Box, Place
from ...pipeline import CORRESPONDENT, LESSON, Correspondents, Lesson, learn, learnable
from ...pnp import Status
from ...stanza import Jid, parse
from .boxes import name_of, released
from .calls import Call
from .desk import Desk

# What karma hears of it. While the vault is locked nobody here can say whether the sender wrote at all.
_EVENTS = {
    Change.REPORTED: "report",
    Change.ADDED: "roster",
    Change.BLOCKED: "block",
    Change.UNBLOCKED: "unblock",
    Change.REMOVED: "",
}
_CLAIMS = _EVENTS | {Change.REPORTED: "claim"}


def tell(desk: Desk, call: Call) -> None:
    """Learn the stanza in the body under its label, or unlearn it."""
    spam, undo = call.header("label") == "spam", call.frame.flag("undo")
    lesson = desk.lesson(call.uid, parse(call.frame.body), spam=spam, undo=undo)
    _teach(desk, call, lesson, {})


def sent(desk: Desk, call: Call) -> None:
    """Learn what the user wrote as ham, and that its recipient is no stranger."""
    stanza = parse(call.frame.body)
    vault = desk.vault(call.uid)
    headers: dict[str, str] = {}
    if stanza.recipient is not None:
        friend = str(stanza.recipient.participant(call.header("occupant")).bare)
        if vault is not None:
            if not Correspondents(vault).knows(friend):
                call.testify("reply", friend)
            Correspondents(vault).add(friend)
            headers = released(vault, reconsider(vault, desk.now(), friend))
        else:
            desk.store.deposit(call.uid, CORRESPONDENT, friend.encode())
    _teach(desk, call, desk.lesson(call.uid, stanza, spam=False), headers)


def report(desk: Desk, call: Call) -> None:
    """Learn as spam the stanza in the body, the junk item that is named, or what the ring has of the sender."""
    sender, raw, arrived = _sender(call), bytes(call.frame.body), desk.now()
    if not raw and call.header("item"):
        item = Box(desk.open_vault(call.uid), Place.JUNK).get(name_of(call))
        if item is None or sender_of(item) != sender:
            call.answer(Status.NOT_FOUND)
            return
        raw, arrived = item.stanza, item.arrived
    if not raw:
        _heed(desk, call, Signal(Change.REPORTED, sender, arrived, call.header("stanza-id")))
        return
    stanza = parse(raw).by(call.header("occupant"))
    if stanza.sender is None or str(stanza.sender.bare) != sender:
        raise InputError("the stanza is not of who is reported")
    reading, ident = learnable(stanza), (stanza.id or "")[:MAX_IDENT]
    _heed(desk, call, Signal(Change.REPORTED, sender, arrived, ident, reading.lesson, reading.shape.outline))


def contact(desk: Desk, call: Call) -> None:
    """Take note of what the user did to somebody in roster or block list."""
    _heed(desk, call, Signal(Change(call.header("change")), _sender(call), desk.now()))


def _sender(call: Call) -> str:
    return str(Jid.parse(call.header("from")).participant(call.header("occupant")).bare)


def _heed(desk: Desk, call: Call, signal: Signal) -> None:
    vault = desk.vault(call.uid)
    if vault is None:
        # A full queue loses the signal, as it loses lessons.
        desk.store.deposit(call.uid, SIGNAL, signal.to_bytes())
        call.testify(_CLAIMS[signal.change], signal.sender)
        desk.when_durable(call, lambda: call.answer(Status.QUEUED))
        return
    heard = heed(vault, signal, desk.now())
    desk.counts[signal.change] += 1
    if signal.change is Change.REPORTED and not heard.known:
        call.answer(Status.NOT_FOUND)
        return
    is_shared = signal.change is Change.REPORTED and call.frame.flag("third-party")
    call.testify(_EVENTS[signal.change] + "-shared" * is_shared, signal.sender)
    headers = released(vault, heard.moved)
    desk.when_durable(call, lambda: call.answer(headers=headers))


def _teach(desk: Desk, call: Call, lesson: Lesson | None, headers: dict[str, str]) -> None:
    status = Status.OK
    if lesson is not None:
        vault = desk.vault(call.uid)
        if vault is not None:
            learn(lesson, vault)
            desk.counts["learnt"] += 1
        else:
            # A full queue loses the lesson: what it would have taught can be taught again.
            desk.store.deposit(call.uid, LESSON, lesson.to_bytes())
            status = Status.QUEUED
    desk.when_durable(call, lambda: call.answer(status, headers))
