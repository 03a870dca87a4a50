"""UNLOCK and what belongs to it: who opens a vault, and until when."""

from collections.abc import Sequence
from functools import partial

from ...errors import StanzaError
from ...junk import Box, Item, Place
from ...keyring import Secret, SlotKind, Unlock
from ...pipeline import CORRESPONDENT, LESSON, Action, Correspondents, Facts, Lesson, judge, learn
from ...pnp import parse_slots, split_secrets
from ...stanza import parse
from ...vault import Vault
from .calls import Call
from .checking import item_of
from .desk import Desk
from .personal import choices_of
from .unlocking import Unlocking


def unlock(desk: Desk, unlocking: Unlocking, call: Call) -> None:
    """Open the user's vault with the secrets in the body; with `Enrol: yes` make one where there is none."""
    unlocks = _unlocks(call)
    prepare = partial(desk.store.prepare, call.uid, unlocks, enrol=call.frame.flag("enrol"))
    unlocking.begin(call, unlocks, prepare, partial(_opened, desk))


def rewrap(desk: Desk, unlocking: Unlocking, call: Call) -> None:
    """Let an open vault open with new secrets from now on: the password was changed."""
    desk.open_vault(call.uid)
    unlocks = _unlocks(call)
    prepare = partial(desk.store.rewrap, call.uid, unlocks)
    unlocking.begin(call, unlocks, prepare, lambda call, _vault: desk.when_durable(call, call.answer))


def restore(desk: Desk, unlocking: Unlocking, call: Call) -> None:
    """Bring back, with an old secret, the vault that was set aside; the open one gives way to it."""
    desk.open_vault(call.uid)
    unlocks = _unlocks(call)
    prepare = partial(desk.store.recall, call.uid, unlocks)
    unlocking.begin(call, unlocks, prepare, lambda call, _vault: desk.when_durable(call, call.answer))


def recovery(desk: Desk, call: Call) -> None:
    """Make a recovery code for an open vault, in place of the last one; the body of the answer is its 20 bytes."""
    code = desk.open_vault(call.uid).recovery()
    desk.when_durable(call, partial(_hand_over, call, {}, code))


def end(desk: Desk, call: Call, now: float) -> None:
    """Count a session out."""
    desk.sessions.end(call.uid, call.header("session"), now)
    call.answer()


def gone(desk: Desk, call: Call, now: float) -> None:
    """Take note that a connection to the router is lost: its sessions end unless they are announced anew."""
    desk.sessions.lose(call.header("connection"), now)
    call.answer()


def lock(desk: Desk, call: Call) -> None:
    """Lock the vault now, whatever sessions there are; no ticket reopens it, only a login."""
    vault = desk.store.vault(call.uid)
    if vault is not None:
        vault.drop(SlotKind.TICKET)
    desk.lock(call.uid)
    desk.when_durable(call, call.answer)


def forget(desk: Desk, call: Call) -> None:
    """Erase everything of the user; the next compaction makes it final."""
    desk.sessions.forget(call.uid)
    desk.store.forget(call.uid)
    desk.counts["forgotten"] += 1
    desk.when_durable(call, call.answer)


def _opened(desk: Desk, call: Call, vault: Vault) -> None:
    desk.counts["unlocked"] += 1
    desk.sessions.begin(call.uid, call.header("session"), call.header("connection"))
    desk.sessions.linger(call.uid, choices_of(vault).linger_seconds)
    settle(desk, vault)
    headers = {"Released": str(len(Box(vault, Place.RELEASED)))}
    if call.frame.flag("ticket"):
        desk.when_durable(call, partial(_hand_over, call, headers, vault.ticket()))
    else:
        desk.when_durable(call, partial(call.answer, headers=headers))


def _hand_over(call: Call, headers: dict[str, str], secret: Secret) -> None:
    with secret:
        call.answer(headers=headers, body=secret.view())


def settle(desk: Desk, vault: Vault) -> None:
    """Take in what came while the vault was locked.

    Lessons and correspondents come first, so that the stanzas that waited are judged by all that is known.
    """
    queued = list(vault.drain())
    for kind, packed in queued:
        if kind == LESSON:
            learn(Lesson.from_bytes(packed), vault)
        elif kind == CORRESPONDENT:
            Correspondents(vault).add(packed.decode())
    for kind, packed in queued:
        if kind == Place.JUNK:
            Box(vault, Place.JUNK).put(Item.from_bytes(packed))
        elif kind == Place.WAITING:
            _judge_again(desk, vault, Item.from_bytes(packed))


def _judge_again(desk: Desk, vault: Vault, item: Item) -> None:
    try:
        stanza = parse(item.stanza)
    except StanzaError:
        # It was one when it came in: a reader that has become stricter loses no message.
        Box(vault, Place.RELEASED).put(item)
        return
    verdict = judge(stanza, Facts(), vault, desk.thresholds)
    desk.counts["judged-again"] += 1
    place = Place.JUNK if verdict.action is Action.JUNK else Place.RELEASED
    Box(vault, place).put(item_of(stanza, item.stanza, item.arrived, verdict))


def _unlocks(call: Call) -> Sequence[Unlock]:
    names = parse_slots(call.header("slots"))
    return [
        Unlock(SlotKind[name.kind.name], Secret.take(secret), name.hash, name.salt, name.iterations)
        for name, secret in zip(names, split_secrets(names, call.frame.body), strict=True)
    ]
