"""What a user says of somebody without words, and what becomes of reports."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

CAPULET, CELL, MONTAGUE = "capulet.example", "cell.example", "montague.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
ROSTER, BLOCKING = "jabber:iq:roster", "urn:xmpp:blocking"
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>{}</report>"
ARRIVED = "<stanza-id xmlns='urn:xmpp:sid:0' id='{}'/>"

Account = Callable[..., str]


def bare(client: Any) -> str:
    return str(client.jid.partition("/")[0])


@pytest.fixture
def romeo(montague: Any, account: Account) -> Iterator[Any]:
    """A stranger, logged in."""
    with montague.client(account(montague, MONTAGUE)) as client:
        yield client


@pytest.fixture
def juliet(capulet: Any, friar: Any, account: Account) -> Iterator[Any]:
    """A user whose daemon only listens, logged in."""
    with capulet.client(account(capulet, CELL)) as client:
        yield client


@pytest.fixture
def change(friar: Any, juliet: Any) -> Callable[..., list[tuple[str, str]]]:
    """`change(count)`: what the daemon was told of contacts, at least so much: who, and what."""

    def told(count: int = 1) -> list[tuple[str, str]]:
        juliet.flush()
        return [(headers["from"], headers["change"]) for headers, _ in friar.told("CONTACT", count, user=bare(juliet))]

    return told


def roster(juliet: Any, jid: str, attributes: str = "") -> None:
    juliet.ask("set", f"<query xmlns='{ROSTER}'><item jid='{jid}' {attributes}/></query>")


def block(juliet: Any, *items: str, verb: str = "block") -> Any:
    return juliet.ask("set", f"<{verb} xmlns='{BLOCKING}'>{''.join(items)}</{verb}>")


def item(jid: str, report: str = "") -> str:
    return f"<item jid='{jid}'>{report}</item>"


def test_who_comes_into_the_roster_is_told_once(juliet: Any, change: Any) -> None:
    roster(juliet, "romeo@montague.example", "name='Romeo'")
    roster(juliet, "romeo@montague.example", "name='My Romeo'")
    roster(juliet, "paris@montague.example")

    assert [("romeo@montague.example", "added"), ("paris@montague.example", "added")] == change(2)


def test_who_leaves_the_roster_is_told(juliet: Any, change: Any) -> None:
    roster(juliet, "romeo@montague.example")
    change()
    roster(juliet, "romeo@montague.example", "subscription='remove'")

    assert [("romeo@montague.example", "added"), ("romeo@montague.example", "removed")] == change(2)


def test_what_the_server_refuses_is_not_told(juliet: Any, change: Any) -> None:
    roster(juliet, "romeo@montague.example/phone")
    block(juliet, item("@montague.example"))
    block(juliet)
    roster(juliet, "paris@montague.example")

    assert [("paris@montague.example", "added")] == change()


@pytest.mark.parametrize("kind", ["subscribe", "subscribed"])
def test_a_request_of_the_user_and_an_approval_are_told(kind: str, juliet: Any, change: Any) -> None:
    juliet.send(f"<presence to='romeo@montague.example/garden' type='{kind}'/>")

    assert [("romeo@montague.example", "added")] == change()


def test_a_block_without_a_report_is_told_and_its_end_too(juliet: Any, change: Any, friar: Any) -> None:
    romeo, paris = "romeo@montague.example", "paris@montague.example"
    block(juliet, item(romeo), item(paris, REPORT.format("")))
    block(juliet, item(romeo))
    block(juliet, item(romeo), item("tybalt@montague.example"), verb="unblock")

    assert [(romeo, "blocked"), (romeo, "unblocked")] == change(2)


def test_an_unblock_without_names_is_of_all_who_are_blocked(juliet: Any, change: Any) -> None:
    some = {f"user{number}@montague.example" for number in range(5)}
    block(juliet, *map(item, some))
    assert {(jid, "blocked") for jid in some} == set(change(5))
    block(juliet, verb="unblock")

    assert {(jid, "unblocked") for jid in some} == set(change(10)[5:])


def test_no_more_than_fifty_at_once_are_told(juliet: Any, change: Any) -> None:
    block(juliet, *(item(f"user{number}@montague.example") for number in range(51)))
    roster(juliet, "romeo@montague.example")

    assert 51 == len(change(51))
    assert ("romeo@montague.example", "added") == change(51)[-1]


def test_what_an_answer_lets_out_is_fetched(juliet: Any, friar: Any) -> None:
    friar.answers["CONTACT"] = 200, {"Released": "1"}, b""
    roster(juliet, "romeo@montague.example")

    friar.told("WAITING", user=bare(juliet), action="list")


def test_a_report_without_a_stanza_in_the_archive_names_its_id(juliet: Any, friar: Any) -> None:
    block(juliet, item("romeo@montague.example", REPORT.format(ARRIVED.format("28482"))))
    block(juliet, item("paris@montague.example", REPORT.format("")))
    headers, body = friar.told("REPORT", user=bare(juliet))[0]

    assert ("romeo@montague.example", "28482", b"") == (headers["from"], headers["stanza-id"], body)
    headers, body = friar.told("REPORT", 2, user=bare(juliet))[1]
    assert ("paris@montague.example", None, b"") == (headers["from"], headers.get("stanza-id"), body)


def test_a_report_of_a_stanza_in_the_archive_brings_it_along(juliet: Any, romeo: Any, friar: Any) -> None:
    romeo.say(juliet.jid, SPAM)
    sid = juliet.message().find("{urn:xmpp:sid:0}stanza-id").get("id")
    romeo.say(juliet.jid, "something else")
    juliet.message()
    block(juliet, item(bare(romeo), REPORT.format(ARRIVED.format(sid))))
    headers, body = friar.told("REPORT", user=bare(juliet))[0]

    assert (bare(romeo), sid) == (headers["from"], headers["stanza-id"])
    assert SPAM.encode() in body


def test_words_that_a_client_quotes_count_only_of_who_wrote_lately(juliet: Any, romeo: Any, friar: Any) -> None:
    quote = REPORT.format(f"<body xmlns='jabber:client'>{SPAM}</body>")
    hidden = "<no-store xmlns='urn:xmpp:hints'/>"
    friar.answers["REPORT"] = 404, {}, b""
    romeo.say(juliet.jid, SPAM, extra=hidden)
    juliet.message()
    block(juliet, item(bare(romeo), quote), item("tybalt@montague.example", quote))

    told = friar.told("REPORT", 3, user=bare(juliet))
    assert [(bare(romeo), False), ("tybalt@montague.example", False), (bare(romeo), True)] == [
        (headers["from"], SPAM.encode() in body) for headers, body in told
    ]


def test_reports_in_one_block_are_bounded(juliet: Any, friar: Any) -> None:
    block(juliet, *(item(f"user{number}@montague.example", REPORT.format("")) for number in range(51)))
    roster(juliet, "romeo@montague.example")
    friar.told("CONTACT", user=bare(juliet))

    assert 50 == len(friar.told("REPORT", 50, user=bare(juliet)))


@pytest.fixture
def nurse(capulet: Any, providence: Any, account: Account) -> Iterator[Any]:
    """A user of the real daemon, logged in."""
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as client:
        assert providence.has(jid, state="open")
        yield client


def test_a_block_teaches_spam_and_an_unblock_takes_it_back(nurse: Any, romeo: Any, providence: Any) -> None:
    romeo.say(nurse.jid, SPAM)
    nurse.message()
    block(nurse, item(bare(romeo)))
    assert providence.has(bare(nurse), spam=1)
    block(nurse, verb="unblock")

    assert providence.has(bare(nurse), spam=0, ham=0)


def test_who_is_taken_into_the_roster_wrote_ham(nurse: Any, romeo: Any, providence: Any) -> None:
    romeo.say(nurse.jid, "Hi, it is Romeo from the ball")
    nurse.message()
    roster(nurse, bare(romeo))

    assert providence.has(bare(nurse), ham=1)


def test_a_report_of_what_no_archive_has_teaches_what_came(nurse: Any, romeo: Any, providence: Any) -> None:
    romeo.say(nurse.jid, SPAM, extra="<no-store xmlns='urn:xmpp:hints'/>")
    nurse.message()
    block(nurse, item(bare(romeo), REPORT.format("")))

    assert providence.has(bare(nurse), spam=1)


def test_a_report_of_a_request_teaches_what_stood_in_it(nurse: Any, romeo: Any, providence: Any) -> None:
    romeo.send(f"<presence to='{bare(nurse)}' type='subscribe'><status>{SPAM}</status></presence>")
    nurse.wait(lambda stanza: stanza.get("type") == "subscribe")
    block(nurse, item(bare(romeo), REPORT.format("")))

    assert providence.has(bare(nurse), spam=1)
