"""What an operator, or a user, may have instead of enforcing."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

PASSIVE, MARKED, CELL = "passive.example", "marked.example", "cell.example"
CHAT_STATES = "http://jabber.org/protocol/chatstates"
FORGED = "<mark xmlns='urn:xmpp:spim-marker:0' filter='montague.example'/>"
# Who is named as having marked a stanza from montague.example, and whether that is its sender's own server.
FILTERS = {
    "montague.example": True,
    "Montague.example/bayes": True,
    "filter.montague.example": True,
    "anybody@montague.example": True,
    "cell.example": False,
    "evilmontague.example": False,
    "montague.example.evil.example": False,
    "example": False,
    "": False,
}

Account = Callable[..., str]


def test_passive_delivers_everything_and_logs_what_it_thinks(
    capulet: Any, providence: Any, romeo: Any, account: Account
) -> None:
    jid = account(capulet, PASSIVE)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        before = len(capulet.log_lines("Passive: "))
        romeo.say(jid, SPAM)
        romeo.say(jid, HAM)

        assert [SPAM, HAM] == client.bodies(2)
        assert providence.until(lambda: len(capulet.log_lines("Passive: ")) == before + 2)
        lines = capulet.log_lines("Passive: ")[before:]
        assert ["junk", "deliver"] == [line.split("Passive: ")[1].split()[0] for line in lines]
        with providence.client() as pnp:
            assert 0 == pnp.status(jid).json()["junk"]


def test_mark_delivers_everything_and_marks_spam_and_nobody_else_does(
    capulet: Any, providence: Any, romeo: Any, account: Account
) -> None:
    jid = account(capulet, MARKED)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        romeo.say(jid, HAM, extra=FORGED)
        marks = [client.message().find("{urn:xmpp:spim-marker:0}mark") for _ in range(2)]

    assert marks[0] is not None
    assert MARKED == marks[0].get("filter")
    assert marks[1] is None


def test_what_the_senders_own_server_marks_is_told_and_what_others_mark_is_not(
    capulet: Any, friar: Any, romeo: Any, account: Account
) -> None:
    jid = account(capulet, CELL)
    with capulet.client(jid) as client:
        for name in FILTERS:
            romeo.say(jid, HAM, extra=FORGED.replace("montague.example", name))
        romeo.say(jid, HAM, extra=f"<x xmlns='jabber:x:oob'>{FORGED}</x>")
        romeo.say(jid, HAM, extra=FORGED.replace("montague", "other") + FORGED * 3)
        client.bodies(len(FILTERS) + 2)

    told = [headers.get("marked") for headers, _ in friar.told("CHECK", len(FILTERS) + 2, user=jid)]
    assert ["yes" if own else None for own in [*FILTERS.values(), False, True]] == told


def test_a_mark_is_evidence_once_also_where_it_is_taken_away(
    capulet: Any, providence: Any, romeo: Any, account: Account
) -> None:
    jid, marked = account(capulet, PASSIVE), account(capulet, MARKED)
    with capulet.client(jid) as client, capulet.client(marked) as other:
        providence.teach(jid, SPAM, HAM)
        providence.teach(marked, SPAM, HAM)
        before = len(capulet.log_lines("Passive: "))
        romeo.say(jid, HAM, extra=FORGED * 2)
        romeo.say(marked, HAM, extra=FORGED)
        client.body()
        other.body()

        assert providence.until(lambda: len(capulet.log_lines("Passive: ")) == before + 1)
        (line,) = capulet.log_lines("Passive: ")[before:]
        assert 1 == line.count("MARKED +0.80")
        with providence.client() as pnp:
            pnp.say(marked, "log")
            assert "its own server takes it for spam" in "".join(pnp.say(marked, "why 1").json()["replies"])


def test_no_log_line_holds_a_word_of_a_message(capulet: Any, providence: Any, romeo: Any, account: Account) -> None:
    jid = account(capulet, PASSIVE)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        client.body()

    for word in ("crypto", "Rosaline", "pencil"):
        assert [] == capulet.log_lines(word)


@pytest.fixture
def chosen(capulet: Any, friar: Any, account: Account) -> Iterator[Callable[[str], Any]]:
    """`chosen(preferences)`: log in as a user of an enforcing host with these; everything is junk to the daemon."""
    clients = []

    def make(preferences: str) -> Any:
        jid = account(capulet, CELL)
        notice = json.dumps({"reasons": [["content", 3.2]], "notice": "I think that is spam."}).encode()
        friar.answers["CHECK"] = 200, {"Verdict": "junk", "Score": "0.9"}, notice
        friar.answers["UNLOCK"] = 200, {"Preferences": preferences}, bytes(32)
        client = capulet.client(jid)
        clients.append(client)
        friar.told("NEWS", user=jid)
        client.flush()
        return client

    yield make
    for client in clients:
        client.close()


def test_the_users_own_mode_counts_before_the_operators(chosen: Callable[[str], Any], friar: Any, romeo: Any) -> None:
    enforced, marked, off = (chosen(f"mode={mode}, forward=no, program=no") for mode in ("server", "mark", "off"))
    for client in (enforced, marked, off):
        romeo.say(client.jid, SPAM)

    assert SPAM == off.body()
    marked.wait(lambda stanza: stanza.find("{urn:xmpp:spim-marker:0}mark") is not None)
    assert "passive" == friar.told("CHECK", user=marked.bare)[0][0]["mode"]
    assert "mode" not in friar.told("CHECK", user=enforced.bare)[0][0]
    assert [] == enforced.flush()
    assert not friar.was_told("CHECK", user=off.bare)


def test_in_the_test_program_the_user_hears_of_verdicts_and_the_log_does_not(
    chosen: Callable[[str], Any], capulet: Any, friar: Any, romeo: Any
) -> None:
    before = len(capulet.log_lines("Passive: "))
    client = chosen("mode=server, forward=no, program=yes")
    romeo.say(client.jid, SPAM)

    assert {SPAM, "I think that is spam."} == set(client.bodies(2))
    assert before == len(capulet.log_lines("Passive: "))


def test_passive_counts_and_drops_nothing(chosen: Callable[[str], Any], friar: Any, romeo: Any) -> None:
    client = chosen("mode=passive, forward=no, program=no")
    for _ in range(150):
        romeo.send(f"<message to='{client.jid}' type='chat'><active xmlns='{CHAT_STATES}'/></message>")
    romeo.say(client.jid, SPAM)
    romeo.reach(CELL)

    assert 151 <= len(client.flush())
    assert "150" == friar.told("CHECK", user=client.bare)[0][0]["unjudged"]
