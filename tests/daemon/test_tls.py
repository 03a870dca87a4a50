"""The daemon for an XMPP server on another machine: TCP, and never without certificates on both sides."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from providence.errors import RemoteError, UnreachableError
from providence.pnp import Client, tls_client_context

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"


@pytest.fixture
def port(daemon: "Daemon", pki: Path) -> int:
    """Let the daemon listen on a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    daemon.stop()
    daemon.configure(
        f'[tcp]\nhost = "127.0.0.1"\nport = {port}\ncertificate = "{pki}/server.pem"\nkey = "{pki}/server.key"\n'
        f'client_ca = "{pki}/ca.pem"\n'
    )
    daemon.start()
    return port


def context(pki: Path, name: str) -> ssl.SSLContext:
    return tls_client_context(pki / f"{name}.pem", pki / f"{name}.key", pki / "ca.pem")


def test_a_server_with_a_certificate_is_served(
    daemon: "Daemon", port: int, pki: Path, message: Callable[..., bytes]
) -> None:
    with Client.tls("127.0.0.1", port, context(pki, "client")) as client:
        ticket = daemon.log_in(client, ticket=True).body
        assert 32 == len(ticket)
        assert "deliver" == client.check(JULIET, message("hello")).headers["verdict"]


def test_a_stranger_with_a_certificate_of_another_authority_is_not(port: int, pki: Path) -> None:
    with pytest.raises(UnreachableError), Client.tls("127.0.0.1", port, context(pki, "stranger")) as client:
        client.ping()


def test_nobody_administers_over_tcp(port: int, pki: Path) -> None:
    with Client.tls("127.0.0.1", port, context(pki, "client")) as client:
        for ask in (client.stats, client.verify, client.compact):
            with pytest.raises(RemoteError) as caught:
                ask()
            assert 403 == caught.value.code


def test_plain_tcp_is_not_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"PING PNP/1.0\r\n\r\n")
        assert b"PNP" not in sock.recv(4096)
