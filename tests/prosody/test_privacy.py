"""What a stranger can learn from the server's answers, and what a user's privacy list decides."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CELL, MANTUA, OPEN, PASSIVE = "cell.example", "mantua.example", "plain.example", "passive.example"
WORDS = "Do you still have the tenor part?"
COMPOSING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
VERDICTS = {
    "deliver": (200, {"Verdict": "deliver", "Score": "0.1"}, b"{}"),
    "junk": (200, {"Verdict": "junk", "Score": "0.9"}, b"{}"),
    "delay": (200, {"Verdict": "delay", "Score": "0.5"}, b"{}"),
    "away": (500, {}, b""),
}

Account = Callable[..., str]


def answers(client: Any, jid: str) -> list[tuple[str, Any]]:
    """What came from somebody until the other server answered."""
    client.reach(jid.partition("@")[2])
    return [
        (each.tag.rpartition("}")[2], each.get("type"))
        for each in client.arrived()
        if each.get("from", "").startswith(jid)
    ]


@pytest.fixture
def receivers(capulet: Any, account: Account) -> Iterator[dict[str, str]]:
    """Somebody who is there, somebody who is away, and nobody."""
    here, away = account(capulet, CELL), account(capulet, CELL)
    with capulet.client(here):
        yield {"here": here, "away": away, "missing": f"nobody{secrets.token_hex(4)}@{CELL}"}


@pytest.fixture
def listed(capulet: Any, romeo: Any, account: Account) -> Callable[[list[str]], Iterator[str]]:
    """Somebody with this privacy list, who put Romeo into a group of strangers: while they are there, and away."""

    def make(items: list[str]) -> Iterator[str]:
        jid = account(capulet, CELL)
        with capulet.client(jid) as client:
            rules = "".join(items).format(jid=romeo.bare)
            for wish in (f"<list name='mine'>{rules}</list>", "<default name='mine'/>"):
                client.ask("set", f"<query xmlns='jabber:iq:privacy'>{wish}</query>")
            entry = f"<item jid='{romeo.bare}'><group>Verona</group></item>"
            client.ask("set", f"<query xmlns='jabber:iq:roster'>{entry}</query>")
            yield jid
        yield jid

    return make


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_message_is_answered_by_nothing_whoever_it_is_for(
    verdict: str, receivers: dict[str, str], romeo: Any, friar: Any
) -> None:
    friar.answers["CHECK"] = VERDICTS[verdict]
    for jid in receivers.values():
        romeo.say(jid, WORDS)
        romeo.say(f"{jid}/phone", WORDS, kind="normal")
        romeo.send(f"<message to='{jid}' type='chat'>{COMPOSING}</message>")
        romeo.send(f"<message to='{jid}' type='headline'><body>{WORDS}</body></message>")

        assert [] == answers(romeo, jid)
        assert 3 == len(friar.told("CHECK", 3, user=jid))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_request_is_acknowledged_once_and_alike_whoever_it_is_for(
    verdict: str, receivers: dict[str, str], romeo: Any, friar: Any
) -> None:
    friar.answers["CHECK"] = VERDICTS[verdict]
    for jid in receivers.values():
        romeo.send(f"<presence to='{jid}' type='subscribe'/>")
        friar.told("CHECK", user=jid)

        assert [("presence", "unavailable")] == answers(romeo, jid)


def test_a_request_is_acknowledged_before_it_is_judged(receivers: dict[str, str], romeo: Any, friar: Any) -> None:
    friar.answers["CHECK"] = lambda _: None
    for jid in receivers.values():
        romeo.send(f"<presence to='{jid}' type='subscribe'/>")

        assert [("presence", "unavailable")] == answers(romeo, jid)


def test_other_presence_tells_nothing(receivers: dict[str, str], romeo: Any, montague: Any, friar: Any) -> None:
    for jid in receivers.values():
        romeo.send(f"<presence to='{jid}' type='subscribe'/>")
        friar.told("CHECK", user=jid)
        assert [("presence", "unavailable")] == answers(romeo, jid)
        for kind in ("probe", "unsubscribe", "subscribed", "unsubscribed", "unavailable", "probe"):
            romeo.send(f"<presence to='{jid}' type='{kind}'/>")

        assert [] == answers(romeo, jid)
        # What a server answers to a probe is for the other server, which does not show it.
        assert [] == montague.log_lines(f"inbound presence unsubscribed from {jid}")


def test_a_room_hears_that_nobody_is_there(receivers: dict[str, str], romeo: Any, friar: Any) -> None:
    for jid in receivers.values():
        romeo.say(f"{jid}/gone", WORDS, kind="groupchat")

        assert [("message", "error")] == answers(romeo, f"{jid}/gone")
        assert not friar.was_told("CHECK", user=jid)


def test_where_only_the_archive_keeps_messages_nobody_is_found_either(
    capulet: Any, romeo: Any, friar: Any, account: Account
) -> None:
    for jid in (account(capulet, MANTUA), f"nobody@{MANTUA}"):
        romeo.say(jid, WORDS)
        friar.told("CHECK", user=jid)
        assert [] == answers(romeo, jid)
        romeo.send(f"<message to='{jid}' type='chat'>{COMPOSING}</message>")

        assert [("message", "error")] == answers(romeo, jid)


def test_an_operator_may_have_users_found(capulet: Any, romeo: Any, account: Account) -> None:
    romeo.say(f"nobody@{OPEN}", WORDS)

    assert "error" == romeo.message().get("type")


def test_passive_mode_answers_as_the_server_always_did(capulet: Any, romeo: Any) -> None:
    romeo.say(f"nobody@{PASSIVE}", WORDS)

    assert "error" == romeo.message().get("type")


def test_a_request_that_is_released_is_not_acknowledged_again(
    capulet: Any, romeo: Any, friar: Any, account: Account
) -> None:
    juliet = account(capulet, CELL)
    request = f"<presence from='{romeo.bare}' to='{juliet}' type='subscribe' xmlns='jabber:client'/>".encode()
    listed = json.dumps({"items": [{"item": secrets.token_hex(8)}]}).encode()
    friar.answers["CHECK"] = VERDICTS["delay"]
    romeo.send(f"<presence to='{juliet}' type='subscribe'/>")
    assert [("presence", "unavailable")] == answers(romeo, juliet)

    friar.answers["WAITING"] = lambda headers: (
        (200, {"Arrived": "1700000000"}, request) if headers["action"] == "take" else (200, {}, listed)
    )
    friar.answers["UNLOCK"] = 200, {"Released": "1"}, bytes(32)
    with capulet.client(juliet) as client:
        client.wait(lambda stanza: stanza.get("type") == "subscribe")

        assert [] == answers(romeo, juliet)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], "none"),
        (["<item action='allow' order='999'/>"], "allow"),
        (["<item type='jid' value='{jid}' action='allow' order='1'/>"], "allow"),
        (["<item type='jid' value='{jid}/tests' action='allow' order='1'/>"], "allow"),
        (["<item type='jid' value='montague.example' action='allow' order='1'/>"], "allow"),
        (["<item type='jid' value='capulet.example' action='allow' order='1'/>"], "none"),
        (["<item type='subscription' value='none' action='deny' order='1'/>"], "deny"),
        (["<item type='subscription' value='both' action='allow' order='1'/>"], "none"),
        (["<item type='group' value='Verona' action='allow' order='1'/>"], "allow"),
        (["<item type='group' value='Mantua' action='allow' order='1'/>"], "none"),
        (["<item action='deny' order='1'><presence-in/></item>"], "none"),
        (["<item action='deny' order='1'><message/></item>"], "deny"),
        (
            ["<item action='deny' order='9'/>", "<item type='jid' value='{jid}' action='allow' order='1'/>"],
            "allow",
        ),
    ],
)
def test_a_match_in_the_privacy_list_is_told(
    items: list[str], expected: str, romeo: Any, friar: Any, listed: Callable[[list[str]], Iterator[str]]
) -> None:
    for count, juliet in enumerate(listed(items), 1):
        romeo.say(juliet, WORDS)
        headers, _ = friar.told("CHECK", count, user=juliet)[-1]

        assert expected == headers["listed"]
        assert ["Verona"] == json.loads(headers["groups"])


def test_without_a_list_none_is_told(capulet: Any, romeo: Any, friar: Any, account: Account) -> None:
    juliet = account(capulet, CELL)
    romeo.say(juliet, WORDS)
    headers, _ = friar.told("CHECK", user=juliet)[0]

    assert "none" == headers["listed"]
    assert "groups" not in headers
