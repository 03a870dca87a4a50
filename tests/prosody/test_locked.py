"""What strangers send while a vault is locked: it waits, through any restart, and is judged at the next login."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MONTAGUE = "capulet.example", "montague.example"
HIDDEN = (
    "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'><keys jid='user@capulet.example'><key rid='1'>"
    "c2VjcmV0IGtleSBmb3IgYSBkZXZpY2U=</key></keys></header><payload>d2hhdCBub2JvZHkgY2FuIHJlYWQ=</payload></encrypted>"
)
LAST = "that was all"
DELAY = "{urn:xmpp:delay}delay"
STRANGERS, ROUNDS = 5, 10

Account = Callable[..., str]


@pytest.fixture
def juliet(capulet: Any, providence: Any, account: Account) -> str:
    """A user who has taught and is away, so that the vault is locked."""
    jid = account(capulet, CAPULET)
    with capulet.client(jid):
        providence.teach(jid, SPAM, HAM)
    assert providence.has(jid, state="locked")
    return jid


@pytest.fixture
def strangers(montague: Any, account: Account) -> Iterator[list[Any]]:
    """Some who are unknown to the user, logged in."""
    with ExitStack() as stack:
        yield [stack.enter_context(montague.client(account(montague, MONTAGUE))) for _ in range(STRANGERS)]


def words(stanza: Any) -> str:
    return next((child.text or "" for child in stanza if child.tag.endswith("}body")), "")


def delayed(providence: Any) -> int:
    """Return how many stanzas the daemon has put off since it was started."""
    with providence.client() as pnp:
        return int(pnp.stats().json()["counts"].get("delay", 0))


def wait_in_line(stranger: Any, jid: str, capulet: Any, providence: Any) -> list[str]:
    """Let ham and one spam of a stranger wait; return the ham."""
    texts = [f"{HAM} {number}" for number in range(10)]
    for text in [*texts, SPAM]:
        stranger.say(jid, text)
    # This one is clear and leaves when all before it have their verdicts.
    stranger.say(jid, LAST, extra=HIDDEN)
    user, domain = jid.split("@")
    stored = capulet.folder / "data" / domain.replace(".", "%2e") / "offline" / f"{user}.list"
    assert providence.until(lambda: stored.exists() and LAST in stored.read_text())
    return texts


def speak(strangers: list[Any], jid: str) -> tuple[list[str], list[str]]:
    """Let each say something encrypted, ham and spam in turns; return what is clear and what is ham."""
    clear, ham = [], []
    for number in range(ROUNDS):
        for who, stranger in enumerate(strangers):
            what = (number + who) % 5
            if what == 0:
                clear.append(f"{who} {number}")
                stranger.say(jid, clear[-1], extra=HIDDEN)
            elif what % 2:
                ham.append(f"{HAM} {who} {number}")
                stranger.say(jid, ham[-1])
            else:
                stranger.say(jid, f"{SPAM} {who} {number}")
            # So that the next one's comes later, whatever way it takes.
            stranger.reach(CAPULET)
    return clear, ham


def test_what_is_clear_comes_at_once_and_the_rest_is_judged_at_login_in_its_order(
    juliet: str, strangers: list[Any], capulet: Any, providence: Any
) -> None:
    before = delayed(providence)
    clear, ham = speak(strangers, juliet)
    junk = STRANGERS * ROUNDS - len(clear) - len(ham)

    assert providence.until(lambda: delayed(providence) == before + len(ham) + junk)

    with capulet.client(juliet) as client:
        received = [client.message() for _ in range(len(clear) + len(ham))]
        stamps = [next(child.get("stamp") for child in stanza if child.tag == DELAY) for stanza in received]
        assert clear == [words(stanza) for stanza in received if words(stanza) in clear]
        assert ham == [words(stanza) for stanza in received if words(stanza) in ham]
        assert sorted(stamps[len(clear) :]) == stamps[len(clear) :]
        assert providence.has(juliet, released=0, junk=junk)
        assert [] == client.flush()
    assert [[] for _ in strangers] == [stranger.flush() for stranger in strangers]


@pytest.mark.parametrize("who", ["the server", "the daemon", "both"])
def test_what_waits_outlives_a_restart(
    who: str, juliet: str, strangers: list[Any], capulet: Any, providence: Any
) -> None:
    texts = wait_in_line(strangers[0], juliet, capulet, providence)
    processes = {"the server": [capulet], "the daemon": [providence], "both": [capulet, providence]}[who]
    for process in processes:
        process.stop()
    for process in reversed(processes):
        process.start()

    with capulet.client(juliet) as client:
        assert [LAST, *texts] == client.bodies(len(texts) + 1)
        assert providence.has(juliet, released=0, junk=1)
        assert [] == client.flush()
    with capulet.client(juliet) as client:
        assert [] == client.flush()


def test_what_is_held_when_the_server_ends_is_delivered_once(
    juliet: str, strangers: list[Any], capulet: Any, providence: Any
) -> None:
    texts = [f"number {number}" for number in range(20)]
    providence.signal(signal.SIGSTOP)
    try:
        for text in texts:
            strangers[0].say(juliet, text)
        strangers[0].reach(CAPULET)
        capulet.stop()
    finally:
        # It finds the questions in its socket, and keeps what was let go meanwhile.
        providence.signal(signal.SIGCONT)
    capulet.start()

    with capulet.client(juliet) as client:
        assert texts == client.bodies(len(texts))
        assert providence.has(juliet, released=0)
        assert [] == client.flush()


def test_a_server_that_is_killed_while_it_hands_out_loses_nothing(
    juliet: str, strangers: list[Any], capulet: Any, providence: Any
) -> None:
    texts = wait_in_line(strangers[0], juliet, capulet, providence)
    with capulet.client(juliet) as client:
        received = client.bodies(2)
        capulet.stop(signal.SIGKILL)
        received += client.rest()
    capulet.start()
    with capulet.client(juliet) as client:
        assert providence.has(juliet, released=0)
        received += client.flush()

    # What was handed out and not yet crossed off when the server was killed comes again: one at most.
    assert {LAST, *texts} == set(received)
    assert len(received) <= len(texts) + 2
