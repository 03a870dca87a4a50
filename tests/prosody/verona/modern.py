"""A client that logs in as newer ones do: TLS 1.3 with its channel binding, SASL2, FAST.

XEP-0388, XEP-0386, XEP-0440, XEP-0484; RFC 9266. Python's own ssl does not export keying material.
"""

import base64
import hashlib
import hmac
import select
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

from OpenSSL import SSL

from .client import Client, Proof, b64, name_of

SASL2 = "urn:xmpp:sasl:2"
FAST = "urn:xmpp:fast:0"
BIND2 = "urn:xmpp:bind:0"
FAST_MECHANISM = "HT-SHA-256-NONE"
USER_AGENT = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>"


class _Tls:
    """As much of a socket as a client needs, under TLS 1.3."""

    def __init__(self, plain: socket.socket, authority: Path, name: str) -> None:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(SSL.TLS1_3_VERSION)
        context.load_verify_locations(str(authority))
        context.set_verify(SSL.VERIFY_PEER)
        plain.settimeout(None)
        self._patience: float | None = None
        self._plain = plain
        self._tls = SSL.Connection(context, plain)
        self._tls.set_tlsext_host_name(name.encode())
        self._tls.set_connect_state()
        self._tls.do_handshake()

    def exported(self) -> bytes:
        return self._tls.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")

    def settimeout(self, seconds: float | None) -> None:
        self._patience = seconds

    def recv(self, size: int) -> bytes:
        if not self._tls.pending() and not select.select([self._plain], [], [], self._patience)[0]:
            raise TimeoutError
        try:
            return self._tls.recv(size)
        except SSL.ZeroReturnError:
            return b""
        except SSL.Error:
            raise ConnectionError from None

    def sendall(self, data: bytes) -> None:
        self._tls.sendall(data)

    def setsockopt(self, level: int, name: int, value: bytes) -> None:
        self._plain.setsockopt(level, name, value)

    def detach(self) -> int:
        return self._plain.detach()

    def close(self) -> None:
        self._plain.close()


class ModernClient(Client):
    """Logs in by SASL2 and binds in the same step.

    with ModernClient(capulet.c2s, authority, "juliet@capulet.example") as juliet:
        token = juliet.token
    ModernClient(capulet.c2s, authority, "juliet@capulet.example", mechanism=FAST_MECHANISM, password=token)
    """

    token = ""
    resumed = False

    def _secure(self, authority: Path, certificate: Path | None) -> None:
        assert certificate is None
        self._socket = _Tls(self._socket, authority, self.domain)

    def binding(self) -> tuple[str, bytes]:
        """Return the channel binding and its name."""
        return "tls-exporter", self._socket.exported()

    def offers(self, name: str) -> bool:
        """Say whether an element of that name is among the stream's features."""
        return any(name_of(element) == name for element in self.features.iter())

    def authenticate(self, mechanism: str, password: str | None = None, *, resume: str = "") -> bool:
        """Log in and bind, or resume; say whether it went well. The password of FAST's mechanism is its token."""
        word = password or self.password
        proof = Proof(self, mechanism, word)
        extra = f"<request-token xmlns='{FAST}' mechanism='{FAST_MECHANISM}'/>"
        first = proof.first()
        if mechanism == FAST_MECHANISM:
            first = self.user.encode() + b"\0" + hmac.digest(word.encode(), b"Initiator", hashlib.sha256)
            extra = f"<fast xmlns='{FAST}'/>"
        if resume:
            extra += f"<resume xmlns='urn:xmpp:sm:3' h='0' previd='{resume}'/>"
        else:
            extra += f"<bind xmlns='{BIND2}'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>"
        self.send(
            f"<authenticate xmlns='{SASL2}' mechanism='{mechanism}'>"
            f"<initial-response>{b64(first) or '='}</initial-response>{USER_AGENT}{extra}</authenticate>"
        )
        answer = self._next()
        if name_of(answer) == "challenge":
            final = b64(proof.final(base64.b64decode(answer.text or "")))
            self.send(f"<response xmlns='{SASL2}'>{final}</response>")
            answer = self._next()
        if name_of(answer) != "success":
            return False
        self._take(answer)
        self.features = self._next()
        return True

    def _take(self, success: ET.Element) -> None:
        for element in success.iter():
            match name_of(element):
                case "authorization-identifier":
                    self.jid = element.text or ""
                case "token":
                    self.token = element.get("token", "")
                case "enabled":
                    self.stream = element.get("id", "")
                case "resumed":
                    self.resumed = True

    def bind(self, resource: str) -> None:
        """Nothing is left to bind."""
