"""Participants of rooms, who whisper (XEP-0045): judged, and known by the id that the room gives (XEP-0421)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from providence.tests.prosody.verona.friar import Friar
from providence.tests.prosody.verona.plays import needs_lua, play
from providence.tests.prosody.verona.words import HAM, SPAM

MONTAGUE, CONTACT = "montague.example", "balthasar@montague.example"
OLD_ROOMS = "old.montague.example"
MUC = "http://jabber.org/protocol/muc"
OCCUPANT = "urn:xmpp:occupant-id:0"
FORGED = f"<occupant-id xmlns='{OCCUPANT}' id='somebody-else'/>"
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/>"
LONGEST = 128
TRIES = 5
EXPECTED = f"""
whispered: dd72 garden@rooms.example/Romeo
without a type: dd72 garden@rooms.example/Romeo
said to all: nil nil
refused: nil nil
of the room itself: nil nil
no id: nil nil
two: nil nil
longest: {LONGEST} garden@rooms.example/Romeo
too long: nil nil
empty: nil nil
space: nil nil
line end: nil nil
letters of others: nil nil
inside another element: nil nil
not in the room: nil nil
a room that gives none: nil nil
no room: nil nil
a room that was not asked yet: nil nil
channel: 123456 123456#coven@mix.example
channel, with an id by its participant: 123456 123456#coven@mix.example
channel, to all: nil nil
channel, too long: nil nil
like a channel's: nil nil
like a stranger channel's: nil nil
meant, present: garden@rooms.example/Romeo dd74
meant, channel: 123456#coven@mix.example 123456
meant, unknown: garden@rooms.example nil
meant, without ids: old@rooms.example nil
meant, person: romeo@montague.example nil
meant, room: garden@rooms.example nil
asked: ball@rooms.example
a daemon that knows no participants: nil nil
"""


def enter(client: Any, room: str) -> None:
    client.send(f"<presence to='{room}/{client.user}'><x xmlns='{MUC}'/></presence>")
    # The last that a room sends to who enters.
    client.wait(lambda stanza: stanza.find("{jabber:client}subject") is not None)


def enter_known(client: Any, room: str, daemon: Any) -> None:
    """Enter a room, and wait until the server has taken note of what it says of itself."""
    enter(client, room)
    client.reach(room.partition("@")[2])
    # What the server does a moment later, it does after that.
    client.ask("set", f"<query xmlns='jabber:iq:roster'><item jid='{CONTACT}'/></query>")
    if isinstance(daemon, Friar):
        daemon.told("CONTACT", user=client.bare)
        return
    with daemon.client() as pnp:
        assert daemon.until(lambda: CONTACT in str(pnp.say(client.bare, "contacts").json()))


def whisper(sender: Any, room: str, receiver: Any, body: str, extra: str = "") -> None:
    sender.say(f"{room}/{receiver.user}", body, extra=extra)


def whisper_judged(sender: Any, room: str, receiver: Any, friar: Friar, extra: str = "") -> Any:
    """Whisper until it is judged: a room that the server had no time to ask is asked at the first whisper."""
    for _ in range(TRIES):
        whisper(sender, room, receiver, HAM, extra)
        with suppress(AssertionError):
            return friar.told("CHECK", patience=2, user=receiver.bare)[0]
    raise AssertionError("no whisper is judged")


def id_of(client: Any, room: str, nick: str) -> str:
    """Return the id that a room gives, as a client has seen it."""
    client.send(f"<presence to='{room}/{client.user}'><show>away</show></presence>")
    seen = client.wait(lambda stanza: stanza.get("from") == f"{room}/{nick}" and stanza.tag.endswith("presence"))
    return str(seen.find(f"{{{OCCUPANT}}}occupant-id").get("id"))


@pytest.fixture
def new_room(people: Iterator[int], romeo: Any) -> Callable[[str], str]:
    """`new_room(service)`: a room of the stranger's."""

    def make(service: str) -> str:
        jid = f"room{next(people)}@{service}"
        enter(romeo, jid)
        romeo.ask("set", f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>", jid)
        return jid

    return make


@pytest.fixture(params=["rooms.capulet.example", "rooms.montague.example"], ids=["here", "there"])
def room(request: pytest.FixtureRequest, new_room: Callable[[str], str]) -> str:
    """A room that gives ids, on either server."""
    return new_room(request.param)


@needs_lua
def test_an_id_counts_from_a_room_or_channel_that_the_user_is_in_and_that_gives_it() -> None:
    assert EXPECTED.split("\n")[1:-1] == play("participants", "participants")


def test_who_whispers_is_told_by_the_id_that_the_room_gives_and_not_by_a_forged_one(
    nurse: Any, romeo: Any, room: str, friar: Any
) -> None:
    enter_known(nurse, room, friar)
    headers, body = whisper_judged(romeo, room, nurse, friar, FORGED)

    assert HAM == nurse.body()
    assert f"{room}/{romeo.user}" == headers["from"]
    assert id_of(romeo, room, romeo.user) == headers["occupant"]
    assert b"somebody-else" not in body
    # What is told of a stranger's own server would be said of the room's.
    assert not {"peer-ip", "caps", "account", "groups"} & headers.keys()


def test_a_participant_keeps_the_id_under_another_nickname(nurse: Any, romeo: Any, room: str, friar: Any) -> None:
    enter_known(nurse, room, friar)
    first, _ = whisper_judged(romeo, room, nurse, friar)
    romeo.send(f"<presence to='{room}/masked'/>")
    romeo.wait(lambda stanza: stanza.get("from") == f"{room}/masked")
    whisper(romeo, room, nurse, HAM)

    second, _ = friar.told("CHECK", 2, user=nurse.bare)[-1]
    assert (f"{room}/{romeo.user}", f"{room}/masked") == (first["from"], second["from"])
    assert first["occupant"] == second["occupant"]


def test_what_is_said_to_all_and_signs_pass_unjudged(nurse: Any, romeo: Any, room: str, friar: Any) -> None:
    enter_known(nurse, room, friar)
    romeo.say(room, SPAM, kind="groupchat")
    nurse.wait(lambda stanza: stanza.get("type") == "groupchat" and SPAM in "".join(stanza.itertext()))
    composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
    romeo.send(f"<message to='{room}/{nurse.user}' type='chat'>{composing}</message>")
    nurse.wait(lambda stanza: stanza.find("{http://jabber.org/protocol/chatstates}composing") is not None)

    assert not friar.was_told("CHECK", user=nurse.bare)


def test_a_room_that_gives_no_ids_lets_nobody_choose_one(
    nurse: Any, romeo: Any, new_room: Callable[[str], str], friar: Any
) -> None:
    room = new_room(OLD_ROOMS)
    enter_known(nurse, room, friar)
    whisper(romeo, room, nurse, SPAM, FORGED)
    received = nurse.message()

    assert "somebody-else" == received.find(f"{{{OCCUPANT}}}occupant-id").get("id")
    assert not friar.was_told("CHECK", user=nurse.bare)


def test_who_is_no_room_cannot_choose_an_id(nurse: Any, romeo: Any, friar: Any) -> None:
    romeo.say(nurse.jid, SPAM, extra=FORGED)
    nurse.body()
    assert "occupant" not in friar.told("CHECK", user=nurse.bare)[0][0]
    # The user shows that they are there; that makes it no room, and no stranger.
    nurse.send(f"<presence to='{romeo.jid}'/>")
    romeo.wait(lambda stanza: stanza.get("from") == nurse.jid and stanza.tag.endswith("presence"))
    for _ in range(3):
        romeo.say(nurse.jid, SPAM, extra=FORGED)
        nurse.body()
        nurse.reach(MONTAGUE)

    assert 1 == len(friar.told("CHECK", user=nurse.bare))


def test_who_left_a_room_hears_of_its_participants_as_of_strangers(
    nurse: Any, romeo: Any, room: str, friar: Any
) -> None:
    enter_known(nurse, room, friar)
    nurse.send(f"<presence to='{room}/{nurse.user}' type='unavailable'/>")
    nurse.wait(lambda stanza: stanza.get("type") == "unavailable" and room in (stanza.get("from") or ""))
    romeo.send(f"<message to='{room}'><x xmlns='{MUC}#user'><invite to='{nurse.bare}'/></x></message>")
    nurse.wait(lambda stanza: stanza.find(f"{{{MUC}#user}}x/{{{MUC}#user}}invite") is not None)

    assert "occupant" not in friar.told("CHECK", user=nurse.bare)[0][0]


def test_what_the_user_does_to_a_participant_names_the_participant(
    nurse: Any, romeo: Any, room: str, friar: Any
) -> None:
    enter_known(nurse, room, friar)
    nick, who = f"{room}/{romeo.user}", {"user": nurse.bare, "occupant": id_of(romeo, room, romeo.user)}
    whisper(romeo, room, nurse, HAM)
    nurse.body()
    nurse.say(nick, "I do")
    nurse.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{nick}'/></block>")
    nurse.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{nick}'>{REPORT}</item></block>")

    assert friar.told("SENT", **who)
    assert friar.told("CONTACT", **who, **{"from": nick, "change": "blocked"})
    assert friar.told("REPORT", **who, **{"from": nick})


def test_a_whisper_is_judged_by_its_words(taught: Any, romeo: Any, room: str, providence: Any) -> None:
    enter_known(taught, room, providence)
    whisper(romeo, room, taught, SPAM)
    whisper(romeo, room, taught, HAM)

    assert HAM == taught.body()
    assert providence.has(taught.bare, junk=1)
    with providence.client() as pnp:
        (item,) = pnp.junk(taught.bare, "list").json()["items"]
    assert f"{room}/{romeo.user}" == item["from"]


def test_whom_the_user_answers_may_whisper_and_the_others_in_the_room_may_not(
    taught: Any, romeo: Any, paris: Any, room: str, providence: Any
) -> None:
    enter_known(taught, room, providence)
    enter(paris, room)
    whisper(romeo, room, taught, HAM)
    assert HAM == taught.body()
    taught.say(f"{room}/{romeo.user}", "Yes, here it is")
    assert "Yes, here it is" == romeo.body()
    whisper(romeo, room, taught, SPAM)
    assert SPAM == taught.body()
    whisper(paris, room, taught, SPAM)

    assert providence.has(taught.bare, junk=1)
    assert [] == taught.flush()


def test_a_participant_whose_whisper_is_taken_out_of_the_junk_box_may_whisper_and_the_others_may_not(
    taught: Any, romeo: Any, paris: Any, room: str, providence: Any
) -> None:
    jid = taught.bare
    enter_known(taught, room, providence)
    enter(paris, room)
    whisper(romeo, room, taught, SPAM)
    assert providence.has(jid, junk=1)
    with providence.client() as pnp:
        (item,) = pnp.junk(jid, "list").json()["items"]
        pnp.junk(jid, "release", item["item"])
    whisper(romeo, room, taught, f"{SPAM} Now!")
    assert f"{SPAM} Now!" == taught.body()
    whisper(paris, room, taught, SPAM)

    assert providence.has(jid, junk=1)
