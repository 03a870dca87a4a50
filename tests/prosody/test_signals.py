"""What a user says of somebody without words, and what becomes of reports."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.words import SPAM

CAPULET = "capulet.example"
ROSTER, BLOCKING = "jabber:iq:roster", "urn:xmpp:blocking"
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>{}</report>"
ARRIVED = "<stanza-id xmlns='urn:xmpp:sid:0' id='{}'/>"

Account = Callable[..., str]


@pytest.fixture
def change(friar: Any, nurse: Any) -> Callable[..., list[tuple[str, str]]]:
    """`change(count)`: what the daemon was told of contacts, at least so much: who, and what."""

    def told(count: int = 1) -> list[tuple[str, str]]:
        nurse.flush()
        return [(headers["from"], headers["change"]) for headers, _ in friar.told("CONTACT", count, user=nurse.bare)]

    return told


def roster(nurse: Any, jid: str, attributes: str = "") -> None:
    nurse.ask("set", f"<query xmlns='{ROSTER}'><item jid='{jid}' {attributes}/></query>")


def block(nurse: Any, *items: str, verb: str = "block") -> Any:
    return nurse.ask("set", f"<{verb} xmlns='{BLOCKING}'>{''.join(items)}</{verb}>")


def item(jid: str, report: str = "") -> str:
    return f"<item jid='{jid}'>{report}</item>"


def test_who_comes_into_the_roster_is_told_once(nurse: Any, change: Any) -> None:
    roster(nurse, "romeo@montague.example", "name='Romeo'")
    roster(nurse, "romeo@montague.example", "name='My Romeo'")
    roster(nurse, "paris@montague.example")

    assert [("romeo@montague.example", "added"), ("paris@montague.example", "added")] == change(2)


def test_who_leaves_the_roster_is_told(nurse: Any, change: Any) -> None:
    roster(nurse, "romeo@montague.example")
    change()
    roster(nurse, "romeo@montague.example", "subscription='remove'")

    assert [("romeo@montague.example", "added"), ("romeo@montague.example", "removed")] == change(2)


def test_what_the_server_refuses_is_not_told(nurse: Any, change: Any) -> None:
    roster(nurse, "romeo@montague.example/phone")
    block(nurse, item("@montague.example"))
    block(nurse)
    roster(nurse, "paris@montague.example")

    assert [("paris@montague.example", "added")] == change()


@pytest.mark.parametrize("kind", ["subscribe", "subscribed"])
def test_a_request_of_the_user_and_an_approval_are_told(kind: str, nurse: Any, change: Any) -> None:
    nurse.send(f"<presence to='romeo@montague.example/garden' type='{kind}'/>")

    assert [("romeo@montague.example", "added")] == change()


def test_a_block_without_a_report_is_told_and_its_end_too(nurse: Any, change: Any, friar: Any) -> None:
    romeo, paris = "romeo@montague.example", "paris@montague.example"
    block(nurse, item(romeo), item(paris, REPORT.format("")))
    block(nurse, item(romeo))
    block(nurse, item(romeo), item("tybalt@montague.example"), verb="unblock")

    assert [(romeo, "blocked"), (romeo, "unblocked")] == change(2)


def test_an_unblock_without_names_is_of_all_who_are_blocked(nurse: Any, change: Any) -> None:
    some = {f"user{number}@montague.example" for number in range(5)}
    block(nurse, *map(item, some))
    assert {(jid, "blocked") for jid in some} == set(change(5))
    block(nurse, verb="unblock")

    assert {(jid, "unblocked") for jid in some} == set(change(10)[5:])


def test_no_more_than_fifty_at_once_are_told(nurse: Any, change: Any) -> None:
    block(nurse, *(item(f"user{number}@montague.example") for number in range(51)))
    roster(nurse, "romeo@montague.example")

    assert 51 == len(change(51))
    assert ("romeo@montague.example", "added") == change(51)[-1]


def test_what_an_answer_lets_out_is_fetched(nurse: Any, friar: Any) -> None:
    friar.answers["CONTACT"] = 200, {"Released": "1"}, b""
    roster(nurse, "romeo@montague.example")

    friar.told("WAITING", user=nurse.bare, action="list")


def test_a_report_without_a_stanza_in_the_archive_names_its_id(nurse: Any, friar: Any) -> None:
    block(nurse, item("romeo@montague.example", REPORT.format(ARRIVED.format("28482"))))
    block(nurse, item("paris@montague.example", REPORT.format("")))
    headers, body = friar.told("REPORT", user=nurse.bare)[0]

    assert ("romeo@montague.example", "28482", b"") == (headers["from"], headers["stanza-id"], body)
    headers, body = friar.told("REPORT", 2, user=nurse.bare)[1]
    assert ("paris@montague.example", None, b"") == (headers["from"], headers.get("stanza-id"), body)


def test_a_report_of_a_stanza_in_the_archive_brings_it_along(nurse: Any, romeo: Any, friar: Any) -> None:
    romeo.say(nurse.jid, SPAM)
    sid = nurse.message().find("{urn:xmpp:sid:0}stanza-id").get("id")
    romeo.say(nurse.jid, "something else")
    nurse.message()
    block(nurse, item(romeo.bare, REPORT.format(ARRIVED.format(sid))))
    headers, body = friar.told("REPORT", user=nurse.bare)[0]

    assert (romeo.bare, sid) == (headers["from"], headers["stanza-id"])
    assert SPAM.encode() in body


def test_words_that_a_client_quotes_count_only_of_who_wrote_lately(nurse: Any, romeo: Any, friar: Any) -> None:
    quote = REPORT.format(f"<body xmlns='jabber:client'>{SPAM}</body>")
    hidden = "<no-store xmlns='urn:xmpp:hints'/>"
    friar.answers["REPORT"] = 404, {}, b""
    romeo.say(nurse.jid, SPAM, extra=hidden)
    nurse.message()
    block(nurse, item(romeo.bare, quote), item("tybalt@montague.example", quote))

    told = friar.told("REPORT", 3, user=nurse.bare)
    assert [(romeo.bare, False), ("tybalt@montague.example", False), (romeo.bare, True)] == [
        (headers["from"], SPAM.encode() in body) for headers, body in told
    ]


def test_reports_in_one_block_are_bounded(nurse: Any, friar: Any) -> None:
    block(nurse, *(item(f"user{number}@montague.example", REPORT.format("")) for number in range(51)))
    roster(nurse, "romeo@montague.example")
    friar.told("CONTACT", user=nurse.bare)

    assert 50 == len(friar.told("REPORT", 50, user=nurse.bare))


@pytest.fixture
def lady(capulet: Any, providence: Any, account: Account) -> Iterator[Any]:
    """A user of the real daemon, logged in."""
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as client:
        assert providence.has(jid, state="open")
        yield client


def test_a_block_teaches_spam_and_an_unblock_takes_it_back(lady: Any, romeo: Any, providence: Any) -> None:
    romeo.say(lady.jid, SPAM)
    lady.message()
    block(lady, item(romeo.bare))
    assert providence.has(lady.bare, spam=1)
    block(lady, verb="unblock")

    assert providence.has(lady.bare, spam=0, ham=0)


def test_who_is_taken_into_the_roster_wrote_ham(lady: Any, romeo: Any, providence: Any) -> None:
    romeo.say(lady.jid, "Hi, it is Romeo from the ball")
    lady.message()
    roster(lady, romeo.bare)

    assert providence.has(lady.bare, ham=1)


def test_a_report_of_what_no_archive_has_teaches_what_came(lady: Any, romeo: Any, providence: Any) -> None:
    romeo.say(lady.jid, SPAM, extra="<no-store xmlns='urn:xmpp:hints'/>")
    lady.message()
    block(lady, item(romeo.bare, REPORT.format("")))

    assert providence.has(lady.bare, spam=1)


def test_a_report_of_a_request_teaches_what_stood_in_it(lady: Any, romeo: Any, providence: Any) -> None:
    romeo.send(f"<presence to='{lady.bare}' type='subscribe'><status>{SPAM}</status></presence>")
    lady.wait(lambda stanza: stanza.get("type") == "subscribe")
    block(lady, item(romeo.bare, REPORT.format("")))

    assert providence.has(lady.bare, spam=1)
