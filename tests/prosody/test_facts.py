"""What CHECK is told of a stanza besides its bytes."""

from collections.abc import Callable
from typing import Any

import pytest

from providence.tests.prosody.verona.plays import needs_lua, play

CELL, DIALBACK = "cell.example", "dialback.example"
ALLOWED = 100  # signs of one stranger
WORDS = "Do you still have the tenor part?"
COMPOSING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
INFO = "<info xmlns='urn:xmpp:raa:0' affiliation='registered' since='2023-06-27T00:00:00Z' trust='57'/>"
CAPS = "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:example' ver='x'/>"
STREAMS = {
    "certificate": ["Peer-IP: 192.0.2.1", "Secure: yes", "Cert: valid", "Auth: external"],
    "second_domain": ["Peer-IP: 192.0.2.1", "Secure: yes", "Cert: valid", "Auth: dialback"],
    "dialback": ["Peer-IP: 2001:db8::1", "Secure: no", "Cert: invalid", "Auth: dialback"],
    "zone": ["Peer-IP: fe80::1", "Secure: yes", "Auth: local"],
    "unknown": [],
}
CLAIMS = """
all: affiliation=registered;since=2023-06-27T00:00:00Z;trust=57
least: affiliation=admin
date: affiliation=member;since=2023-06-27T00:00:00.123+02:00;trust=100
zeros: affiliation=anonymous;trust=7
no date: affiliation=member
no affiliation: nil
two: nil
none: nil
not there: nil
not told: nil
unknown: nil
unknown, nothing said: nil
asked: new.example
in the stanza: yes
never seen: nil
seen: yes
seen without: no
here: yes
here without: no
here and hidden: nil
"""

Account = Callable[..., str]


@pytest.fixture
def check(nurse: Any, friar: Any) -> Callable[[int], Any]:
    """`check(number)`: the headers of that question, from 0."""

    def headers(number: int) -> Any:
        return friar.told("CHECK", number + 1, user=nurse.bare)[number][0]

    return headers


@needs_lua
@pytest.mark.parametrize("stream", STREAMS)
def test_what_the_server_knows_is_told_and_what_it_does_not_is_left_out(stream: str) -> None:
    assert STREAMS[stream] == play("facts", "facts", stream)


@needs_lua
def test_what_sender_and_server_say_is_told_in_its_form_or_left_out() -> None:
    assert CLAIMS.split("\n")[1:-1] == play("claims", "claims")


def test_what_a_server_says_of_its_user_is_told_once_it_is_known_that_it_does(
    nurse: Any, romeo: Any, check: Callable[[int], Any]
) -> None:
    number = 0
    romeo.say(nurse.jid, WORDS, extra=INFO)
    while "account" not in check(number):  # the server is being asked
        number += 1
        romeo.say(nurse.jid, WORDS, extra=INFO)

    assert "affiliation=registered;since=2023-06-27T00:00:00Z;trust=57" == check(number)["account"]


def test_what_a_client_says_of_itself_where_its_server_does_not_is_not_told(
    nurse: Any, dialback: Any, account: Account, check: Callable[[int], Any]
) -> None:
    with dialback.client(account(dialback, DIALBACK)) as paris:
        for number in range(3):
            paris.say(nurse.jid, WORDS, extra=INFO)

            assert "account" not in check(number)
            nurse.body()
            nurse.reach(DIALBACK)


def test_whether_a_client_announced_itself_is_told(nurse: Any, romeo: Any, check: Callable[[int], Any]) -> None:
    romeo.say(nurse.jid, WORDS)
    assert "caps" not in check(0)
    romeo.send(f"<presence to='{nurse.jid}'>{CAPS}</presence>")
    romeo.say(nurse.jid, WORDS)
    assert "yes" == check(1)["caps"]
    romeo.send(f"<presence to='{nurse.jid}'/>")
    romeo.say(nurse.jid, WORDS)

    assert "no" == check(2)["caps"]


def test_what_passed_unjudged_is_counted_from_question_to_question(
    nurse: Any, romeo: Any, check: Callable[[int], Any]
) -> None:
    for count in (0, 3, 0):
        for _ in range(count):
            romeo.send(f"<message to='{nurse.jid}' type='chat'>{COMPOSING}</message>")
        romeo.say(nurse.jid, WORDS)

    assert ["0", "3", "0"] == [check(number)["unjudged"] for number in range(3)]


def test_signs_of_one_stranger_are_bounded_until_one_of_the_two_says_something(
    nurse: Any, romeo: Any, check: Callable[[int], Any]
) -> None:
    def flood() -> int:
        for _ in range(ALLOWED + 50):
            romeo.send(f"<message to='{nurse.jid}' type='chat'>{COMPOSING}</message>")
        romeo.reach(CELL)
        return len(nurse.flush())

    # A little comes back with time.
    assert ALLOWED <= flood() < ALLOWED + 40
    romeo.say(nurse.jid, WORDS)
    assert WORDS == nurse.body()
    assert "150" == check(0)["unjudged"]
    assert ALLOWED <= flood() < ALLOWED + 40
    nurse.say(romeo.jid, WORDS)
    romeo.body()
    assert ALLOWED <= flood() < ALLOWED + 40


def test_errors_are_bounded_likewise_and_never_judged(nurse: Any, romeo: Any, friar: Any) -> None:
    for _ in range(ALLOWED + 50):
        romeo.send(f"<message to='{nurse.jid}' type='error'><body>{WORDS}</body></message>")
    romeo.reach(CELL)

    assert ALLOWED <= len(nurse.flush()) < ALLOWED + 40
    assert not friar.was_told("CHECK", user=nurse.bare)
