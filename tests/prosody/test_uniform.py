"""What a stranger on another server finds out about users: by answers and, with PROVIDENCE_SOAK, by their times."""

import math
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from providence.tests.prosody.verona.client import name_of
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MONTAGUE, OPEN = "capulet.example", "montague.example", "plain.example"
STATES = ("open", "locked", "without a vault", "missing")
ROUNDS = 1000
# Fifteen comparisons must be above this; one in 300 runs would find one below it by chance.
SIGNIFICANT = 0.0002
# How far from a coin's fall one answer's time may be as a hint at who does not exist.
SLIGHT = 0.1

Account = Callable[..., str]
Targets = dict[str, str]


def message(kind: str, inside: str) -> str:
    return f"<message to='{{to}}' id='probe' type='{kind}'>{inside}</message>"


def presence(kind: str, inside: str = "") -> str:
    return f"<presence to='{{to}}' id='probe'{f' type={kind!r}' if kind else ''}>{inside}</presence>"


def request(kind: str, inside: str) -> str:
    return f"<iq to='{{to}}' id='probe' type='{kind}'>{inside}</iq>"


STANZAS = {
    "ham": message("chat", f"<body>{HAM}</body>"),
    "spam": message("chat", f"<body>{SPAM}</body>"),
    "normal": message("normal", f"<subject>choir</subject><body>{HAM}</body>"),
    "headline": message("headline", f"<body>{HAM}</body>"),
    "groupchat": message("groupchat", f"<body>{HAM}</body>"),
    "error": message("error", f"<body>{HAM}</body>"),
    "receipt wanted": message("chat", f"<body>{HAM}</body><request xmlns='urn:xmpp:receipts'/>"),
    "typing": message("chat", "<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
    "invite": message("normal", "<x xmlns='jabber:x:conference' jid='room@rooms.montague.example' reason='join'/>"),
    "to a resource": message("chat", f"<body>{HAM}</body>").replace("{to}", "{to}/balcony"),
    "subscription": presence("subscribe", f"<status>{HAM}</status>"),
    "subscription with spam": presence("subscribe", f"<status>{SPAM}</status>"),
    "subscribed": presence("subscribed"),
    "unsubscribe": presence("unsubscribe"),
    "unsubscribed": presence("unsubscribed"),
    "probe": presence("probe"),
    "presence": presence(""),
    "unavailable": presence("unavailable"),
    "ping": request("get", "<ping xmlns='urn:xmpp:ping'/>"),
    "disco info": request("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>"),
    "disco items": request("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>"),
    "vcard": request("get", "<vCard xmlns='vcard-temp'/>"),
    "last activity": request("get", "<query xmlns='jabber:iq:last'/>"),
    "version": request("get", "<query xmlns='jabber:iq:version'/>"),
    "avatar": request(
        "get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'/></pubsub>"
    ),
    "archive": request("set", "<query xmlns='urn:xmpp:mam:2'/>"),
    "blocking": request("get", "<blocklist xmlns='urn:xmpp:blocking'/>"),
    "ping to a resource": request("get", "<ping xmlns='urn:xmpp:ping'/>").replace("{to}", "{to}/balcony"),
}
LAST = message("groupchat", "<active xmlns='http://jabber.org/protocol/chatstates'/>").replace("probe", "last")


@pytest.fixture(scope="module")
def targets(verona: tuple[Any, ...], providence: Any, new_account: Account) -> Iterator[Targets]:
    """One user in each state; the one whose vault is open is there."""
    capulet = verona[0]
    jids = {state: new_account(capulet, CAPULET) for state in STATES if state != "missing"}
    jids["missing"] = f"nobody@{CAPULET}"
    with capulet.client(jids["locked"]):
        providence.teach(jids["locked"], SPAM, HAM)
    assert providence.has(jids["locked"], state="locked")
    with capulet.client(jids["open"]):
        providence.teach(jids["open"], SPAM, HAM)
        yield jids


@pytest.fixture
def stranger(montague: Any, account: Account) -> Iterator[Any]:
    """Somebody on another server, logged in."""
    with montague.client(account(montague, MONTAGUE)) as client:
        client.reach(CAPULET)
        yield client


def is_question(stanza: ET.Element) -> bool:
    """Say whether a stanza asks the stranger's client something: whoever it wrote to first, it is asked once a day."""
    return name_of(stanza) == "iq" and stanza.get("type") == "get"


def answers(stranger: Any, jid: str, stanza: str) -> list[str]:
    """Return what a stanza brings, with the target's name taken out of it."""
    stranger.send(stanza.format(to=jid))
    # This waits in line behind it for the verdict, and is refused whoever it is for.
    stranger.send(LAST.format(to=jid))
    stranger.wait(lambda each: each.get("id") == "last")
    stranger.reach(CAPULET)
    return [
        ET.canonicalize(ET.tostring(each, encoding="unicode")).replace(jid, "TARGET")
        for each in stranger.arrived()
        if not is_question(each)
    ]


def test_where_nothing_is_hidden_the_same_questions_tell_who_exists(
    capulet: Any, stranger: Any, account: Account
) -> None:
    found = [answers(stranger, jid, STANZAS["ham"]) for jid in (account(capulet, OPEN), f"nobody@{OPEN}")]

    assert [] == found[0]
    assert "service-unavailable" in "".join(found[1])


@pytest.mark.parametrize("stanza", sorted(STANZAS))
def test_every_user_and_nobody_answer_alike(stanza: str, targets: Targets, stranger: Any) -> None:
    found = {state: answers(stranger, jid, STANZAS[stanza]) for state, jid in targets.items()}

    assert dict.fromkeys(STATES, found["missing"]) == found


def test_a_stranger_is_asked_the_same_whoever_it_wrote_to(targets: Targets, montague: Any, account: Account) -> None:
    found = {}
    for state, jid in targets.items():
        with montague.client(account(montague, MONTAGUE)) as stranger:
            stranger.say(jid, HAM)
            question = stranger.wait(is_question)
            assert stranger.jid == question.get("to")
            for name in ("to", "id"):
                del question.attrib[name]
            found[state] = ET.tostring(question)

    assert dict.fromkeys(STATES, found["missing"]) == found


def rank_test(one: list[float], other: list[float]) -> tuple[float, float]:
    """Compare two samples by the test of Mann and Whitney, in its normal approximation; times have no ties.

    Returns how often a value of `one` is larger than one of `other`, a half if they are alike, and the two-sided p.
    """
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return u / (n * m), math.erfc(abs(z) / math.sqrt(2))


def test_the_rank_test_finds_what_is_there_and_nothing_else() -> None:
    dice = random.Random(1)  # noqa: S311 - numbers, no secret
    one, other = ([dice.gauss(2.0, 0.5) for _ in range(ROUNDS)] for _ in range(2))

    assert rank_test(one, other)[1] > 0.01
    assert rank_test(one, [value + 0.2 for value in other])[1] < 1e-9


# What is sent, whose answer is waited for, and how many pings of the server follow it one after the other.
TIMED = {
    "a ping of the user": (STANZAS["ping"], "probe", 0),
    "a ping of the server with a message": (STANZAS["ham"], "", 1),
    "a ping of the server with spam": (STANZAS["spam"], "", 1),
    "a ping of the server with a subscription": (STANZAS["subscription"], "", 1),
    "pings of the server while a message is judged": (STANZAS["ham"], "", 5),
}


@pytest.mark.skipif("PROVIDENCE_SOAK" not in os.environ, reason="times decide it: PROVIDENCE_SOAK=1")
@pytest.mark.parametrize("what", sorted(TIMED))
def test_every_user_and_nobody_answer_after_the_same_time(
    what: str, targets: Targets, montague: Any, account: Account
) -> None:
    stanza, ident, pings = TIMED[what]
    ping = f"<iq to='{CAPULET}' id='after' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
    order = list(STATES) * ROUNDS
    random.Random(1).shuffle(order)  # noqa: S311 - an order, no secret
    took: dict[str, list[float]] = {state: [] for state in STATES}
    with montague.client(account(montague, MONTAGUE)) as stranger:
        stranger.reach(CAPULET)
        for state in order:
            probe = stanza.format(to=targets[state])
            started = time.perf_counter()
            stranger.send(probe if ident else probe + ping)
            stranger.wait(lambda each: each.get("id") == (ident or "after"))
            for _ in range(pings - 1):
                stranger.send(ping)
                stranger.wait(lambda each: each.get("id") == "after")
            took[state].append(time.perf_counter() - started)
            stranger.reach(CAPULET)
            stranger.arrived()
    found = {pair: rank_test(took[pair[0]], took[pair[1]]) for pair in combinations(STATES, 2)}
    medians = {state: f"{statistics.median(times) * 1e3:.3f} ms" for state, times in took.items()}

    for pair, (larger, p) in found.items():
        # Prosody itself looks up a user who is there faster than one who is not: threat_model/README.md, limit 13.
        assert abs(larger - 0.5) < SLIGHT if "missing" in pair else p > SIGNIFICANT, (medians, found)
