"""Clients that come through the web server: BOSH (XEP-0206) and WebSocket (RFC 7395). They log in and say things."""

import base64
import http.client
import os
import secrets
import socket
import struct
from typing import Self
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from .client import PATIENCE, SASL, name_of

BOSH = "http://jabber.org/protocol/httpbind"
FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
BIND = "<iq type='set' id='bind' xmlns='jabber:client'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
_TEXT, _CLOSE = 1, 8
_LONG = 126


def _proof(user: str, password: str) -> str:
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    return f"<auth xmlns='{SASL}' mechanism='PLAIN'>{secret}</auth>"


class Bosh:
    """A session in requests and answers."""

    def __init__(self, port: int, jid: str, password: str = "pencil") -> None:
        self._user, self._domain = jid.split("@")
        self._port = port
        self._number = secrets.randbelow(10**9)
        self._session = ""
        opened = self._ask("", f"to='{self._domain}' ver='1.6' wait='1' hold='1' xml:lang='en'")
        self._session = opened.get("sid", "")
        self._ask(_proof(self._user, password))
        self._ask("", f"to='{self._domain}' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'")
        self._ask(BIND)
        self._ask("<presence xmlns='jabber:client'/>")

    def _ask(self, inside: str, extra: str = "") -> ET.Element:
        self._number += 1
        session = f"sid={quoteattr(self._session)}" if self._session else ""
        body = f"<body xmlns='{BOSH}' rid='{self._number}' {session} {extra}>{inside}</body>"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            headers = {"Host": self._domain, "Content-Type": "text/xml"}
            connection.request("POST", "/http-bind", body.encode(), headers)
            return ET.fromstring(connection.getresponse().read())  # noqa: S314 - our own server
        finally:
            connection.close()

    def message(self) -> ET.Element:
        """Return the next message."""
        while True:
            for stanza in self._ask(""):
                if name_of(stanza) == "message":
                    return stanza

    def close(self) -> None:
        """Log out."""
        self._ask("", "type='terminate'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class WebSocket:
    """A session in frames."""

    def __init__(self, port: int, jid: str, password: str = "pencil") -> None:
        user, domain = jid.split("@")
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._data = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /xmpp-websocket HTTP/1.1\r\nHost: {domain}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._data:
            self._data += self._receive()
        self._data = self._data.partition(b"\r\n\r\n")[2]
        opening = f"<open xmlns='{FRAMING}' to='{domain}' version='1.0'/>"
        for xml, wanted in (
            (opening, "features"),
            (_proof(user, password), "success"),
            (opening, "features"),
            (BIND, "iq"),
            ("<presence xmlns='jabber:client'/>", "presence"),
        ):
            self._send(_TEXT, xml.encode())
            self._wait(wanted)

    def _receive(self) -> bytes:
        data = self._socket.recv(65536)
        assert data, "the connection ended"
        return data

    def _send(self, kind: int, data: bytes) -> None:
        length = bytes([0x80 | len(data)]) if len(data) < _LONG else struct.pack("!BH", 0x80 | _LONG, len(data))
        # The mask is nought.
        self._socket.sendall(bytes([0x80 | kind]) + length + bytes(4) + data)

    def _wait(self, name: str) -> ET.Element:
        while True:
            stanza = ET.fromstring(self._frame())  # noqa: S314 - our own server
            if name_of(stanza) == name:
                return stanza

    def _frame(self) -> bytes:
        head = self._take(2)
        length = head[1] if head[1] < _LONG else int.from_bytes(self._take(2))
        return self._take(length)

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            self._data += self._receive()
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def message(self) -> ET.Element:
        """Return the next message."""
        return self._wait("message")

    def close(self) -> None:
        """Log out."""
        self._send(_TEXT, f"<close xmlns='{FRAMING}'/>".encode())
        self._send(_CLOSE, b"")
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


WAYS: dict[str, type[Bosh | WebSocket]] = {"BOSH": Bosh, "WebSocket": WebSocket}
