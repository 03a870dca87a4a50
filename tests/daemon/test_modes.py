"""CHECK in its modes: what is kept, what is noted, what is told."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from providence.pnp import Client

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"
STRANGER = "stranger@else.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hello, Rosaline from the choir. Please send me the tenor part"

Message = Callable[..., bytes]


@pytest.fixture
def client(daemon: "Daemon", message: Message) -> Iterator[Client]:
    """A client of a daemon whose one user taught it something."""
    with daemon.client() as client:
        daemon.log_in(client)
        for number in range(10):
            client.tell(JULIET, message(f"{SPAM} {'!' * number}"), spam=True)
            client.tell(JULIET, message(f"{HAM} {'?' * number}"), spam=False)
        yield client


def test_passive_tells_what_would_have_been_done_and_keeps_nothing_back(client: Client, message: Message) -> None:
    answer = client.check(JULIET, message(SPAM), mode="passive")

    assert ("junk", None) == (answer.headers["verdict"], answer.headers.get("item"))
    assert {"reasons"} == answer.json().keys()
    assert 0 == client.status(JULIET).json()["junk"]


def test_passive_remembers_what_can_be_reported_then(client: Client, message: Message) -> None:
    client.check(JULIET, message(HAM), mode="passive")
    client.report(JULIET, STRANGER)

    assert 11 == client.status(JULIET).json()["spam"]


def test_passive_keeps_nothing_for_a_locked_user_either(client: Client, daemon: "Daemon", message: Message) -> None:
    client.lock(JULIET)
    assert "delay" == client.check(JULIET, message(SPAM), mode="passive").headers["verdict"]
    answer = daemon.log_in(client)

    assert "0" == answer.headers["released"]
    assert 0 == client.status(JULIET).json()["junk"]


def test_a_member_of_the_test_program_is_told_and_nobody_else_is(client: Client, message: Message) -> None:
    client.settings(JULIET, {"program": True})
    notice = client.check(JULIET, message(SPAM), mode="passive").json()["notice"]
    assert STRANGER in notice
    assert "notice" not in client.check(JULIET, message(HAM), mode="passive").json()
    assert "notice" not in client.check(JULIET, message(SPAM)).json()

    (code,) = {word.strip("`;.") for word in notice.split() if word.startswith("d") and word.strip("`;.")[1:].isdigit()}
    assert client.say(JULIET, f"valid {code}").json()["replies"]
    assert 1 == client.stats().json()["counts"]["program-valid"]


def test_stats_count_passive_decisions_apart(client: Client, message: Message) -> None:
    client.check(JULIET, message(SPAM), mode="passive")
    client.check(JULIET, message(SPAM))
    counts = client.stats().json()["counts"]

    assert (1, 1) == (counts["passive-junk"], counts["junk"])


def test_all_facts_of_a_server_are_taken(client: Client, message: Message) -> None:
    client.say(JULIET, "deny group Pests")
    facts = {
        "From": STRANGER,
        "Groups": json.dumps(["Pests", "Семья"], ensure_ascii=False),
        "Caps": "yes",
        "Account": "affiliation=registered;since=2023-06-27T00:00:00Z;trust=57",
        "Unjudged": "3",
    }

    assert [["EXEMPT_DENY", 0.0]] == client.check(JULIET, message(HAM), facts).json()["reasons"]


def test_a_day_that_is_in_no_calendar_brings_nobody_past_the_judge(client: Client, message: Message) -> None:
    facts = {"Account": "affiliation=member;since=2023-02-30T00:00:00Z"}

    assert "junk" == client.check(JULIET, message(SPAM), facts).headers["verdict"]


def test_preferences_come_with_the_unlock_and_with_each_change(client: Client, daemon: "Daemon") -> None:
    assert "mode=server, forward=no, program=no" == daemon.log_in(client).headers["preferences"]

    chosen = client.settings(JULIET, {"mode": "passive", "forward": True})
    assert "mode=passive, forward=yes, program=no" == chosen.headers["preferences"]
    client.lock(JULIET)
    assert "mode=passive, forward=yes, program=no" == daemon.log_in(client).headers["preferences"]


def test_ping_names_the_features_and_the_commands(client: Client) -> None:
    about = client.ping().json()

    assert {"passive", "facts", "contact", "faces"} <= set(about["features"])
    assert {"node": "urn:providence:0:junk#list", "name": "Junk box"} in about["commands"]
