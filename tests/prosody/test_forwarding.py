"""To whom reports are handed on, and what stands in them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

CELL, MONTAGUE, DIALBACK = "cell.example", "montague.example", "dialback.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
REPORTING, FORWARD, DELAY = "{urn:xmpp:reporting:1}", "{urn:xmpp:forward:0}", "{urn:xmpp:delay}"
ORIGIN, THIRD_PARTY = "<report-origin/>", "<third-party/>"
AUTOMATIC = "<report-origin jid='{jid}'/><third-party jid='{jid}'/>"
FORWARDED = 10  # reports of one user in an hour

Account = Callable[..., str]


def bare(client: Any) -> str:
    return str(client.jid.partition("/")[0])


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


def report(juliet: Any, jid: str, wishes: str, stanza: Any = None) -> None:
    """Block and report; the stanza is named as newer clients do."""
    named = "" if stanza is None else f"<stanza-id xmlns='urn:xmpp:sid:0' id='{stanza}'/>"
    words = "<text>Never came trouble to my house like this.</text>"
    element = f"<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>{named}{words}{wishes}</report>"
    juliet.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{jid}'>{element}</item></block>")


def test_a_report_goes_to_the_origin_without_a_word_of_the_reporter(
    juliet: Any, romeo: Any, office: Callable[[str], Any], friar: Any
) -> None:
    abuse, reports = office("abuse@montague.example"), office("reports@montague.example")
    romeo.say(juliet.jid, SPAM)
    sid = juliet.message().find("{urn:xmpp:sid:0}stanza-id").get("id")
    report(juliet, bare(romeo), ORIGIN, sid)
    received = abuse.message()

    assert CELL == received.get("from")
    told = received.find(f"{REPORTING}report")
    assert "urn:xmpp:reporting:spam" == told.get("reason")
    assert bare(romeo) == told.findtext("{urn:xmpp:jid:0}jid")
    assert "Never came trouble to my house like this." == told.findtext(f"{REPORTING}text")
    forwarded = received.find(f"{FORWARD}forwarded")
    assert forwarded.find(f"{DELAY}delay").get("stamp")
    evidence = forwarded.find("{jabber:client}message")
    assert (romeo.jid, None) == (evidence.get("from"), evidence.get("to"))
    assert SPAM == evidence.findtext("{jabber:client}body")
    assert not [each for each in received.iter() if juliet.user in "".join([each.text or "", *each.attrib.values()])]
    juliet.reach(MONTAGUE)
    assert [] == reports.flush()


@pytest.mark.parametrize(("wishes", "told"), [(THIRD_PARTY, "yes"), (AUTOMATIC, None), (ORIGIN, None)])
def test_the_daemon_is_told_whether_others_may_know(wishes: str, told: str | None, juliet: Any, friar: Any) -> None:
    report(juliet, "tybalt@montague.example", wishes)
    [(headers, _)] = friar.told("REPORT", user=bare(juliet))

    assert told == headers.get("third-party")


def test_a_report_goes_to_third_parties_if_its_user_wants_that(
    juliet: Any, office: Callable[[str], Any], friar: Any
) -> None:
    abuse, reports = office("abuse@montague.example"), office("reports@montague.example")
    report(juliet, "tybalt@montague.example", THIRD_PARTY)
    received = reports.message()

    assert "tybalt@montague.example" == received.find(f"{REPORTING}report").findtext("{urn:xmpp:jid:0}jid")
    assert received.find(f"{FORWARD}forwarded") is None
    juliet.reach(MONTAGUE)
    assert [] == abuse.flush()


def test_the_newer_field_of_addresses_counts_before_the_older(
    juliet: Any, office: Callable[[str], Any], friar: Any
) -> None:
    office("abuse@dialback.example")
    reports = office("report@dialback.example")
    report(juliet, "tybalt@dialback.example", ORIGIN)

    assert "tybalt@dialback.example" in reports.body()


@pytest.mark.parametrize(
    ("wishes", "answer"), [("", 200), (AUTOMATIC, 200), (ORIGIN + THIRD_PARTY, 404), (ORIGIN + THIRD_PARTY, 400)]
)
def test_a_report_goes_nowhere_unless_its_user_wants_that_and_the_sender_wrote(
    wishes: str, answer: int, juliet: Any, office: Callable[[str], Any], friar: Any
) -> None:
    some = [office("abuse@montague.example"), office("reports@montague.example")]
    friar.answers["REPORT"] = answer, {}, b""
    report(juliet, "tybalt@montague.example", wishes.format(jid=bare(juliet)))
    friar.told("REPORT", user=bare(juliet))
    # One that goes there, after it.
    friar.answers["REPORT"] = 202, {}, b""
    report(juliet, "paris@montague.example", ORIGIN + THIRD_PARTY)

    for each in some:
        assert "paris@montague.example" in each.body()


def test_what_a_client_adds_by_itself_counts_if_its_user_says_so(
    capulet: Any, office: Callable[[str], Any], friar: Any, account: Account
) -> None:
    some = [office("abuse@montague.example"), office("reports@montague.example")]
    friar.answers["UNLOCK"] = 200, {"Preferences": "mode=server, forward=yes, program=no"}, bytes(32)
    jid = account(capulet, CELL)
    with capulet.client(jid) as juliet:
        friar.told("NEWS", user=jid)
        report(juliet, "tybalt@montague.example", AUTOMATIC.format(jid=jid))

        for each in some:
            assert "tybalt@montague.example" in each.body()


def test_reports_of_one_user_are_handed_on_at_a_bounded_rate(
    juliet: Any, office: Callable[[str], Any], friar: Any
) -> None:
    reports = office("reports@montague.example")
    for number in range(FORWARDED + 1):
        report(juliet, f"user{number}@montague.example", THIRD_PARTY)
    friar.told("REPORT", FORWARDED + 1, user=bare(juliet))
    juliet.reach(MONTAGUE)

    assert FORWARDED == len(reports.flush())
