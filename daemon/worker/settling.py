"""What came while a vault was locked, taken in when it opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ...control import SIGNAL, Signal, choices_of, expire, heed, reconsider
from ...errors import ProvidenceError
from ...junk import Box, Item, Place, Ring
from ...pipeline import (
    CORRESPONDENT,
    LESSON,
    Action,
    Correspondents,
    Facts,
    Lesson,
    Reason,
    Verdict,
    by_lists,
    evidence_of,
    judge,
    learn,
    read,
)
from ...pnp import log_fault
from ...stanza import Jid, Stanza, parse
from ...vault import Vault
from .desk import Desk
from .keeping import Case, is_one_too_many, seal


def settle(desk: Desk, uid: bytes, vault: Vault) -> None:
    """Take in what came while the vault was locked, and turn away what has waited too long.

    Lessons, correspondents and signals come first, so that the stanzas that waited are judged by all that is known.
    What is damaged is logged and keeps nothing else from its place.
    """
    now = desk.now()
    desk.crowds.forget(uid)
    queued = list(_drained(vault))
    for kind, packed in queued:
        with _logged():
            _learn(vault, kind, packed, now)
    for kind, packed in queued:
        with _logged():
            if kind in {Place.JUNK, Place.WAITING}:
                _take_in(desk, uid, vault, Item.from_bytes(packed), Place(kind))
    with _logged():
        expire(vault, now)


def _drained(vault: Vault) -> Iterator[tuple[int, bytes]]:
    with _logged():
        yield from vault.drain()


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except ProvidenceError as error:
        log_fault(error)


def _learn(vault: Vault, kind: int, packed: bytes, now: int) -> None:
    if kind == LESSON:
        learn(Lesson.from_bytes(packed), vault)
    elif kind == CORRESPONDENT:
        Correspondents(vault).add(packed.decode())
        reconsider(vault, now, packed.decode())
    elif kind == SIGNAL:
        heed(vault, Signal.from_bytes(packed), now)


def _take_in(desk: Desk, uid: bytes, vault: Vault, item: Item, place: Place) -> None:
    now = desk.now()
    try:
        case = _judged_again(desk, uid, vault, item, place)
    except ProvidenceError as error:
        # Such as a reader that has become stricter since it came in: no message is lost by that.
        log_fault(error)
        Box(vault, Place.JUNK if place is Place.JUNK else Place.RELEASED).put(item, now)
        return
    case, name = seal(vault, case, now)
    if not name:
        Box(vault, Place.RELEASED).put(item)
    Ring(vault).note(case.seen)


def _judged_again(desk: Desk, uid: bytes, vault: Vault, item: Item, place: Place) -> Case:
    stanza = parse(item.stanza)
    if item.sender:
        stanza = replace(stanza, sender=Jid.read(item.sender))
    reading = read(stanza)
    if place is Place.JUNK:
        verdict = _reprieved(stanza, item, vault)
    else:
        desk.counts["judged-again"] += 1
        # What was known of the sender then is still known; only now there are words.
        facts = Facts(evidence=evidence_of(item.reasons))
        verdict = judge(stanza, facts, vault, desk.thresholds, reading)
        if verdict.flagged and choices_of(vault).doubtful == "delay":
            verdict = verdict.delayed()
    return Case(stanza, item.stanza, item.arrived, verdict, desk.study.read(uid, stanza, judged=reading))


def _reprieved(stanza: Stanza, item: Item, vault: Vault) -> Verdict:
    """Return the verdict of what is junk already; who is no stranger is let in although too many waited."""
    allowed = by_lists(stanza.sender, Facts(), vault) if is_one_too_many(item) else None
    reasons = tuple(Reason(name, log_odds) for name, log_odds in item.reasons)
    return allowed or Verdict(Action.JUNK, item.probability, reasons)
