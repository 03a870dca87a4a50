"""Two servers that prove themselves by certificates or by dialback, before and after each process was restarted.

One user has taught by reports from a client alone; the tests of a group are about that user.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET = "capulet.example"
LETTERS = (
    "My bounty is as boundless as the sea",
    "The tenor part is with me",
    "Hi, it is I",
    "Do you come to the choir tonight?",
    "My love as deep",
    "Parting is such sweet sorrow",
    "I still have your book",
    "See you at the orchard wall",
    "Is Rosaline well?",
    "The nurse says hello",
)
MAX_REPORTS = 20
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/>"

Account = Callable[..., str]
World = tuple[Any, str]


def subscribe(jid: str, words: str) -> str:
    return f"<presence to='{jid}' type='subscribe'><status>{words}</status></presence>"


@pytest.fixture(scope="session", params=["montague.example", "dialback.example"], ids=["certificates", "dialback"])
def world(request: pytest.FixtureRequest, verona: tuple[Any, ...]) -> World:
    """The other server and its domain."""
    _, montague, dialback = verona
    return (montague if request.param == "montague.example" else dialback), request.param


@pytest.fixture(scope="session")
def taught(world: World, verona: tuple[Any, ...], providence: Any, new_account: Account) -> str:
    """A user who wrote some letters and reported spam, and requests with spam, until such went to the junk box."""
    capulet = verona[0]
    server, domain = world
    jid = new_account(capulet, CAPULET)
    friend = new_account(server, domain)

    def report_until_it_is_junk(client: Any, stanza: str) -> None:
        before = providence.status(jid)["junk"]
        for _ in range(MAX_REPORTS):
            spammer = new_account(server, domain)
            with server.client(spammer) as stranger:
                stranger.send(stanza)
                received = providence.until(
                    lambda: (
                        any(each.get("type") in {"chat", "subscribe"} for each in client.arrived())
                        or providence.status(jid)["junk"] > before
                    )
                )
                assert received
            if providence.status(jid)["junk"] > before:
                return
            client.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{spammer}'>{REPORT}</item></block>")
        pytest.fail("reports taught nothing")

    with capulet.client(jid) as client:
        assert providence.has(jid, state="open")
        for letter in LETTERS:
            client.say(friend, letter)
        assert providence.has(jid, ham=len(LETTERS))
        report_until_it_is_junk(client, f"<message to='{jid}' type='chat'><body>{SPAM}</body></message>")
        report_until_it_is_junk(client, subscribe(jid, SPAM))
    return jid


@pytest.fixture(scope="module", params=["nothing", "our server", "their server", "the daemon"], autouse=True)
def restarted(
    request: pytest.FixtureRequest, taught: str, world: World, verona: tuple[Any, ...], providence: Any
) -> None:
    """What was stopped and started after the user had taught."""
    processes = {"our server": verona[0], "their server": world[0], "the daemon": providence}
    if process := processes.get(request.param):
        process.stop()
        process.start()


@pytest.fixture
def juliet(taught: str, verona: tuple[Any, ...], providence: Any) -> Iterator[Any]:
    """The user who has taught, logged in."""
    with verona[0].client(taught) as client:
        assert providence.has(taught, state="open")
        yield client


@pytest.fixture
def stranger(world: World, new_account: Account) -> Iterator[Any]:
    """Somebody new, logged in on the other server."""
    server, domain = world
    with server.client(new_account(server, domain)) as client:
        client.reach(CAPULET)
        yield client


def test_a_strangers_ham_is_delivered(juliet: Any, stranger: Any) -> None:
    stranger.say(juliet.jid, HAM)

    assert HAM == juliet.body()


def test_spam_is_junk_after_its_like_was_reported(taught: str, juliet: Any, stranger: Any, providence: Any) -> None:
    before = providence.status(taught)["junk"]
    stranger.say(taught, SPAM)
    stranger.reach(CAPULET)

    assert providence.has(taught, junk=before + 1)
    assert [] == juliet.flush()
    assert [] == stranger.flush()


def test_a_subscription_with_spam_is_junk_and_comes_when_it_is_released(
    taught: str, juliet: Any, stranger: Any, verona: tuple[Any, ...], providence: Any
) -> None:
    with providence.client() as pnp:
        before = {item["item"] for item in pnp.junk(taught, "list").json()["items"]}
        stranger.send(subscribe(taught, SPAM))
        assert providence.has(taught, junk=len(before) + 1)
        (item,) = {item["item"] for item in pnp.junk(taught, "list").json()["items"]} - before
        pnp.junk(taught, "release", item)
    juliet.close()
    with verona[0].client(taught) as client:
        request = client.wait(lambda stanza: stanza.get("type") == "subscribe")

        sender = stranger.bare
        assert sender == request.get("from")
        # To let it go was to teach that it is ham. The next test wants it to be spam again.
        known = providence.status(taught)["spam"]
        client.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{sender}'>{REPORT}</item></block>")
        assert providence.until(lambda: providence.status(taught)["spam"] > known)
