"""Real Prosody servers that federate over loopback, a real daemon behind one of them, and clients.

Capulet has the module, and a domain for each way to keep passwords and each mode. Montague is the world. Both
have rooms.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providence.tests.prosody.verona.authority import Authority, NameServer, free_ports
from providence.tests.prosody.verona.box import JunkBox
from providence.tests.prosody.verona.client import Client
from providence.tests.prosody.verona.friar import Friar
from providence.tests.prosody.verona.processes import Daemon, Prosody
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, CAPULET_256, CAPULET_PLAIN = "capulet.example", "capulet256.example", "plain.example"
PASSIVE, MARKED, TOKENS = "passive.example", "marked.example", "tokens.example"
ROOMS, GATEWAY = "rooms.capulet.example", "gateway.capulet.example"
LISTS, LISTS_THERE, PAGES = "lists.capulet.example", "lists.montague.example", "pages.montague.example"
CELL, MANTUA = "cell.example", "mantua.example"
OURS = (CAPULET, CAPULET_256, CAPULET_PLAIN, PASSIVE, MARKED, TOKENS, ROOMS, LISTS, CELL, MANTUA)
MONTAGUE, ROOMS_THERE, DIALBACK = "montague.example", "rooms.montague.example", "dialback.example"
OLD_ROOMS = "old.montague.example"
JUNK = f"junk.{CAPULET}"
GATEWAY_SECRET = "queen mab"


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
def cell(folder: Path) -> Iterator[Friar]:
    """The daemon of one host, that only listens."""
    friar = Friar(folder / "cell")
    friar.start()
    yield friar
    friar.close()


@pytest.fixture
def friar(cell: Friar) -> Iterator[Friar]:
    """The same, answering as it always does when the test begins."""
    cell.answers.clear()
    yield cell
    cell.answers.clear()


@pytest.fixture(scope="session")
def verona(folder: Path, providence: Daemon, cell: Friar) -> Iterator[tuple[Prosody, Prosody, Prosody]]:
    """All servers."""
    _require_prosody()
    authority = Authority(folder / "pki")
    for domain in (*OURS, MONTAGUE, ROOMS_THERE, OLD_ROOMS, LISTS_THERE, PAGES):
        authority.certify(domain)
    # Nobody trusts this one, so that its only domain must prove itself by dialback (XEP-0220).
    stranger = Authority(folder / "pki-2")
    stranger.certify(DIALBACK)
    dns_port, c2s_1, s2s_1, c2s_2, s2s_2, c2s_3, s2s_3, web, secure_web, components = free_ports(10)
    theirs = dict.fromkeys((MONTAGUE, ROOMS_THERE, OLD_ROOMS, LISTS_THERE, PAGES), s2s_2)
    name_server = NameServer(dns_port, {**dict.fromkeys((*OURS, JUNK), s2s_1), **theirs, DIALBACK: s2s_3})
    name_server.start()
    hosts = f"""
providence_socket = "{providence.socket}"
s2s_insecure_domains = {{ "{DIALBACK}" }}
VirtualHost "{CAPULET}"
  password_hash = "SHA-1"
VirtualHost "{CAPULET_256}"
  password_hash = "SHA-256"
  modules_enabled = {{ "invites", "invites_register" }}
  registration_invite_only = false
  providence_user_modes = {{ benvolio = "passive"; mercutio = "off"; tybalt = "mark" }}
VirtualHost "{CAPULET_PLAIN}"
  authentication = "internal_plain"
  providence_bot = false
  providence_hide_users = false
VirtualHost "{CELL}"
  modules_enabled = {{ "privacy_lists" }}
  providence_socket = "{cell.path}"
  providence_report_to = {{ "reports@{MONTAGUE}" }}
  providence_lists = {{
    {{ service = "{LISTS_THERE}", node = "spam_source_domains" }}; {{ service = "{LISTS}", node = "muc_bans_sha256" }};
    {{ service = "{PAGES}", node = "pages" }}; {{ service = "nowhere.example", node = "nothing" }};
  }}
VirtualHost "{MANTUA}"
  modules_disabled = {{ "offline" }}
  providence_socket = "{cell.path}"
VirtualHost "{PASSIVE}"
  providence_mode = "passive"
VirtualHost "{TOKENS}"
  authentication = "tests"
VirtualHost "{MARKED}"
  providence_mode = "mark"
  providence_bot = "box.{MARKED}"
Component "{ROOMS}" "muc"
Component "{LISTS}" "pubsub"
  admins = {{ "keeper@{CAPULET}" }}
Component "{GATEWAY}"
  component_secret = "{GATEWAY_SECRET}"
"""
    modules = '"carbons", "mam", "bosh", "websocket", "providence"'
    served = {"web": web, "secure_web": secure_web, "components": components}
    capulet = Prosody(folder / "c", authority, (c2s_1, s2s_1, dns_port), hosts, modules, **served)
    world = f"""
s2s_insecure_domains = {{ "{DIALBACK}" }}
VirtualHost "{MONTAGUE}"
  modules_enabled = {{ "says", "vcard" }}
  says_features = {{ "urn:xmpp:raa:0#embed-message" }}
  says_addresses = {{ ["abuse-addresses"] = {{ "mailto:abuse@{MONTAGUE}", "xmpp:abuse@{MONTAGUE}" }} }}
Component "{ROOMS_THERE}" "muc"
Component "{OLD_ROOMS}" "muc"
  muc_occupant_id = false
Component "{LISTS_THERE}" "pubsub"
  admins = {{ "keeper@{MONTAGUE}" }}
Component "{PAGES}" "pages"
"""
    montague = Prosody(folder / "m", authority, (c2s_2, s2s_2, dns_port), world, "")
    insecure = f"""
s2s_secure_auth = false
VirtualHost "{DIALBACK}"
  modules_enabled = {{ "says" }}
  says_addresses = {{
    ["report-addresses"] = {{ "xmpp:report@{DIALBACK}?message", "xmpp:no@address@at@all" }};
    ["abuse-addresses"] = {{ "xmpp:abuse@{DIALBACK}" }};
  }}
"""
    dialback = Prosody(folder / "d", stranger, (c2s_3, s2s_3, dns_port), insecure, "")
    servers = capulet, montague, dialback
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    name_server.close()


@pytest.fixture(scope="session")
def stage(folder: Path) -> Iterator[Callable[..., Prosody]]:
    """`stage(name, hosts, domains…)`: one more server, which federates with nobody."""
    _require_prosody()
    with contextlib.ExitStack() as stack:

        def build(name: str, hosts: str, *domains: str, modules: str = '"providence"') -> Prosody:
            authority = Authority(folder / f"{name}-pki")
            for domain in domains:
                authority.certify(domain)
            c2s, s2s, name_server = free_ports(3)
            server = Prosody(folder / name, authority, (c2s, s2s, name_server), hosts, modules)
            stack.callback(server.stop)
            server.start()
            return server

        yield build


def _require_prosody() -> None:
    if shutil.which("prosody") is None:
        pytest.skip("prosody is not installed: scripts/install-test-servers")


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


@pytest.fixture(scope="session")
def new_account(people: Iterator[int]) -> Callable[..., str]:
    """`new_account(server, domain)`: make an account of an own name and return its JID."""

    def make(server: Prosody, domain: str) -> str:
        jid = f"user{next(people)}@{domain}"
        server.register(jid)
        return jid

    return make


@pytest.fixture
def account(new_account: Callable[..., str]) -> Callable[..., str]:
    """See new_account."""
    return new_account


@pytest.fixture
def romeo(montague: Prosody, account: Callable[..., str]) -> Iterator[Client]:
    """A stranger, logged in."""
    with montague.client(account(montague, MONTAGUE)) as client:
        yield client


@pytest.fixture
def paris(montague: Prosody, account: Callable[..., str]) -> Iterator[Client]:
    """Another stranger, logged in."""
    with montague.client(account(montague, MONTAGUE)) as client:
        yield client


@pytest.fixture
def juliet(capulet: Prosody, account: Callable[..., str]) -> str:
    """A user's address."""
    return account(capulet, CAPULET)


@pytest.fixture
def taught(capulet: Prosody, providence: Daemon, account: Callable[..., str]) -> Iterator[Client]:
    """A user who has taught, logged in."""
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as client:
        providence.teach(jid, SPAM, HAM)
        yield client


@pytest.fixture
def box(juliet: str, capulet: Prosody, providence: Daemon) -> Iterator[JunkBox]:
    """The box of this user, logged in, who has taught what spam is."""
    with capulet.client(juliet) as client:
        providence.teach(juliet, SPAM, HAM)
        yield JunkBox(client)


@pytest.fixture
def nurse(capulet: Prosody, friar: Friar, account: Callable[..., str]) -> Iterator[Client]:
    """A user whose daemon only listens, logged in."""
    with capulet.client(account(capulet, CELL)) as client:
        yield client
