"""UNLOCK and what belongs to it: who opens a vault, and until when."""

from collections.abc import Sequence
from functools import partial

from ...control import choices_of
from ...junk import Box, Place
from ...keyring import Secret, SlotKind, Unlock
from ...pnp import parse_slots, split_secrets
from ...vault import Vault
from .calls import Call
from .desk import Desk
from .settling import settle
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
    unlocking.begin(call, unlocks, prepare, partial(_restored, desk))


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
    desk.shut(call.uid)
    desk.when_durable(call, call.answer)


def forget(desk: Desk, call: Call) -> None:
    """Erase everything of the user; the next compaction makes it final."""
    desk.erase(call.uid)
    desk.when_durable(call, call.answer)


def _opened(desk: Desk, call: Call, vault: Vault) -> None:
    desk.counts["unlocked"] += 1
    desk.sessions.begin(call.uid, call.header("session"), call.header("connection"))
    choices = choices_of(vault)
    desk.sessions.linger(call.uid, choices.linger_seconds)
    settle(desk, call.uid, vault)
    headers = {"Released": str(len(Box(vault, Place.RELEASED))), "Preferences": choices.preferences}
    if call.frame.flag("ticket"):
        desk.when_durable(call, partial(_hand_over, call, headers, vault.ticket()))
    else:
        desk.when_durable(call, partial(call.answer, headers=headers))


def _restored(desk: Desk, call: Call, vault: Vault) -> None:
    headers = {"Preferences": choices_of(vault).preferences}
    desk.when_durable(call, partial(call.answer, headers=headers))


def _hand_over(call: Call, headers: dict[str, str], secret: Secret) -> None:
    with secret:
        call.answer(headers=headers, body=secret.view())


def _unlocks(call: Call) -> Sequence[Unlock]:
    names = parse_slots(call.header("slots"))
    return [
        Unlock(SlotKind[name.kind.name], Secret.take(secret), name.hash, name.salt, name.iterations)
        for name, secret in zip(names, split_secrets(names, call.frame.body), strict=True)
    ]
