"""A client that does what a test says."""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

PATIENCE = 10.0
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


class Client:
    """An XMPP client that does what a test says, and reads what it waits for.

    with capulet.client("juliet@capulet.example") as juliet:
        juliet.say("romeo@montague.example", "hello")
        juliet.body("of an answer")
    """

    def __init__(  # noqa: PLR0913 - what differs between clients
        self,
        port: int,
        authority: Path,
        jid: str,
        *,
        password: str = "pencil",
        mechanism: str = "PLAIN",
        resource: str = "tests",
        presence: bool = True,
        certificate: Path | None = None,
    ) -> None:
        self.user, self.domain = jid.split("@")
        self.password = password
        self._socket: Any = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._seen: list[ET.Element] = []
        self._open()
        self._socket.sendall(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        self._next()
        self._secure(authority, certificate)
        self.features = self._open()
        self.jid = ""
        if mechanism:
            self.authenticate(mechanism)
            self.bind(resource)
            if presence:
                self.send("<presence/>")
                self.wait(lambda stanza: name_of(stanza) == "presence" and stanza.get("from") == self.jid)

    @property
    def bare(self) -> str:
        """The user's address without the client's own part."""
        return self.jid.partition("/")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _secure(self, authority: Path, certificate: Path | None) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # Python knows tls-unique only
        if certificate is not None:
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self._socket = context.wrap_socket(self._socket, server_hostname=self.domain)

    def _open(self) -> ET.Element:
        self._parser: Any = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self.send(
            f"<?xml version='1.0'?><stream:stream from='{self.user}@{self.domain}' to='{self.domain}' version='1.0' "
            "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
        )
        return self._next()

    def _next(self, patience: float = PATIENCE) -> ET.Element:
        """Read the next element of the stream."""
        element: ET.Element
        while True:
            for event, element in self._parser.read_events():
                if event == "start":
                    self._depth += 1
                else:
                    self._depth -= 1
                    if self._depth == 1:
                        return element
                    assert self._depth, "the stream ended"
            self._socket.settimeout(patience)
            data = self._socket.recv(65536)
            assert data, "the connection ended"
            self._parser.feed(data)

    def authenticate(self, mechanism: str, password: str | None = None) -> bool:
        """Log in, and say whether it went well."""
        proof = Proof(self, mechanism, password or self.password)
        self.send(f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{b64(proof.first()) or '='}</auth>")
        answer = self._next()
        if name_of(answer) == "challenge":
            self.send(f"<response xmlns='{SASL}'>{b64(proof.final(base64.b64decode(answer.text or '')))}</response>")
            answer = self._next()
        if name_of(answer) != "success":
            return False
        self.features = self._open()
        return True

    def bind(self, resource: str) -> None:
        """Bind a resource."""
        bound = self.ask(
            "set", f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>"
        )
        self.jid = next(element.text or "" for element in bound.iter() if name_of(element) == "jid")

    def binding(self) -> tuple[str, bytes]:
        """Return the channel binding and its name."""
        return "tls-unique", self._socket.get_channel_binding("tls-unique")

    def send(self, xml: str) -> None:
        """Send as it is."""
        self._socket.sendall(xml.encode())

    def say(self, to: str, body: str, kind: str = "chat", extra: str = "") -> None:
        """Send a message."""
        ident = secrets.token_hex(4)
        self.send(f"<message to='{to}' type='{kind}' id='{ident}'><body>{escape(body)}</body>{extra}</message>")

    def ask(self, kind: str, xml: str, to: str = "") -> ET.Element:
        """Send a request and return the answer."""
        ident = secrets.token_hex(4)
        address = f" to='{to}'" if to else ""
        self.send(f"<iq type='{kind}' id='{ident}'{address}>{xml}</iq>")
        return self.wait(lambda stanza: stanza.get("id") == ident)

    def wait(self, wanted: Callable[[ET.Element], object], patience: float = PATIENCE) -> ET.Element:
        """Return the first stanza that is wanted; the others stay for later."""
        for place, stanza in enumerate(self._seen):
            if wanted(stanza):
                return self._seen.pop(place)
        end = time.monotonic() + patience
        while True:
            stanza = self._next(max(0.01, end - time.monotonic()))
            if wanted(stanza):
                return stanza
            self._seen.append(stanza)

    def message(self, patience: float = PATIENCE) -> ET.Element:
        """Return the next message."""
        return self.wait(lambda stanza: name_of(stanza) == "message", patience)

    def body(self) -> str:
        """Return the words of the next message."""
        return _words(self.message())

    def bodies(self, count: int) -> list[str]:
        """Return the words of the next messages."""
        return [self.body() for _ in range(count)]

    def arrived(self) -> list[ET.Element]:
        """Return what came until the server answered a ping."""
        self.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", self.domain)
        stanzas, self._seen = self._seen, []
        return stanzas

    def flush(self) -> list[str]:
        """Return the words of what came until the server answered a ping: all that was sent before it."""
        self.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", self.domain)
        messages = [stanza for stanza in self._seen if name_of(stanza) == "message"]
        self._seen = [stanza for stanza in self._seen if stanza not in messages]
        return [_words(stanza) for stanza in messages]

    def reach(self, domain: str) -> None:
        """Wait until a server answers a request: it has taken what this client had sent it before."""
        end = time.monotonic() + PATIENCE
        while self.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", domain).get("type") != "result":
            assert time.monotonic() < end, f"{domain} is out of reach"

    def rest(self) -> list[str]:
        """Return the words of what still comes from a server that is no more."""
        seen, self._seen = self._seen, []
        with contextlib.suppress(AssertionError, OSError):
            while True:
                seen.append(self._next())
        return [_words(stanza) for stanza in seen if name_of(stanza) == "message"]

    def flush_archive(self) -> list[str]:
        """Return the words of what an archive query brought (XEP-0313)."""
        results = [stanza for stanza in self._seen if stanza.find("{urn:xmpp:mam:2}result") is not None]
        self._seen = [stanza for stanza in self._seen if stanza not in results]
        return [_words(next(each for each in result.iter() if _words(each))) for result in results]

    def cut(self) -> None:
        """Lose the connection without a word."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        os.close(self._socket.detach())

    def close(self) -> None:
        """Log out."""
        with contextlib.suppress(OSError):
            self.send("</stream:stream>")
            self._socket.settimeout(PATIENCE)
            while self._socket.recv(65536):
                pass
        self._socket.close()


class Proof:
    """The client's side of SCRAM (RFC 5802), with and without channel binding, and of mechanisms of one message."""

    def __init__(self, client: Client, mechanism: str, password: str) -> None:
        self._mechanism, self._jid = mechanism, f"{client.user}@{client.domain}"
        self._user, self._password = client.user, password.encode()
        self._hash = "sha256" if "256" in mechanism else "sha1"
        name, self._binding = client.binding() if mechanism.endswith("-PLUS") else ("", b"")
        self._gs2 = f"p={name},," if name else "n,,"
        self._bare = f"n={client.user},r={secrets.token_hex(9)}"

    def first(self) -> bytes:
        """Return the first message."""
        if self._mechanism == "PLAIN":
            return b"\0" + self._user.encode() + b"\0" + self._password
        if self._mechanism == "EXTERNAL":
            return b""
        if self._mechanism == "OAUTHBEARER":  # RFC 7628; the password is a token
            return f"n,a={self._jid},\1auth=Bearer ".encode() + self._password + b"\1\1"
        return (self._gs2 + self._bare).encode()

    def final(self, challenge: bytes) -> bytes:
        """Return the answer to the server's challenge."""
        server = dict(part.split("=", 1) for part in challenge.decode().split(","))
        salted = hashlib.pbkdf2_hmac(self._hash, self._password, base64.b64decode(server["s"]), int(server["i"]))
        client_key = self._mac(salted, b"Client Key")
        without_proof = f"c={b64(self._gs2.encode() + self._binding)},r={server['r']}"
        signed = f"{self._bare},{challenge.decode()},{without_proof}".encode()
        signature = self._mac(hashlib.new(self._hash, client_key).digest(), signed)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        return f"{without_proof},p={b64(proof)}".encode()

    def _mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, self._hash).digest()


def b64(data: bytes) -> str:
    """Return it in base64."""
    return base64.b64encode(data).decode()


def name_of(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _words(stanza: ET.Element) -> str:
    return next((child.text or "" for child in stanza if name_of(child) == "body"), "")
