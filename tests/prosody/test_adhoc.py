"""The junk box as forms, for clients that have ad-hoc commands."""

from collections.abc import Callable
from typing import Any

import pytest

from providence.tests.prosody.verona.box import JUNK, JunkBox, values
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, OTHER, MONTAGUE, BOT = "capulet.example", "capulet256.example", "montague.example", "junk.capulet.example"
NODES = {
    "list",
    "waiting",
    "decisions",
    "exempt",
    "correspondents",
    "settings",
    "status",
    "export",
    "recovery",
    "lock",
    "erase",
}

Account = Callable[..., str]


def chosen(form: Any, number: int, deed: str) -> dict[str, list[str]]:
    """Choose the entry of this number, and what to do with it."""
    return {"entries": [list(form.options("entries"))[number - 1]], "deed": [deed]}


@pytest.mark.parametrize("where", [CAPULET, BOT, "account", ""])
def test_the_commands_are_the_same_wherever_a_client_looks(box: JunkBox, juliet: str, where: str) -> None:
    to = juliet if where == "account" else where
    nodes = box.nodes(to)
    assert NODES == set(nodes)
    assert nodes["list"] == "Junk box"

    info = box.client.ask("get", f"<query xmlns='http://jabber.org/protocol/disco#info' node='{JUNK}#status'/>", to)
    assert "command-node" in [child.get("type") for child in info.iter()]
    status = box.run("status", to=to)
    assert "completed" == status.status
    assert "10 spam" in status.text


def test_junk_is_read_and_released_by_a_form(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    sender = romeo.bare
    romeo.say(juliet, SPAM)
    romeo.say(juliet, f"{SPAM} Last chance!")
    assert providence.has(juliet, junk=2)

    form = box.run("list")
    assert ("executing", ["complete"]) == (form.status, form.actions)
    assert {"hidden", "list-multi", "list-single"} == form.types
    assert all(sender in label for label in form.options("entries").values())
    shown = box.run("list", chosen(form, 2, "show"), action="complete", after=form)
    assert ("completed", form.session) == (shown.status, shown.session)
    assert f"> {SPAM}" in shown.text

    assert "delivered" in box.run("list", chosen(form, 2, "release"), after=form).text
    released = box.client.wait(lambda stanza: stanza.get("from") == romeo.jid)
    assert released.find("{urn:xmpp:delay}delay") is not None
    assert providence.has(juliet, junk=1)
    assert "deleted" in box.run("list", chosen(form, 1, "delete"), after=form).text
    assert providence.has(juliet, junk=0)
    assert "nothing here" in box.run("list").text


def test_junk_teaches_by_a_form(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)
    form = box.run("list")

    box.run("list", chosen(form, 1, "ham"), after=form)
    assert providence.has(juliet, spam=10, ham=11, junk=1)
    box.run("list", chosen(form, 1, "spam"), after=form)
    assert providence.has(juliet, spam=11, ham=10, junk=1)
    assert box.run("list", chosen(form, 1, "why"), after=form).fields


def test_pages_are_turned(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    for number in range(21):
        romeo.say(juliet, f"{SPAM} {number}")
    assert providence.has(juliet, junk=21)

    first = box.run("list")
    assert (["next", "complete"], 20) == (first.actions, len(first.options("entries")))
    second = box.run("list", action="next", after=first)
    assert (["prev", "complete"], 1) == (second.actions, len(second.options("entries")))
    again = box.run("list", action="prev", after=second)
    assert first.options("entries") == again.options("entries")
    assert "canceled" == box.run("list", action="cancel", after=again).status


def test_rules_and_contacts_are_looked_after(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    form = box.run("exempt")
    new = {"rule": ["deny"], "kind": ["domain"], "value": [MONTAGUE]}
    assert "completed" == box.run("exempt", new, action="complete", after=form).status
    romeo.say(juliet, HAM)
    assert providence.has(juliet, junk=1)
    form = box.run("exempt")
    assert [f"deny domain {MONTAGUE}"] == list(form.options("entries").values())
    box.run("exempt", chosen(form, 1, "remove"), action="complete", after=form)

    sender = romeo.bare
    box.client.say(sender, HAM)
    romeo.body()
    form = box.run("correspondents")
    assert [sender] == list(form.options("entries").values())
    box.run("correspondents", chosen(form, 1, "forget"), action="complete", after=form)
    assert "nothing here" in box.run("correspondents").text


def test_settings_are_chosen_with_fields_of_all_kinds(juliet: str, box: JunkBox, romeo: Any) -> None:
    form = box.run("settings")
    assert {"list-single", "text-single", "boolean"} <= form.types
    assert ["server"] == values(form.field("mode"))
    wrong = box.run("settings", {"linger_hours": ["a while"]}, action="complete", after=form)
    assert "executing" == wrong.status
    assert wrong.iq.find(".//*[@type='error']") is not None

    done = box.run("settings", {"mode": ["mark"], "digest": ["1"], "linger_hours": ["5"]}, after=form)
    assert "completed" == done.status
    form = box.run("settings")
    assert [["mark"], ["1"], ["5"]] == [values(form.field(var)) for var in ("mode", "digest", "linger_hours")]
    romeo.say(juliet, SPAM)
    marked = box.client.wait(lambda stanza: stanza.get("from") == romeo.jid)
    assert marked.find("{urn:xmpp:spim-marker:0}mark") is not None


def test_recovery_code_lock_and_erase_ask_first(juliet: str, box: JunkBox, capulet: Any, providence: Any) -> None:
    form = box.run("recovery")
    assert "executing" == form.status
    code = box.run("recovery", action="complete", after=form)
    assert "completed" == code.status
    assert "Write it down" in code.text

    form = box.run("lock")
    assert providence.has(juliet, state="open")
    assert "locked" in box.run("lock", action="complete", after=form).text
    assert providence.has(juliet, state="locked")
    assert "locked" in box.run("list").text
    with capulet.client(juliet, resource="again") as client:
        box = JunkBox(client)
        form = box.run("erase")
        assert "Nothing was erased" in box.run("erase", {"address": ["yes"]}, after=form).text
        assert "erased" in box.run("erase", {"address": [juliet]}, after=form).text
        assert providence.has(juliet, state="locked")


def test_what_is_no_command_is_an_error(box: JunkBox, providence: Any) -> None:
    assert "service-unavailable" == box.run("urn:example:other").error
    assert "item-not-found" == box.run("urn:example:other", to=BOT).error
    assert "bad-request" == box.run("list", action="fly").error
    assert "bad-request" == box.run("list", {"entries": ["no such"], "deed": ["release"]}).error
    providence.stop()
    try:
        assert NODES == set(box.nodes(CAPULET))
        assert "resource-constraint" == box.run("list").error
    finally:
        providence.start()


def test_nobody_from_elsewhere_sees_or_runs_a_command(
    box: JunkBox, juliet: str, capulet: Any, romeo: Any, account: Account
) -> None:
    box.client.send(f"<presence to='{romeo.jid.partition('/')[0]}' type='subscribed'/>")
    with capulet.client(account(capulet, OTHER)) as tybalt:
        for stranger in (JunkBox(tybalt), JunkBox(romeo)):
            assert {} == stranger.nodes(CAPULET)
            for to in (CAPULET, BOT, juliet):
                assert stranger.run("list", to=to).error
                info = f"<query xmlns='http://jabber.org/protocol/disco#info' node='{JUNK}#list'/>"
                assert "error" == stranger.client.ask("get", info, to).get("type")
