"""Real Prosody servers that federate over loopback, a real daemon behind one of them, and clients.

Capulet has the module, and a domain for each way to keep passwords and each mode. Montague is the world.
"""

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import os
import secrets
import shutil
import signal as signals
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from providence.errors import RemoteError, UnreachableError
from providence.pnp import Client as Pnp

MODULES = Path(__file__).parents[2] / "modules" / "prosody"
CAPULET, CAPULET_256, CAPULET_PLAIN = "capulet.example", "capulet256.example", "plain.example"
PASSIVE, MARKED, TOKENS = "passive.example", "marked.example", "tokens.example"
OURS = (CAPULET, CAPULET_256, CAPULET_PLAIN, PASSIVE, MARKED, TOKENS)
PLAYERS = Path(__file__).with_name("players")
MONTAGUE, DIALBACK = "montague.example", "dialback.example"
START_SECONDS = 20
PATIENCE = 10.0
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, on TCP and UDP."""
    with contextlib.ExitStack() as stack:
        ports: list[int] = []
        while len(ports) < count:
            one = stack.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            two = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):
                two.bind(one.getsockname())
                ports.append(one.getsockname()[1])
        return ports


class Authority:
    """A certificate authority that knows our domains."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prince of Verona")])
        self.name = name
        certificate = self._builder(name, self.key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.certificate = certificate.sign(self.key, hashes.SHA256())
        self.path = folder / "ca.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
        )

    def certify(self, domain: str) -> None:
        """Write DOMAIN.crt and DOMAIN.key."""
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        certificate = (
            self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)]), key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        (self.folder / f"{domain}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{domain}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class NameServer(threading.Thread):
    """Answers for our domains (SRV and A), and denies that there are others."""

    def __init__(self, port: int, servers: dict[str, int]) -> None:
        super().__init__(daemon=True)
        self._servers = servers
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))

    def run(self) -> None:
        """Answer until closed."""
        with contextlib.suppress(OSError):
            while True:
                data, peer = self._socket.recvfrom(4096)
                if data == b"":
                    return
                self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA | dns.flags.AA
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        domain = name.removeprefix("_xmpp-server._tcp.")
        kind = dns.rdatatype.to_text(question.rdtype)
        if domain not in self._servers:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind == "SRV" and name != domain:
            record = f"0 5 {self._servers[domain]} localhost."
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SRV", record))
        elif kind == "A" and name == domain:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", "127.0.0.1"))
        return answer

    def close(self) -> None:
        """Stop."""
        with socket.socket(type=socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())
        self.join()
        self._socket.close()


class Process:
    """A process of ours: started, and ended by its handle."""

    def __init__(self, command: list[str], log: Path, is_up: Callable[[], bool]) -> None:
        self._command, self._log, self._is_up = command, log, is_up
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self._log.open("ab") as log:
            self.popen = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_SECONDS
        while not self._is_up():
            assert self.popen.poll() is None, self._log.read_text()
            assert time.monotonic() < end, self._log.read_text()

    def signal(self, number: int) -> None:
        """Send a signal."""
        assert self.popen is not None
        self.popen.send_signal(number)

    def stop(self, number: int = signals.SIGTERM) -> None:
        """End it."""
        if self.popen is not None:
            self.popen.send_signal(number)
            self.popen.wait(START_SECONDS)
            self.popen = None


class Daemon(Process):
    """The daemon, as an operator starts it."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        config = folder / "providence.toml"
        config.write_text(
            f'[folders]\ndata = "{folder}/store"\nhost_key = "{folder}/keys/host.keys"\n'
            f'[socket]\npath = "{self.socket}"\n[keyring]\nkdf = "hkdf"\n[sessions]\nlinger = 0\norphan = 1\n'
        )
        command = [sys.executable, "-m", "providence", "serve", "--config", str(config)]
        super().__init__(command, folder / "daemon.log", self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(UnreachableError):
            self.client().close()
            return True
        return False

    def client(self) -> Pnp:
        """Connect."""
        return Pnp.unix(self.socket)

    def kill_worker(self) -> None:
        """Kill the processes that hold the vaults."""
        assert self.popen is not None
        children = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children")
        for child in children.read_text().split():
            os.kill(int(child), signals.SIGKILL)

    def status(self, jid: str) -> dict[str, Any]:
        """Return what is known of a user's vault, which is locked where there is no daemon."""
        with contextlib.suppress(UnreachableError, RemoteError), self.client() as pnp:
            return dict(pnp.status(jid).json())
        return {"state": "locked"}

    def has(self, jid: str, patience: float = PATIENCE, **wanted: object) -> bool:
        """Wait until the status of a user's vault has these values."""
        return self.until(lambda: wanted.items() <= self.status(jid).items(), patience)

    def learn(self, jid: str) -> None:
        """Make an open vault know one ham."""
        with self.client() as pnp:
            pnp.tell(jid, _message("wherefore art thou"), spam=False)

    def teach(self, jid: str, spam: str, ham: str) -> None:
        """Make one text spam and another one ham, in a vault that is being opened."""
        assert self.has(jid, state="open")
        with self.client() as pnp:
            for number in range(10):
                pnp.tell(jid, _message(f"{spam} {number}"), spam=True)
                pnp.tell(jid, _message(f"{ham} {number}"), spam=False)

    @staticmethod
    def until(what: Callable[[], object], patience: float = PATIENCE) -> bool:
        """Ask again until it is so."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if what():
                return True
        return False


class Prosody(Process):
    """One Prosody with its hosts and its folder."""

    def __init__(
        self, folder: Path, authority: Authority, ports: tuple[int, int, int], hosts: str, modules: str
    ) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        self.authority = authority
        self.c2s, self.s2s, name_server = ports
        self.config = folder / "prosody.cfg.lua"
        self.config.write_text(f"""
run_as_root = true
pidfile = "{folder}/prosody.pid"; data_path = "{folder}/data"; plugin_paths = {{ "{MODULES}", "{PLAYERS}" }}
use_ipv6 = false; interfaces = {{ "127.0.0.1" }}; local_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.c2s} }}; s2s_ports = {{ {self.s2s} }}
c2s_direct_tls_ports = {{}}; s2s_direct_tls_ports = {{}}; http_ports = {{}}; https_ports = {{}}
unbound = {{ resolvconf = false; hoststxt = false; forward = "127.0.0.1@{name_server}";
  options = {{ ["do-not-query-localhost:"] = "no" }} }}
certificates = "{authority.folder}"; ssl = {{ cafile = "{authority.path}" }}
authentication = "internal_hashed"; storage = "internal"
s2s_secure_auth = true; s2s_insecure_domains = {{ "{DIALBACK}" }}
allow_registration = true
smacks_hibernation_time = 3
limits = {{ c2s = {{ rate = "100mb/s" }}; s2sin = {{ rate = "100mb/s" }} }}
modules_enabled = {{ "roster", "saslauth", "tls", "dialback", "disco", "blocklist", "smacks", "offline", "presence",
  "message", "iq", "register", "admin_shell", {modules} }}
log = {{ debug = "{folder}/prosody.log" }}
{hosts}
""")
        super().__init__(["prosody", "-F", "--config", str(self.config)], folder / "stdout.log", self._listens)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.c2s), 0.2).close()
            return True
        return False

    def control(self, *words: str) -> str:
        """Run prosodyctl."""
        command = ["prosodyctl", "--config", str(self.config), *words]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60
        )
        return done.stdout.decode()

    def register(self, jid: str, password: str = "pencil") -> None:
        """Make an account."""
        self.control("register", *jid.split("@"), password)

    def log_lines(self, part: str) -> list[str]:
        """Return the log's lines with this part."""
        return [line for line in (self.folder / "prosody.log").read_text(errors="replace").split("\n") if part in line]

    def client(self, jid: str, **how: object) -> "Client":
        """Log in a client."""
        return Client(self, jid, **how)  # type: ignore[arg-type] # handed on as they are


class Client:
    """An XMPP client that does what a test says, and reads what it waits for.

    with capulet.client("juliet@capulet.example") as juliet:
        juliet.say("romeo@montague.example", "hello")
        juliet.body("of an answer")
    """

    def __init__(  # noqa: PLR0913 - what differs between clients
        self,
        server: Prosody,
        jid: str,
        *,
        password: str = "pencil",
        mechanism: str = "PLAIN",
        resource: str = "tests",
        presence: bool = True,
    ) -> None:
        self.user, self.domain = jid.split("@")
        self.password = password
        self._server = server
        self._socket: socket.socket = socket.create_connection(("127.0.0.1", server.c2s), PATIENCE)
        self._seen: list[ET.Element] = []
        self._open()
        self._socket.sendall(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        self._next()
        context = ssl.create_default_context(cafile=str(server.authority.path))
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # Python knows tls-unique only
        self._socket = context.wrap_socket(self._socket, server_hostname=self.domain)
        self.features = self._open()
        self.jid = ""
        if mechanism:
            self.authenticate(mechanism)
            self.bind(resource)
            if presence:
                self.send("<presence/>")
                self.wait(lambda stanza: _name(stanza) == "presence" and stanza.get("from") == self.jid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> ET.Element:
        self._parser: Any = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self.send(
            f"<?xml version='1.0'?><stream:stream to='{self.domain}' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>"
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
        proof = _Scram(self, mechanism, password or self.password)
        self.send(f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{_b64(proof.first())}</auth>")
        answer = self._next()
        if _name(answer) == "challenge":
            self.send(f"<response xmlns='{SASL}'>{_b64(proof.final(base64.b64decode(answer.text or '')))}</response>")
            answer = self._next()
        if _name(answer) != "success":
            return False
        self.features = self._open()
        return True

    def bind(self, resource: str) -> None:
        """Bind a resource."""
        bound = self.ask(
            "set", f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>"
        )
        self.jid = next(element.text or "" for element in bound.iter() if _name(element) == "jid")

    def finished(self) -> bytes:
        """Return the channel binding."""
        assert isinstance(self._socket, ssl.SSLSocket)
        return self._socket.get_channel_binding("tls-unique") or b""

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
        return self.wait(lambda stanza: _name(stanza) == "message", patience)

    def body(self) -> str:
        """Return the words of the next message."""
        return _words(self.message())

    def bodies(self, count: int) -> list[str]:
        """Return the words of the next messages."""
        return [self.body() for _ in range(count)]

    def flush(self) -> list[str]:
        """Return the words of what came until the server answered a ping: all that was sent before it."""
        self.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", self.domain)
        messages = [stanza for stanza in self._seen if _name(stanza) == "message"]
        self._seen = [stanza for stanza in self._seen if stanza not in messages]
        return [_words(stanza) for stanza in messages]

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


class _Scram:
    """The client's side of PLAIN and of SCRAM (RFC 5802), with and without channel binding."""

    def __init__(self, client: Client, mechanism: str, password: str) -> None:
        self._plain = mechanism == "PLAIN"
        self._user, self._password = client.user, password.encode()
        self._hash = "sha256" if "256" in mechanism else "sha1"
        plus = mechanism.endswith("-PLUS")
        self._gs2 = "p=tls-unique,," if plus else "n,,"
        self._binding = client.finished() if plus else b""
        self._bare = f"n={client.user},r={secrets.token_hex(9)}"

    def first(self) -> bytes:
        if self._plain:
            return b"\0" + self._user.encode() + b"\0" + self._password
        return (self._gs2 + self._bare).encode()

    def final(self, challenge: bytes) -> bytes:
        server = dict(part.split("=", 1) for part in challenge.decode().split(","))
        salted = hashlib.pbkdf2_hmac(self._hash, self._password, base64.b64decode(server["s"]), int(server["i"]))
        client_key = self._mac(salted, b"Client Key")
        without_proof = f"c={_b64(self._gs2.encode() + self._binding)},r={server['r']}"
        signed = f"{self._bare},{challenge.decode()},{without_proof}".encode()
        signature = self._mac(hashlib.new(self._hash, client_key).digest(), signed)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        return f"{without_proof},p={_b64(proof)}".encode()

    def _mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, self._hash).digest()


def _message(body: str) -> bytes:
    return f"<message type='chat'><body>{escape(body)}</body></message>".encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _words(stanza: ET.Element) -> str:
    return next((child.text or "" for child in stanza if _name(child) == "body"), "")


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="pv-prosody-"))
    yield folder
    if "PROVIDENCE_KEEP" not in os.environ:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def providence(folder: Path) -> Iterator[Daemon]:
    """The daemon of Capulet's server."""
    daemon = Daemon(folder)
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="session")
def verona(folder: Path, providence: Daemon) -> Iterator[tuple[Prosody, Prosody, Prosody]]:
    """All servers."""
    if shutil.which("prosody") is None:
        pytest.skip("prosody is not installed: scripts/install-test-servers")
    authority = Authority(folder / "pki")
    for domain in (*OURS, MONTAGUE):
        authority.certify(domain)
    # Nobody trusts this one, so that its only domain must prove itself by dialback (XEP-0220).
    stranger = Authority(folder / "pki-2")
    stranger.certify(DIALBACK)
    dns_port, c2s_1, s2s_1, c2s_2, s2s_2, c2s_3, s2s_3 = free_ports(7)
    name_server = NameServer(dns_port, {**dict.fromkeys(OURS, s2s_1), MONTAGUE: s2s_2, DIALBACK: s2s_3})
    name_server.start()
    hosts = f"""
providence_socket = "{providence.socket}"
VirtualHost "{CAPULET}"
  password_hash = "SHA-1"
VirtualHost "{CAPULET_256}"
  password_hash = "SHA-256"
VirtualHost "{CAPULET_PLAIN}"
  authentication = "internal_plain"
VirtualHost "{PASSIVE}"
  providence_mode = "passive"
VirtualHost "{TOKENS}"
  authentication = "tests"
VirtualHost "{MARKED}"
  providence_mode = "mark"
"""
    capulet = Prosody(folder / "c", authority, (c2s_1, s2s_1, dns_port), hosts, '"carbons", "mam", "providence"')
    montague = Prosody(folder / "m", authority, (c2s_2, s2s_2, dns_port), f'VirtualHost "{MONTAGUE}"', "")
    insecure = f's2s_secure_auth = false\nVirtualHost "{DIALBACK}"'
    dialback = Prosody(folder / "d", stranger, (c2s_3, s2s_3, dns_port), insecure, "")
    servers = capulet, montague, dialback
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    name_server.close()


@pytest.fixture
def capulet(verona: tuple[Prosody, Prosody, Prosody]) -> Prosody:
    """The server with the module."""
    return verona[0]


@pytest.fixture
def montague(verona: tuple[Prosody, Prosody, Prosody]) -> Prosody:
    """The rest of the world."""
    return verona[1]


@pytest.fixture
def dialback(verona: tuple[Prosody, Prosody, Prosody]) -> Prosody:
    """A server without a certificate that anybody trusts."""
    return verona[2]


@pytest.fixture(scope="session")
def people() -> Iterator[int]:
    """Numbers, so that each test has users of its own."""
    return iter(range(10**6))


@pytest.fixture
def account(people: Iterator[int]) -> Callable[..., str]:
    """`account(server, domain)`: make an account of an own name and return its JID."""

    def make(server: Prosody, domain: str) -> str:
        jid = f"user{next(people)}@{domain}"
        server.register(jid)
        return jid

    return make
