"""To whom reports are handed on, and what stands in them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.words import SPAM

CELL, MONTAGUE = "cell.example", "montague.example"
REPORTING, FORWARD, DELAY = "{urn:xmpp:reporting:1}", "{urn:xmpp:forward:0}", "{urn:xmpp:delay}"
ORIGIN, THIRD_PARTY = "<report-origin/>", "<third-party/>"
AUTOMATIC = "<report-origin jid='{jid}'/><third-party jid='{jid}'/>"
FORWARDED = 10  # reports of one user in an hour

Account = Callable[..., str]


@pytest.fixture(scope="session")
def offices(verona: tuple[Any, ...]) -> dict[str, Any]:
    """Who looks after reports."""
    _, montague, dialback = verona
    where = {"abuse@montague.example": montague, "reports@montague.example": montague}
    where |= {"report@dialback.example": dialback, "abuse@dialback.example": dialback}
    for jid, server in where.items():
        server.register(jid)
    return where


@pytest.fixture
def office(offices: dict[str, Any]) -> Iterator[Callable[[str], Any]]:
    """`office(jid)`: log in as one of them, who has read what came before."""
    clients = []

    def make(jid: str) -> Any:
        client = offices[jid].client(jid)
        clients.append(client)
        client.flush()
        return client

    yield make
    for client in clients:
        client.close()


def report(nurse: Any, jid: str, wishes: str, stanza: Any = None) -> None:
    """Block and report; the stanza is named as newer clients do."""
    named = "" if stanza is None else f"<stanza-id xmlns='urn:xmpp:sid:0' id='{stanza}'/>"
    words = "<text>Never came trouble to my house like this.</text>"
    element = f"<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>{named}{words}{wishes}</report>"
    nurse.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{jid}'>{element}</item></block>")


def test_a_report_goes_to_the_origin_without_a_word_of_the_reporter(
    nurse: Any, romeo: Any, office: Callable[[str], Any], friar: Any
) -> None:
    abuse, reports = office("abuse@montague.example"), office("reports@montague.example")
    romeo.say(nurse.jid, SPAM)
    sid = nurse.message().find("{urn:xmpp:sid:0}stanza-id").get("id")
    report(nurse, romeo.bare, ORIGIN, sid)
    received = abuse.message()

    assert CELL == received.get("from")
    told = received.find(f"{REPORTING}report")
    assert "urn:xmpp:reporting:spam" == told.get("reason")
    assert romeo.bare == told.findtext("{urn:xmpp:jid:0}jid")
    assert "Never came trouble to my house like this." == told.findtext(f"{REPORTING}text")
    forwarded = received.find(f"{FORWARD}forwarded")
    assert forwarded.find(f"{DELAY}delay").get("stamp")
    evidence = forwarded.find("{jabber:client}message")
    assert (romeo.jid, None) == (evidence.get("from"), evidence.get("to"))
    assert SPAM == evidence.findtext("{jabber:client}body")
    assert not [each for each in received.iter() if nurse.user in "".join([each.text or "", *each.attrib.values()])]
    nurse.reach(MONTAGUE)
    assert [] == reports.flush()


@pytest.mark.parametrize(("wishes", "told"), [(THIRD_PARTY, "yes"), (AUTOMATIC, None), (ORIGIN, None)])
def test_the_daemon_is_told_whether_others_may_know(wishes: str, told: str | None, nurse: Any, friar: Any) -> None:
    report(nurse, "tybalt@montague.example", wishes)
    [(headers, _)] = friar.told("REPORT", user=nurse.bare)

    assert told == headers.get("third-party")


def test_a_report_goes_to_third_parties_if_its_user_wants_that(
    nurse: Any, office: Callable[[str], Any], friar: Any
) -> None:
    abuse, reports = office("abuse@montague.example"), office("reports@montague.example")
    report(nurse, "tybalt@montague.example", THIRD_PARTY)
    received = reports.message()

    assert "tybalt@montague.example" == received.find(f"{REPORTING}report").findtext("{urn:xmpp:jid:0}jid")
    assert received.find(f"{FORWARD}forwarded") is None
    nurse.reach(MONTAGUE)
    assert [] == abuse.flush()


def test_the_newer_field_of_addresses_counts_before_the_older(
    nurse: Any, office: Callable[[str], Any], friar: Any
) -> None:
    office("abuse@dialback.example")
    reports = office("report@dialback.example")
    report(nurse, "tybalt@dialback.example", ORIGIN)

    assert "tybalt@dialback.example" in reports.body()


@pytest.mark.parametrize(
    ("wishes", "answer"), [("", 200), (AUTOMATIC, 200), (ORIGIN + THIRD_PARTY, 404), (ORIGIN + THIRD_PARTY, 400)]
)
def test_a_report_goes_nowhere_unless_its_user_wants_that_and_the_sender_wrote(
    wishes: str, answer: int, nurse: Any, office: Callable[[str], Any], friar: Any
) -> None:
    some = [office("abuse@montague.example"), office("reports@montague.example")]
    friar.answers["REPORT"] = answer, {}, b""
    report(nurse, "tybalt@montague.example", wishes.format(jid=nurse.bare))
    friar.told("REPORT", user=nurse.bare)
    # One that goes there, after it.
    friar.answers["REPORT"] = 202, {}, b""
    report(nurse, "paris@montague.example", ORIGIN + THIRD_PARTY)

    for each in some:
        assert "paris@montague.example" in each.body()


def test_what_a_client_adds_by_itself_counts_if_its_user_says_so(
    capulet: Any, office: Callable[[str], Any], friar: Any, account: Account
) -> None:
    some = [office("abuse@montague.example"), office("reports@montague.example")]
    friar.answers["UNLOCK"] = 200, {"Preferences": "mode=server, forward=yes, program=no"}, bytes(32)
    jid = account(capulet, CELL)
    with capulet.client(jid) as nurse:
        friar.told("NEWS", user=jid)
        report(nurse, "tybalt@montague.example", AUTOMATIC.format(jid=jid))

        for each in some:
            assert "tybalt@montague.example" in each.body()


def test_reports_of_one_user_are_handed_on_at_a_bounded_rate(
    nurse: Any, office: Callable[[str], Any], friar: Any
) -> None:
    reports = office("reports@montague.example")
    for number in range(FORWARDED + 1):
        report(nurse, f"user{number}@montague.example", THIRD_PARTY)
    friar.told("REPORT", FORWARDED + 1, user=nurse.bare)
    nurse.reach(MONTAGUE)

    assert FORWARDED == len(reports.flush())
