"""What becomes of what strangers send, between two real servers."""

import signal
from collections.abc import Callable
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MONTAGUE = "capulet.example", "montague.example"
REPORTS = {
    "gajim": "<report xmlns='urn:xmpp:reporting:0'><spam/></report>",
    "plain": "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/>",
    "by-stranger": "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>"
    "<stanza-id xmlns='urn:xmpp:sid:0' by='{jid}' id='{id}'/></report>",
    "by-nobody": "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>"
    "<stanza-id xmlns='urn:xmpp:sid:0' id='{id}'/></report>",
}

Account = Callable[..., str]


def stamps(stanza: Any) -> list[Any]:
    return [child for child in stanza if child.tag == "{urn:xmpp:delay}delay"]


def words(stanza: Any) -> str:
    return str(next(child.text or "" for child in stanza if child.tag.endswith("body")))


def block(jid: str, report: str) -> str:
    return f"<block xmlns='urn:xmpp:blocking'><item jid='{jid}'>{report}</item></block>"


def test_spam_goes_to_the_junk_box_and_ham_to_the_user(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        for to in (juliet, client.jid):
            romeo.say(to, SPAM)
            romeo.say(to, HAM)
            assert HAM == client.body()

        assert [] == client.flush()
        assert 2 == providence.status(juliet)["junk"]
        client.ask("set", "<query xmlns='urn:xmpp:mam:2'/>")
        assert [HAM, HAM] == client.flush_archive()
    assert [] == romeo.flush()


@pytest.mark.parametrize("dialect", sorted(REPORTS))
def test_a_report_from_a_client_teaches_and_goes_to_nobody_else(
    dialect: str, juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    with capulet.client(juliet) as client, capulet.client(juliet, resource="other") as other:
        assert providence.has(juliet, state="open")
        other.ask("get", "<blocklist xmlns='urn:xmpp:blocking'/>")
        romeo.say(client.jid, SPAM)
        received = client.message()
        sid = next(child for child in received if child.tag == "{urn:xmpp:sid:0}stanza-id")
        report = REPORTS[dialect].format(jid=romeo.jid, id=sid.get("id"))
        bare = romeo.bare
        answer = client.ask("set", block(bare, report))
        assert answer.get("type") == "result"

        assert providence.has(juliet, spam=1)
        push = other.wait(lambda stanza: stanza.tag.endswith("iq") and stanza.get("type") == "set")
        assert not [child for child in push.iter() if child.tag.endswith("report")]


def test_who_never_wrote_cannot_be_reported(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet) as client:
        assert providence.has(juliet, state="open")
        lies = REPORTS["plain"].replace("/>", "><body xmlns='jabber:client'>lies</body></report>")
        client.ask("set", block("tybalt@montague.example", lies))
        client.flush()

        assert 0 == providence.status(juliet)["spam"]


def test_whom_the_user_answered_is_no_stranger(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        client.say(romeo.jid, "my bounty is as boundless as the sea")
        assert providence.has(juliet, ham=11)
        romeo.body()
        romeo.say(juliet, SPAM)

        assert SPAM == client.body()


def test_contacts_are_not_judged(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        bare = romeo.bare
        client.send(f"<presence to='{bare}' type='subscribe'/>")
        romeo.wait(lambda stanza: stanza.get("type") == "subscribe")
        romeo.say(juliet, SPAM)

        assert SPAM == client.body()


def test_a_room_that_the_user_is_in_is_not_judged(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        client.send(f"<presence to='{romeo.jid}'/>")
        romeo.wait(lambda stanza: stanza.get("from") == client.jid)
        romeo.say(client.jid, SPAM)

        assert SPAM == client.body()


def test_typing_passes_and_words_beside_it_do_not(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    active = "<active xmlns='http://jabber.org/protocol/chatstates'/>"
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        romeo.send(f"<message to='{juliet}' type='chat'>{active}</message>")
        romeo.say(juliet, SPAM, extra=active)
        romeo.say(juliet, HAM, extra=active)

        assert ["", HAM] == client.bodies(2)


def test_a_stanza_that_the_daemon_cannot_read_is_judged_by_its_words(
    juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    many = "<x xmlns='urn:example'>" + "<y/>" * 10_000 + "</x>"
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        romeo.say(juliet, SPAM, extra=many)
        romeo.say(juliet, HAM, extra=many)

        assert HAM == client.body()
        assert 1 == providence.status(juliet)["junk"]


def test_a_subscription_with_spam_is_junk_and_can_be_released(
    juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        with providence.client() as pnp:
            for number in range(10):
                pnp.tell(
                    juliet,
                    f"<presence type='subscribe'><status>{SPAM} {number}</status></presence>".encode(),
                    spam=True,
                )
        romeo.send(f"<presence to='{juliet}' type='subscribe'><status>{SPAM}</status></presence>")
        assert providence.has(juliet, junk=1)
        client.flush()
        with providence.client() as pnp:
            (item,) = pnp.junk(juliet, "list").json()["items"]
            pnp.junk(juliet, "release", item["item"])
    with capulet.client(juliet) as client:
        request = client.wait(lambda stanza: stanza.get("type") == "subscribe")

        assert romeo.bare == request.get("from")
        assert providence.has(juliet, released=0)


def test_what_came_while_the_vault_was_locked_is_judged_at_login_and_comes_once(
    juliet: str, capulet: Any, montague: Any, account: Account, providence: Any
) -> None:
    with capulet.client(juliet):
        providence.teach(juliet, SPAM, HAM)
    assert providence.has(juliet, state="locked")
    texts = [f"{HAM} {number}" for number in range(25)]
    with providence.client() as pnp:
        before = pnp.stats().json()["counts"].get("delay", 0)
        for sender in range(5):
            with montague.client(account(montague, MONTAGUE)) as stranger:
                for text in texts[sender::5]:
                    stranger.say(juliet, text)
                    stranger.say(juliet, SPAM)
                stranger.reach(CAPULET)
        assert providence.until(lambda: pnp.stats().json()["counts"].get("delay", 0) >= before + 50)

    with capulet.client(juliet) as client:
        received = [client.message() for _ in texts]
        assert sorted(texts) == sorted(words(stanza) for stanza in received)
        assert all(stamps(stanza) for stanza in received)
        assert providence.has(juliet, released=0)
        assert [] == client.flush()
        assert 25 == providence.status(juliet)["junk"]
    with capulet.client(juliet) as client:
        assert [] == client.flush()


def test_what_waited_comes_in_the_order_in_which_it_was_sent(
    juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    with capulet.client(juliet):
        providence.teach(juliet, SPAM, HAM)
    assert providence.has(juliet, state="locked")
    # As many of one sender as may wait.
    texts = [f"{HAM} {number}" for number in range(20)]
    for text in texts:
        romeo.say(juliet, text)
    romeo.reach(CAPULET)
    with capulet.client(juliet) as client:
        assert texts == client.bodies(len(texts))


def test_without_a_daemon_everything_passes(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    providence.stop()
    try:
        with capulet.client(juliet) as client:
            romeo.say(juliet, SPAM)
            assert SPAM == client.body()
    finally:
        providence.start()


def test_a_frozen_daemon_loses_nothing_and_doubles_nothing(
    juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    texts = [f"{HAM} {number}" for number in range(20)]
    with capulet.client(juliet):
        providence.teach(juliet, SPAM, HAM)
    assert providence.has(juliet, state="locked")
    providence.signal(signal.SIGSTOP)
    try:
        for text in texts[:10]:
            romeo.say(juliet, text)
        romeo.flush()
        assert providence.until(lambda: len(capulet.log_lines("The Providence daemon is silent")) > 0)
    finally:
        providence.signal(signal.SIGCONT)
    for text in texts[10:]:
        romeo.say(juliet, text)
    romeo.flush()
    with capulet.client(juliet) as client:
        received = client.bodies(len(texts))
        assert sorted(texts) == sorted(received)
        assert providence.has(juliet, released=0)
        assert [] == client.flush()


def test_a_stranger_on_the_same_server_is_one(juliet: str, capulet: Any, account: Account, providence: Any) -> None:
    with capulet.client(juliet) as client, capulet.client(account(capulet, "capulet256.example")) as tybalt:
        providence.teach(juliet, SPAM, HAM)
        tybalt.say(juliet, SPAM)
        tybalt.say(client.jid, HAM)

        assert HAM == client.body()
        assert 1 == providence.status(juliet)["junk"]


def test_who_is_away_gets_ham_later_and_junk_never(juliet: str, capulet: Any, romeo: Any, providence: Any) -> None:
    with capulet.client(juliet, presence=False) as client:
        providence.teach(juliet, SPAM, HAM)
        romeo.say(juliet, SPAM)
        romeo.say(juliet, HAM)
        assert providence.has(juliet, junk=1)
        romeo.flush()
        client.send("<presence/>")

        assert HAM == client.body()
        assert [] == client.flush()


def test_carbons_of_what_is_withheld_go_nowhere_and_of_ham_once(
    juliet: str, capulet: Any, romeo: Any, providence: Any
) -> None:
    with capulet.client(juliet) as client, capulet.client(juliet, resource="other") as other:
        providence.teach(juliet, SPAM, HAM)
        other.ask("set", "<enable xmlns='urn:xmpp:carbons:2'/>")
        romeo.say(client.jid, SPAM)
        romeo.say(client.jid, HAM)
        assert HAM == client.body()
        carbon = other.message()
        assert HAM == words(next(each for each in carbon.iter() if each.get("to") == client.jid))
        assert [] == other.flush()


def test_a_server_that_proves_itself_by_dialback_is_judged_as_others_are(
    juliet: str, capulet: Any, dialback: Any, account: Account, providence: Any
) -> None:
    with capulet.client(juliet) as client, dialback.client(account(dialback, "dialback.example")) as romeo:
        providence.teach(juliet, SPAM, HAM)
        romeo.say(juliet, SPAM)
        romeo.say(juliet, HAM)

        assert HAM == client.body()
        assert 1 == providence.status(juliet)["junk"]
    assert capulet.log_lines("connection dialback.example->capulet.example complete")
    assert not capulet.log_lines("EXTERNAL identity from dialback.example")
