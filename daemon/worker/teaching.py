"""TELL, SENT and REPORT: what the user teaches."""

from ...junk import Box, Place
from ...pipeline import CORRESPONDENT, LESSON, Correspondents, Lesson, learn
from ...pnp import Status
from ...stanza import parse
from .boxes import name_of
from .calls import Call
from .desk import Desk


def tell(desk: Desk, call: Call) -> None:
    """Learn the stanza in the body under its label, or unlearn it."""
    lesson = desk.lesson(
        call.uid, parse(call.frame.body), spam=call.header("label") == "spam", undo=call.frame.flag("undo")
    )
    _teach(desk, call, lesson)


def sent(desk: Desk, call: Call) -> None:
    """Learn what the user wrote as ham, and that its recipient is no stranger."""
    stanza = parse(call.frame.body)
    vault = desk.vault(call.uid)
    if stanza.recipient is not None:
        friend = str(stanza.recipient.bare)
        if vault is not None:
            Correspondents(vault).add(friend)
        else:
            desk.store.deposit(call.uid, CORRESPONDENT, friend.encode())
    _teach(desk, call, desk.lesson(call.uid, stanza, spam=False))


def report(desk: Desk, call: Call) -> None:
    """Learn as spam the stanza in the body, or the junk item that is named."""
    if call.frame.body:
        raw = bytes(call.frame.body)
    else:
        item = Box(desk.open_vault(call.uid), Place.JUNK).get(name_of(call))
        if item is None:
            call.answer(Status.NOT_FOUND)
            return
        raw = item.stanza
    _teach(desk, call, desk.lesson(call.uid, parse(raw), spam=True))


def _teach(desk: Desk, call: Call, lesson: Lesson | None) -> None:
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
    desk.when_durable(call, lambda: call.answer(status))
