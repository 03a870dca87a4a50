"""JUNK and WAITING: what was not delivered, seen and decided by its user."""

import json

from ...errors import InputError
from ...junk import Box, Item, Place
from ...pipeline import Correspondents, learn
from ...pnp import MAX_BODY, Status
from ...stanza import parse
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
    match action:
        case "show":
            call.answer(Status.OK, {}, item.stanza)
            return
        case "release":
            _teach(desk, call, vault, item, spam=False)
            _befriend(vault, item)
            Box(vault, Place.RELEASED).put(item)
            box.delete(name)
        case "delete":
            box.delete(name)
        case "ham" | "spam":
            _teach(desk, call, vault, item, spam=action == "spam")
    desk.when_durable(call, call.answer)


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
        "from": item.sender,
        "arrived": item.arrived,
        "probability": round(item.probability, 4),
        "reasons": [[reason, round(log_odds, 4)] for reason, log_odds in item.reasons],
    }


def _teach(desk: Desk, call: Call, vault: Vault, item: Item, *, spam: bool) -> None:
    lesson = desk.lesson(call.uid, parse(item.stanza), spam=spam)
    if lesson is not None:
        learn(lesson, vault)


def _befriend(vault: Vault, item: Item) -> None:
    sender = parse(item.stanza).sender
    if sender is not None:
        Correspondents(vault).add(str(sender.bare))
