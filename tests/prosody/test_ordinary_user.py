"""A Prosody that is not root, beside a daemon of somebody else's: it gets to the socket through a group.

Whoever is no root runs all of these tests as an ordinary user anyway.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.tests.prosody.verona.authority import Authority, free_ports
from providence.tests.prosody.verona.processes import Daemon, Prosody
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MANTUA = "capulet.example", "mantua.example"
MEMBER, STRANGER = ("nobody", "daemon"), ("nobody", "nogroup")

pytestmark = [
    pytest.mark.skipif(os.getuid() != 0, reason="only root can start a server for somebody else"),
    pytest.mark.skipif(
        shutil.which("prosody") is None, reason="prosody is not installed: scripts/install-test-servers"
    ),
]


@pytest.fixture
def house() -> Iterator[Path]:
    """A folder that others may enter."""
    folder = Path(tempfile.mkdtemp(prefix="pv-user-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def daemon(house: Path) -> Iterator[Daemon]:
    """A daemon whose socket is for its group."""
    daemon = Daemon(house)
    config = house / "providence.toml"
    config.write_text(config.read_text().replace("[socket]\n", f'[socket]\ngroup = "{MEMBER[1]}"\n'))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def server(request: pytest.FixtureRequest, house: Path, daemon: Daemon) -> Iterator[Prosody]:
    """A server of nobody's, who may or may not speak to the daemon."""
    authority = Authority(house / "pki")
    for domain in (CAPULET, MANTUA):
        authority.certify(domain)
    c2s, s2s, names = free_ports(3)
    hosts = f'providence_socket = "{daemon.socket}"\nVirtualHost "{CAPULET}"\nVirtualHost "{MANTUA}"'
    server = Prosody(house / "c", authority, (c2s, s2s, names), hosts, '"providence"')
    for path in (house / "c", *(house / "c").rglob("*"), *(house / "pki").iterdir()):
        shutil.chown(path, *request.param)
    server.run_as(*request.param)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def romeo(server: Prosody) -> Iterator[Any]:
    """A stranger of another domain, logged in."""
    server.register(f"romeo@{MANTUA}")
    with server.client(f"romeo@{MANTUA}") as client:
        yield client


@pytest.mark.parametrize("server", [MEMBER], indirect=True, ids=["in-the-group"])
def test_an_ordinary_user_in_the_group_filters(server: Prosody, romeo: Any, daemon: Daemon) -> None:
    jid = f"juliet@{CAPULET}"
    server.register(jid)
    with server.client(jid) as juliet:
        daemon.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        romeo.say(jid, HAM)

        assert HAM == juliet.body()
        assert daemon.has(jid, junk=1)


@pytest.mark.parametrize("server", [STRANGER], indirect=True, ids=["not-in-the-group"])
def test_who_is_not_in_the_group_is_told_so_and_loses_nothing(server: Prosody, romeo: Any) -> None:
    jid = f"juliet@{CAPULET}"
    server.register(jid)
    with server.client(jid) as juliet:
        romeo.say(jid, SPAM)

        assert SPAM == juliet.body()
    (line,) = [line for line in server.log_lines("No Providence daemon at") if CAPULET in line]
    assert "permission denied" in line.lower()
