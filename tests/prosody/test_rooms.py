"""Rooms (XEP-0045) on either server: what comes from one that the user is in passes, invitations are judged."""

from collections.abc import Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

MUC = "http://jabber.org/protocol/muc"
INVITE = f"{{{MUC}#user}}x/{{{MUC}#user}}invite"


@pytest.fixture
def juliet(taught: Any, providence: Any) -> Any:
    """A user who has taught, invitations too, logged in."""
    with providence.client() as pnp:
        for number in range(10):
            for text, spam in ((SPAM, True), (HAM, False)):
                pnp.tell(taught.bare, invitation("room@rooms.example", f"{text} {number}").encode(), spam=spam)
    return taught


@pytest.fixture(params=["rooms.capulet.example", "rooms.montague.example"], ids=["here", "there"])
def room(request: pytest.FixtureRequest, people: Iterator[int], romeo: Any) -> str:
    """A room of the stranger's, on either server."""
    jid = f"room{next(people)}@{request.param}"
    enter(romeo, jid)
    romeo.ask("set", f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>", jid)
    return jid


def invitation(room: str, reason: str) -> str:
    """Return an invitation as the room sends it on."""
    return (
        f"<message from='{room}'><x xmlns='{MUC}#user'><invite from='romeo@montague.example'>"
        f"<reason>{reason}</reason></invite></x></message>"
    )


def enter(client: Any, room: str) -> None:
    client.send(f"<presence to='{room}/{client.user}'><x xmlns='{MUC}'/></presence>")
    client.wait(lambda stanza: stanza.get("from") == f"{room}/{client.user}" and stanza.tag.endswith("presence"))


def invite(client: Any, room: str, jid: str, reason: str) -> None:
    invite = f"<invite to='{jid}'><reason>{reason}</reason></invite>"
    client.send(f"<message to='{room}'><x xmlns='{MUC}#user'>{invite}</x></message>")


def test_what_is_said_in_a_room_that_the_user_is_in_passes(juliet: Any, romeo: Any, room: str) -> None:
    enter(juliet, room)
    romeo.say(room, SPAM, kind="groupchat")
    received = juliet.wait(lambda stanza: stanza.get("type") == "groupchat" and SPAM in "".join(stanza.itertext()))

    assert f"{room}/{romeo.user}" == received.get("from")


def test_an_invitation_is_judged_by_its_words(juliet: Any, romeo: Any, room: str, providence: Any) -> None:
    invite(romeo, room, juliet.bare, SPAM)
    invite(romeo, room, juliet.bare, HAM)
    received = juliet.wait(lambda stanza: stanza.find(INVITE) is not None)

    assert HAM in "".join(received.itertext())
    assert providence.has(juliet.bare, junk=1)
    assert [] == [each for each in juliet.arrived() if each.find(INVITE) is not None]


def test_an_invitation_in_the_junk_box_can_be_released(
    juliet: Any, romeo: Any, room: str, providence: Any, capulet: Any
) -> None:
    jid = juliet.bare
    invite(romeo, room, jid, SPAM)
    assert providence.has(jid, junk=1)
    with providence.client() as pnp:
        (item,) = pnp.junk(jid, "list").json()["items"]
        pnp.junk(jid, "release", item["item"])
    juliet.close()
    with capulet.client(jid) as client:
        received = client.wait(lambda stanza: stanza.find(INVITE) is not None)

        assert (room, True) == (received.get("from"), SPAM in "".join(received.itertext()))


def test_who_left_a_room_is_invited_to_it_by_a_stranger_again(
    juliet: Any, romeo: Any, room: str, providence: Any
) -> None:
    enter(juliet, room)
    juliet.send(f"<presence to='{room}/{juliet.user}' type='unavailable'/>")
    juliet.wait(lambda stanza: stanza.get("type") == "unavailable" and room in (stanza.get("from") or ""))
    invite(romeo, room, juliet.bare, SPAM)

    assert providence.has(juliet.bare, junk=1)
