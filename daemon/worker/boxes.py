"""JUNK and WAITING: what was not delivered, seen and decided by its user."""

import json

from ...control import Outcome, reconsider, sender_of, teach
from ...errors import InputError
from ...junk import Box, Item, Place
from ...pipeline import Correspondents
from ...pnp import MAX_BODY, Status
from ...stanza import Jid
from ...vault import Vault
from .calls import Call
from .desk import Desk

# Leaves room for the frame around the rows: the largest row is far smaller than the rest.
_PAGE_BYTES = MAX_BODY // 2


def junk(desk: Desk, call: Call) -> None:
    """List the junk box, or show, release, delete or teach by one of its items."""
    vault = desk.open_vault(call.uid)
    box = Box(vault, Place.JUNK)
    action = call.header("action")
    if action == "list":
        call.answer_json(_page(box, call))
        return
    name = name_of(call)
    item = box.get(name)
    if item is None:
        call.answer(Status.NOT_FOUND)
        return
    headers: dict[str, str] = {}
    match action:
        case "show":
            call.answer(Status.OK, {}, item.stanza)
            return
        case "release":
            call.testify("release", sender_of(item))
            headers = _release(desk, vault, name, item)
        case "delete":
            box.delete(name)
        case "ham" | "spam":
            teach(vault, item, spam=action == "spam")
            call.testify("report" if action == "spam" else "release", sender_of(item))
    desk.when_durable(call, lambda: call.answer(headers=headers))


def waiting(desk: Desk, call: Call) -> None:
    """List what was released, take one stanza of it, or say that it was handed over and may go.

    A stanza stays until `done`: a server that dies between taking and delivering takes it again.
    """
    box = Box(desk.open_vault(call.uid), Place.RELEASED)
    match call.header("action"):
        case "list":
            call.answer_json(_page(box, call))
        case "take":
            item = box.get(name_of(call))
            if item is None:
                call.answer(Status.NOT_FOUND)
            else:
                call.answer(Status.OK, {"Arrived": str(item.arrived)}, item.stanza)
        case "done":
            box.delete(name_of(call))
            desk.when_durable(call, call.answer)


def released(vault: Vault, moved: Outcome) -> dict[str, str]:
    """Return the header that sends the server to WAITING, if something was released."""
    return {"Released": str(len(Box(vault, Place.RELEASED)))} if moved.released else {}


def name_of(call: Call) -> bytes:
    """Return the item that the request names; InputError where it names none."""
    try:
        name = bytes.fromhex(call.header("item"))
    except ValueError:
        name = b""
    if not name:
        raise InputError("an item is named in hexadecimal")
    return name


def _page(box: Box, call: Call) -> dict[str, object]:
    """Return the rows after the named item, as many as fit in one answer, and whether there are more."""
    after = name_of(call) if call.header("item") else b""
    rows: list[dict[str, object]] = []
    room = _PAGE_BYTES
    for name, item in box:
        if name <= after:
            continue
        row = _row(name, item)
        room -= len(json.dumps(row, ensure_ascii=False).encode())
        if room < 0:
            return {"items": rows, "more": True}
        rows.append(row)
    return {"items": rows, "more": False}


def _row(name: bytes, item: Item) -> dict[str, object]:
    return {
        "item": name.hex(),
        "from": str(Jid.read(item.sender).plain),
        "arrived": item.arrived,
        "probability": round(item.probability, 4),
        "reasons": [[reason, round(log_odds, 4)] for reason, log_odds in item.reasons],
    }


def _release(desk: Desk, vault: Vault, name: bytes, item: Item) -> dict[str, str]:
    teach(vault, item, spam=False)
    Box(vault, Place.RELEASED).put(item)
    Box(vault, Place.JUNK).delete(name)
    moved = Outcome(released=1)
    if sender := sender_of(item):
        Correspondents(vault).add(sender)
        moved += reconsider(vault, desk.now(), sender)
    return released(vault, moved)
