"""Other ways to a server than a client's own stream: the web, and components (XEP-0114) as senders and as gateways."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from providence.tests.prosody.verona.web import WAYS
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MONTAGUE, GATEWAY = "capulet.example", "montague.example", "gateway.capulet.example"
SECRET = "queen mab"

Account = Callable[..., str]


class Component:
    """A program that is a domain of the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.sendall(
            b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='"
            + GATEWAY.encode()
            + b"'>"
        )
        parser: Any = ET.XMLPullParser(["start"])
        events: list[Any] = []
        while not events:
            parser.feed(self._socket.recv(65536))
            events = list(parser.read_events())
        proof = hashlib.sha1((events[0][1].get("id") + SECRET).encode(), usedforsecurity=False).hexdigest()
        self._socket.sendall(f"<handshake>{proof}</handshake>".encode())
        answer = self._socket.recv(65536)
        assert b"<handshake/>" in answer, answer

    def say(self, sender: str, to: str, body: str) -> None:
        self._socket.sendall(f"<message from='{sender}' to='{to}' type='chat'><body>{body}</body></message>".encode())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def gateway(capulet: Any) -> Iterator[Component]:
    """A gateway, connected."""
    component = Component(capulet.components)
    yield component
    component.close()


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_login_through_the_web_opens_the_vault_and_its_end_locks_it(
    way: str, capulet: Any, montague: Any, account: Account, providence: Any
) -> None:
    jid = account(capulet, CAPULET)
    with montague.client(account(montague, MONTAGUE)) as romeo:
        with WAYS[way](capulet.web, jid) as client:
            providence.teach(jid, SPAM, HAM)
            romeo.say(jid, SPAM)
            romeo.say(jid, HAM)
            received = client.message()

            assert HAM in "".join(received.itertext())
            assert providence.has(jid, junk=1)
        assert providence.has(jid, state="locked")


def test_whoever_writes_through_a_component_is_a_stranger(
    capulet: Any, gateway: Component, account: Account, providence: Any
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        for to in (jid, client.jid):
            gateway.say(f"tybalt@{GATEWAY}", to, SPAM)
            gateway.say(f"tybalt@{GATEWAY}", to, HAM)
            assert HAM == client.body()

        assert providence.has(jid, junk=2)
        assert [] == client.flush()


def test_whoever_stands_behind_a_gateway_of_the_users_is_none(
    capulet: Any, gateway: Component, account: Account, providence: Any
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        client.send(f"<presence to='{GATEWAY}' type='subscribe'/>")
        client.ask("get", "<query xmlns='jabber:iq:roster'/>")
        gateway.say(f"tybalt@{GATEWAY}", jid, SPAM)

        assert SPAM == client.body()


def test_a_component_that_floods_gets_everything_through(
    capulet: Any, gateway: Component, account: Account, providence: Any
) -> None:
    jid = account(capulet, CAPULET)
    texts = [f"number {number}" for number in range(300)]
    with capulet.client(jid) as client:
        assert providence.has(jid, state="open")
        for text in texts:
            gateway.say(f"tybalt@{GATEWAY}", jid, text)

        assert texts == client.bodies(len(texts))
        assert [] == client.flush()
