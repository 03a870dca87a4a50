"""What an operator may have instead of enforcing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

PASSIVE, MARKED, MONTAGUE = "passive.example", "marked.example", "montague.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hi, it is Rosaline from the choir, do you still have the tenor part?"
FORGED = "<mark xmlns='urn:xmpp:spim-marker:0' filter='montague.example'/>"

Account = Callable[..., str]


@pytest.fixture
def romeo(montague: Any, account: Account) -> Iterator[Any]:
    """A stranger, logged in."""
    with montague.client(account(montague, MONTAGUE)) as client:
        yield client


def test_passive_delivers_everything_and_logs_what_it_thinks(
    capulet: Any, providence: Any, romeo: Any, account: Account
) -> None:
    jid = account(capulet, PASSIVE)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        romeo.say(jid, HAM)

        assert [SPAM, HAM] == client.bodies(2)
        assert providence.until(lambda: len(capulet.log_lines("Passive: ")) == 2)
        assert ["junk", "deliver"] == [line.split("Passive: ")[1].split()[0] for line in capulet.log_lines("Passive: ")]
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


def test_no_log_line_holds_a_word_of_a_message(capulet: Any, providence: Any, romeo: Any, account: Account) -> None:
    jid = account(capulet, PASSIVE)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        client.body()

    for word in ("crypto", "Rosaline", "pencil"):
        assert [] == capulet.log_lines(word)
