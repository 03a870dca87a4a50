"""The way to a daemon on another machine: TCP under mutual TLS 1.3."""

import contextlib
import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.tests.prosody.verona.authority import free_ports
from providence.tests.prosody.verona.processes import Daemon

GOOD, OTHER_NAME, OTHER_CA = "good.example", "name.example", "ca.example"
STRANGER, OLD, LATE, LACKING = "stranger.example", "old.example", "late.example", "lacking.example"
# Longer than the 15 seconds between two tries, and than a busy machine takes for one.
PATIENCE = 60.0
REFUSED = {
    OTHER_NAME: "its certificate is not for elsewhere.example",
    OTHER_CA: "certificate verify failed",
    OLD: "tlsv1 alert protocol version",
}


class Remote(Daemon):
    """A daemon that listens on TCP, too."""

    def __init__(self, folder: Path, pki: Path) -> None:
        (self.port,) = free_ports(1)
        super().__init__(
            folder,
            f'[tcp]\nhost = "127.0.0.1"\nport = {self.port}\ncertificate = "{pki}/server.pem"\n'
            f'key = "{pki}/server.key"\nclient_ca = "{pki}/ca.pem"\n',
        )


class OldServer(threading.Thread):
    """A daemon with the right certificate that speaks TLS 1.2 at best."""

    def __init__(self, pki: Path) -> None:
        super().__init__(daemon=True)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pki / "server.pem", pki / "server.key")
        self._context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard = b""

    def run(self) -> None:
        """Take connections until closed."""
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
                    self.heard += connection.recv(65536)

    def close(self) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture(scope="module")
def remote(folder: Path, pki: Path) -> Iterator[Remote]:
    """A daemon that is running."""
    place = folder / "remote"
    place.mkdir()
    daemon = Remote(place, pki)
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def old(pki: Path) -> Iterator[OldServer]:
    """A server without TLS 1.3."""
    server = OldServer(pki)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def elsewhere(stage: Callable[..., Any], folder: Path, pki: Path, remote: Remote, old: OldServer) -> Any:
    """A server whose hosts know the daemon's address, and each something else about it."""

    def host(domain: str, port: int = remote.port, **files: str) -> str:
        known = {
            "certificate": f"{pki}/client.pem",
            "key": f"{pki}/client.key",
            "cafile": f"{pki}/ca.pem",
            "name": "server.example",
            **files,
        }
        table = "; ".join(f'{name} = "{value}"' for name, value in known.items() if value)
        return (
            f'VirtualHost "{domain}"\n  providence_host = "127.0.0.1"\n  providence_port = {port}\n'
            f"  providence_tls = {{ {table} }}\n"
        )

    hosts = "".join([
        host(GOOD),
        host(OTHER_NAME, name="elsewhere.example"),
        host(OTHER_CA, cafile=f"{pki}/other-ca.pem"),
        host(STRANGER, certificate=f"{pki}/stranger.pem", key=f"{pki}/stranger.key"),
        host(OLD, port=old.port),
        host(LATE, certificate=f"{folder}/late.pem", key=f"{folder}/late.key"),
        host(LACKING, key=""),
    ])  # fmt: skip
    return stage("elsewhere", hosts, GOOD, *REFUSED, STRANGER, LATE, LACKING)


def log_in(server: Any, jid: str) -> None:
    """Log in and out, beside whoever is there."""
    with server.client(jid, resource="in and out") as juliet:
        juliet.flush()


def test_a_vault_opens_over_tls_and_again_after_the_daemon_was_restarted(
    elsewhere: Any, remote: Any, account: Callable[..., str]
) -> None:
    jid = account(elsewhere, GOOD)
    with elsewhere.client(jid):
        assert remote.has(jid, state="open")
        remote.learn(jid)
        remote.stop()
        remote.start()
        log_in(elsewhere, jid)  # whoever asks has the connection tried at once
        # Unless it was tried just now: the next time may be 15 seconds away.
        assert remote.has(jid, patience=PATIENCE, ham=1)
    assert remote.has(jid, state="locked")


@pytest.mark.parametrize("domain", REFUSED)
def test_a_daemon_that_does_not_prove_itself_is_told_nothing(
    domain: str, elsewhere: Any, remote: Any, old: OldServer, account: Callable[..., str]
) -> None:
    jid = account(elsewhere, domain)
    log_in(elsewhere, jid)
    said = f"{domain}:providence"
    assert remote.until(lambda: any(REFUSED[domain] in line for line in elsewhere.log_lines(said)), PATIENCE)
    assert remote.status(jid)["state"] == "locked"
    assert [] == elsewhere.log_lines(f"{domain}:providence\tinfo\tConnected")
    assert old.heard == b""


def test_a_daemon_is_not_opened_by_a_certificate_of_another_authority(
    elsewhere: Any, remote: Any, account: Callable[..., str]
) -> None:
    jid = account(elsewhere, STRANGER)
    log_in(elsewhere, jid)
    assert remote.until(lambda: bool(elsewhere.log_lines(f"{STRANGER}:providence\twarn")), PATIENCE)
    assert remote.status(jid)["state"] == "locked"
    assert [] == elsewhere.log_lines(f"{STRANGER}:providence\tinfo\tConnected")


def test_certificates_are_read_again_with_the_settings(
    elsewhere: Any, remote: Any, folder: Path, pki: Path, account: Callable[..., str]
) -> None:
    jid = account(elsewhere, LATE)
    log_in(elsewhere, jid)
    assert elsewhere.log_lines(f"{LATE}:providence\terror\tNo way to the Providence daemon")
    assert remote.status(jid)["state"] == "locked"

    for kind in ("pem", "key"):
        shutil.copy(pki / f"client.{kind}", folder / f"late.{kind}")
    elsewhere.control("shell", "config:reload()")
    with elsewhere.client(jid):
        assert remote.has(jid, patience=PATIENCE, state="open")
    assert remote.has(jid, state="locked")


def test_a_setting_that_is_missing_is_named(elsewhere: Any, account: Callable[..., str]) -> None:
    log_in(elsewhere, account(elsewhere, LACKING))
    assert elsewhere.log_lines("providence_tls lacks one of certificate, key and cafile")
