"""SAY, COMMAND, NEWS and EXPORT: what users see and decide, as chat, as forms and as a file."""

from collections.abc import Mapping
from functools import partial

from ... import control
from ...control import CODE_HERE, LOCKED, MAX_SAID, Affairs, Asked, Page
from ...errors import InputError
from ...junk import Box, Place
from ...keyring import Secret, SlotKind, Unlock, read, spell, wipe
from ...pnp import Status
from ...vault import Vault
from .calls import Call, encode
from .desk import Desk
from .stewardship import Stewardship
from .unlocking import Unlocking

# The one thing said to the bot that is a secret: it is never made text of.
_RESTORE = b"restore "


def say(desk: Desk, unlocking: Unlocking, call: Call) -> None:
    """Answer what a user said to the bot."""
    if len(call.frame.body) > MAX_SAID:
        raise InputError("that is too much to say at once")
    vault = desk.vault(call.uid)
    if vault is None:
        call.answer_json({"replies": [LOCKED]})
    elif bytes(memoryview(call.frame.body)[: len(_RESTORE)]).lower() == _RESTORE:
        _restore(desk, unlocking, call)
    else:
        affairs = affairs_of(desk, call, vault)
        reply = control.say(affairs, desk.conversations.of(call.uid), _text(call.frame.body))
        done(desk, call, affairs, {"replies": [reply.text]}, reply.code)


def command(desk: Desk, call: Call) -> None:
    """Take a step of an ad-hoc command."""
    asked = Asked.parse(call.header("action"), call.frame.body)
    vault = desk.vault(call.uid)
    if vault is None:
        call.answer_json(Page(note=LOCKED).to_json())
        return
    affairs = affairs_of(desk, call, vault)
    page = control.command(affairs, call.header("node"), asked)
    if page is None:
        call.answer(Status.NOT_FOUND)
    else:
        done(desk, call, affairs, page.to_json(), page.code)


def news(desk: Desk, call: Call) -> None:
    """Return what the bot has to say unasked."""
    vault = desk.vault(call.uid)
    if vault is None:
        call.answer_json({"replies": []})
        return
    affairs = affairs_of(desk, call, vault)
    replies = control.news(affairs)
    # What was let out by time alone is handed over with the news.
    affairs.effects.released |= bool(len(Box(vault, Place.RELEASED)))
    done(desk, call, affairs, {"replies": replies})


def export(desk: Desk, call: Call) -> None:
    """Return a part of everything that is kept of a user."""
    affairs = affairs_of(desk, call, desk.open_vault(call.uid))
    part = control.part(affairs, int(call.header("part", "0")))
    if part is None:
        call.answer(Status.NOT_FOUND)
    else:
        call.answer(Status.OK, {"More": "yes"} if part.more else {}, part.text.encode())


def affairs_of(desk: Desk, call: Call, vault: Vault) -> Affairs:
    """Return the affairs of whom the call is about."""
    return Affairs(vault, Stewardship(desk, call.uid, call.jid))


def done(desk: Desk, call: Call, affairs: Affairs, value: object, code: Secret | None = None) -> None:
    """Answer with JSON, once what was done is durable, and say by headers what the server must do."""
    for event, sender in affairs.effects.testimony:
        call.testify(event, sender)
    answer = partial(_send, call, value, _headers(affairs), code)
    if affairs.effects.changed:
        desk.when_durable(call, answer)
    else:
        answer()


def _headers(affairs: Affairs) -> dict[str, str]:
    effects = affairs.effects
    headers = {}
    if effects.released:
        headers["Released"] = str(len(Box(affairs.vault, Place.RELEASED)))
    if effects.chosen:
        headers["Preferences"] = affairs.choices.preferences
    if effects.export:
        headers["Export"] = "yes"
    if effects.erased:
        headers["Erased"] = "yes"
    return headers


def _send(call: Call, value: object, headers: Mapping[str, str], code: Secret | None) -> None:
    if code is None:
        call.answer_json(value, headers)
        return
    # The code is put between the bytes of the answer and wiped with them: it is never part of a text.
    before, after = encode(value).split(CODE_HERE.encode())
    with code:
        spelt = spell(code.view())
    body = bytearray().join((before, spelt, after))
    try:
        call.answer(Status.OK, headers, memoryview(body))
    finally:
        wipe(spelt)
        wipe(body)


def _restore(desk: Desk, unlocking: Unlocking, call: Call) -> None:
    """Bring back the vault that was set aside, by a recovery code; the open one gives way to it."""
    sorry = {"replies": [control.NOT_RESTORED]}
    try:
        code = read(memoryview(call.frame.body)[len(_RESTORE) :])
    except InputError:
        call.answer_json(sorry)
        return
    unlocks = [Unlock(SlotKind.RECOVERY, code)]
    call.if_refused(sorry)
    unlocking.begin(call, unlocks, partial(desk.store.recall, call.uid, unlocks), partial(_restored, desk))


def _restored(desk: Desk, call: Call, vault: Vault) -> None:
    affairs = affairs_of(desk, call, vault)
    affairs.effects.changed = affairs.effects.chosen = True
    done(desk, call, affairs, {"replies": [control.RESTORED]})


def _text(said: bytes | bytearray | memoryview) -> str:
    try:
        return str(said, "utf-8")
    except UnicodeDecodeError:
        raise InputError("what was said is no text") from None
