"""A real daemon for whoever needs one: router, worker, store, socket."""

import contextlib
import datetime as dt
import ipaddress
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providence.errors import UnreachableError
from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, Unlock
from providence.keyring import SlotKind as Kind
from providence.pnp import Client, SlotKind, SlotName
from providence.pnp.calls import Calls
from providence.vault import Store, Vault

JULIET = "juliet@capulet.example"
PAUSE = 0.01

Answer = TypeVar("Answer")


class Daemon:
    """One data folder and the daemon that serves it, as an operator starts it.

    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client, "juliet@capulet.example")
        client.check("juliet@capulet.example", message("hello"))
    daemon.stop()
    """

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.host_key = folder / "keys" / "host.keys"
        self.socket = folder / "s"
        self.config = folder / "providence.toml"
        self.log = folder / "log"
        self.configure(settings)
        self.process: subprocess.Popen[bytes] | None = None

    def configure(self, settings: str, kdf: str = "hkdf") -> None:
        """Write the settings file; `settings` comes after the places."""
        self.config.write_text(
            f'[folders]\ndata = "{self.data}"\nhost_key = "{self.host_key}"\n[socket]\npath = "{self.socket}"\n'
            f'[keyring]\nkdf = "{kdf}"\n{settings}'
        )

    def start(self) -> "Daemon":
        """Start it and wait until it takes connections."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "providence", "serve", "--config", str(self.config)], stdout=log, stderr=log
            )
        while self.process.poll() is None:
            with contextlib.suppress(UnreachableError):
                self.client().close()
                return self
            # Asked again at once it would be kept from starting.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PAUSE)
        raise AssertionError(self.log.read_text())

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process = None
        return code

    def client(self) -> Client:
        """Connect."""
        return Client.unix(self.socket)

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    @staticmethod
    def log_in(client: Calls[Answer], user: str = JULIET, password: str = "", *, ticket: bool = False) -> Answer:
        """Open a user's vault as a SCRAM login does, and make it at the first login."""
        secret = bytearray(sha256(f"{user} {password}".encode()).digest())
        slot = SlotName(SlotKind.SCRAM, "sha-256", sha256(password.encode()).digest()[:16], 4096)
        return client.unlock(user, "session", [slot], [secret], enrol=True, ticket=ticket)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """A daemon that runs, in a folder short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="pv-"))
    daemon = Daemon(folder)
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.process is not None:
            daemon.stop()
        shutil.rmtree(folder)


def message(text: str, sender: str = "stranger@else.example/x", recipient: str = JULIET) -> bytes:
    """Return a chat message with this body."""
    return (
        f"<message xmlns='jabber:client' type='chat' from='{sender}' to='{recipient}'>"
        f"<body>{escape(text)}</body></message>"
    ).encode()


@pytest.fixture(name="message")
def make_message() -> object:
    """`message(text, sender, recipient)`: the bytes of a chat message."""
    return message


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store on a real disk."""
    host = HostKeys.create(tmp_path / "keys" / "host.keys")
    with Store.open(tmp_path / "data", Keyring(host, KeyringSettings(kdf="hkdf"))) as store:
        yield store


@pytest.fixture
def vault(store: Store) -> Vault:
    """A vault of it that is open and empty."""
    unlock = Unlock(Kind.SCRAM, Secret(bytes(range(32))), "sha-256", b"salt", 4096)
    attempt = store.prepare(bytes(16), [unlock], enrol=True)
    attempt.derive()
    return store.finish(attempt)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make `ca`, `server` and `client` of that CA, and a `stranger` of another."""
    folder = tmp_path_factory.mktemp("pki")
    authority = _issue(folder, "ca")
    _issue(folder, "server", authority)
    _issue(folder, "client", authority)
    other = _issue(folder, "other-ca")
    _issue(folder, "stranger", other)
    return folder


Issuer = tuple[x509.Name, ec.EllipticCurvePrivateKey]


def _issue(folder: Path, name: str, issuer: Issuer | None = None) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name, issuer_key = issuer or (subject, key)
    now = dt.datetime.now(dt.UTC)
    names = [
        x509.DNSName(f"{name}.example"),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return subject, key
