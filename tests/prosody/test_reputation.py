"""What is known of a stranger, over s2s: every filter has its say, and what one user reports is heard for others."""

import json
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from providence.daemon.memories import FOLDER
from providence.daemon.pseudonym_key import pseudonym_key
from providence.karma import Karma, KarmaSettings
from providence.tests.prosody.verona.authority import Authority, NameServer, free_ports
from providence.tests.prosody.verona.processes import Daemon, Prosody

HERE, JUNK, LISTS_HERE = "capulet.example", "junk.capulet.example", "lists.capulet.example"
WORLD = ("montague.example", "mantua.example", "venice.example")
LISTS_THERE = "lists.montague.example"
NODES = {LISTS_HERE: "muc_bans_sha256", LISTS_THERE: "spam_source_domains"}
BLOCK_LIST = "dom.list.example"
# Whoever has been here for so long is trusted in full.
DAYS = 60 * 86_400
REPORTERS = 8
INFO, PUBSUB = "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/pubsub"
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><third-party/></report>"
CAPABILITIES = f"<query xmlns='{INFO}'><identity category='client' type='pc'/><feature var='{INFO}'/></query>"
ACCOUNT = "<info xmlns='urn:xmpp:raa:0' affiliation='anonymous'/>"
WORDS = "Hello new friend"
# DNSSEC and DANE have nothing to say of a zone without signatures, WEBSITE and REGISTRATION without a probe, and
# HOSTS_ON_IP of loopback.
OF_THE_SERVER = {"TLS_HOSTNAME", "TLS_AUTHORITY", "TLS_EXPIRY", "SRV", "MAIL", "CAPABILITIES", "DNSBL"}
OF_THE_SENDER = {"KARMA_JID", "BLACKLISTED", "MANY_STRANGERS", "CLIENT", "PICTURE", "LISTED_BY_OTHERS"}
# What is told with a stanza, and kept nowhere.
OF_THE_STREAM = {"REVERSE_DNS", "ACCOUNT"}
OF_THE_WORDS = {"PRIOR", "BAYES"}

Reasons = dict[str, float]


class Town:
    """Capulet with the daemon, the world, and old users who will speak of strangers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        authority = Authority(folder / "pki")
        for domain in (HERE, LISTS_HERE, LISTS_THERE, *WORLD):
            authority.certify(domain)
        names, c2s, s2s, c2s_there, s2s_there = free_ports(5)
        records = {
            ("localhost", "A"): "127.0.0.1",
            ("1.0.0.127.in-addr.arpa", "PTR"): "localhost.",
            (f"test.{BLOCK_LIST}", "A"): "127.0.0.2",
            (f"{WORLD[0]}.{BLOCK_LIST}", "A"): "127.0.0.2",
            **{(domain, "MX"): "10 localhost." for domain in WORLD},
        }
        servers = {**dict.fromkeys((HERE, JUNK, LISTS_HERE), s2s), **dict.fromkeys((LISTS_THERE, *WORLD), s2s_there)}
        name_server = NameServer(names, servers, records)
        name_server.start()
        stack.callback(name_server.close)
        self.old = [f"old{number}@{HERE}" for number in range(REPORTERS)]
        self.folder = folder
        self.daemon = Daemon(
            folder,
            f'[authentication]\nlookups = true\nresolver = "127.0.0.1"\nresolver_port = {names}\n'
            f'[blocklists]\ndomains = ["{BLOCK_LIST}"]\n[karma]\nburst = 100\n',
        )
        self._age()
        lists = "; ".join(f'{{ service = "{service}", node = "{node}" }}' for service, node in NODES.items())
        here = (
            f'providence_socket = "{self.daemon.socket}"\nVirtualHost "{HERE}"\n  providence_lists = {{ {lists} }}\n'
            f'Component "{LISTS_HERE}" "pubsub"\n  admins = {{ "keeper@{HERE}" }}\n'
        )
        says = (
            '  modules_enabled = { "says", "vcard" }\n  says_features = { "urn:xmpp:raa:0#embed-message" }\n'
            '  says_addresses = { ["abuse-addresses"] = { "mailto:abuse@example.org" } }\n'
        )
        there = "".join(f'VirtualHost "{domain}"\n{says}' for domain in WORLD)
        there += f'Component "{LISTS_THERE}" "pubsub"\n  admins = {{ "keeper@{WORLD[0]}" }}\n'
        self.capulet = Prosody(folder / "c", authority, (c2s, s2s, names), here, '"providence"')
        self.world = Prosody(folder / "w", authority, (c2s_there, s2s_there, names), there, "")
        for process in (self.world, self.capulet):
            stack.callback(process.stop)
            process.start()
        for jid in self.old:
            self.capulet.register(jid)
        self.keepers = {}
        for service, server, domain in ((LISTS_HERE, self.capulet, HERE), (LISTS_THERE, self.world, WORLD[0])):
            server.register(f"keeper@{domain}")
            self.keepers[service] = stack.enter_context(server.client(f"keeper@{domain}"))
            self.change(service, f"<create node='{NODES[service]}'/>")
        # Last, so that the lists are there when it is first asked for them.
        stack.callback(self.daemon.stop)
        self.daemon.start()

    def _age(self) -> None:
        """Have the daemon find users who were here long ago."""
        keys, shared = self.folder / "keys", self.folder / "store" / FOLDER
        for folder in (keys, shared):
            folder.mkdir(mode=0o700, parents=True)
        now = time.time()
        with Karma.open(shared, pseudonym_key(keys), KarmaSettings()) as karma:
            for jid in self.old:
                karma.meet(jid.encode(), now - DAYS, now)

    def change(self, service: str, what: str) -> None:
        """Have a list's keeper change it."""
        done = self.keepers[service].ask("set", f"<pubsub xmlns='{PUBSUB}'>{what}</pubsub>", service)
        assert "result" == done.get("type")

    def explain(self, user: str, sender: str) -> Reasons:
        """Ask on the command line what would be thought of a sender's words."""
        stanza = f"<message xmlns='jabber:client' from='{sender}' to='{user}'><body>{WORDS}</body></message>"
        command = [sys.executable, "-m", "providence", "explain", user, "--json"]
        config = ["--config", str(self.folder / "providence.toml")]
        said = subprocess.run([*command, *config], input=stanza.encode(), check=True, capture_output=True, timeout=60)
        return dict(json.loads(said.stdout)["reasons"])

    def until(self, user: str, sender: str, is_so: Callable[[Reasons], bool]) -> Reasons:
        """Ask until the reasons are so."""
        found: list[Reasons] = []

        def ask() -> bool:
            found.append(self.explain(user, sender))
            return is_so(found[-1])

        assert self.daemon.until(ask), str(found[-1])
        return found[-1]


@pytest.fixture(scope="module")
def town(folder: Path) -> Iterator[Town]:
    """All of it; a folder of its own, short enough for a socket."""
    if shutil.which("prosody") is None:
        pytest.skip("prosody is not installed: scripts/install-test-servers")
    place = folder / "town"
    place.mkdir()
    with ExitStack() as stack:
        yield Town(place, stack)


@pytest.fixture
def juliet(town: Town) -> Iterator[Any]:
    """A new user, logged in."""
    jid = f"juliet{secrets.token_hex(4)}@{HERE}"
    town.capulet.register(jid)
    with town.capulet.client(jid) as client:
        assert town.daemon.has(jid, state="open")
        yield client


@pytest.fixture
def stranger(town: Town) -> Iterator[Callable[[str], Any]]:
    """`stranger(domain)`: somebody of the world, logged in."""
    with ExitStack() as stack:

        def make(domain: str) -> Any:
            jid = f"user{secrets.token_hex(4)}@{domain}"
            town.world.register(jid)
            return stack.enter_context(town.world.client(jid))

        yield make


def block(client: Any, jid: str, report: str = "", verb: str = "block") -> None:
    client.ask("set", f"<{verb} xmlns='urn:xmpp:blocking'><item jid='{jid}'>{report}</item></{verb}>")


def entry(service: str, name: str) -> str:
    return f"<publish node='{NODES[service]}'><item id='{name}'><report xmlns='urn:xmpp:reporting:1'/></item></publish>"


def says_more(name: str, than: float, reasons: Reasons) -> bool:
    return reasons.get(name, 0.0) > than


@contextmanager
def readers(town: Town, count: int, sender: Any) -> Iterator[list[Any]]:
    """Have old users get a stranger's words, before any of them speaks of it."""
    with ExitStack() as stack:
        clients = [stack.enter_context(town.capulet.client(jid)) for jid in town.old[:count]]
        for client in clients:
            assert town.daemon.has(client.bare, state="open")
            sender.say(client.bare, WORDS)
            assert WORDS == client.body()
        yield clients


def test_every_filter_has_its_say_over_s2s_and_explain_shows_each(town: Town, juliet: Any, stranger: Any) -> None:
    romeo, user = stranger(WORLD[0]), juliet.bare
    romeo.ask("set", "<vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard>")
    romeo.say(user, WORDS)
    assert WORDS == juliet.body()
    question = romeo.wait(lambda stanza: stanza.tag.endswith("}iq") and stanza.find(f"{{{INFO}}}query") is not None)
    romeo.send(f"<iq type='result' to='{HERE}' id='{question.get('id')}'>{CAPABILITIES}</iq>")
    with readers(town, REPORTERS, romeo) as clients:
        for client in clients:
            block(client, romeo.bare, REPORT)
    town.change(LISTS_HERE, entry(LISTS_HERE, sha256(romeo.bare.encode()).hexdigest()))
    expected = OF_THE_WORDS | OF_THE_SENDER | OF_THE_SERVER
    town.until(user, romeo.jid, lambda reasons: expected <= reasons.keys())

    romeo.say(user, WORDS, extra=ACCOUNT)
    assert town.daemon.has(user, junk=1)
    with town.daemon.client() as pnp:
        (item,) = pnp.junk(user, "list").json()["items"]
        published = pnp.publish().json()
    reasons = dict(item["reasons"])
    assert [] == juliet.flush()
    assert expected | OF_THE_STREAM | {"EVIDENCE_BOUND"} == reasons.keys()
    assert 5 == pytest.approx(sum(reasons[name] for name in reasons.keys() - OF_THE_WORDS), abs=0.01)
    shown = town.explain(user, romeo.jid)
    assert reasons.keys() - OF_THE_STREAM == shown.keys()
    # The users wanted others to know.
    assert {sha256(romeo.bare.encode()).hexdigest()} == {name for _, name, *_ in published}


def test_what_one_user_reports_is_heard_for_another_and_taken_back(town: Town, juliet: Any, stranger: Any) -> None:
    paris, user = stranger(WORLD[1]), juliet.bare
    assert "KARMA_JID" not in town.explain(user, paris.jid)
    heard = [0.0]
    with readers(town, 3, paris) as clients:
        for client in clients:
            block(client, paris.bare, REPORT)
            reasons = town.until(user, paris.jid, partial(says_more, "KARMA_JID", heard[-1]))
            heard.append(reasons["KARMA_JID"])
        for client in clients:
            block(client, paris.bare, verb="unblock")
        town.until(user, paris.jid, lambda reasons: "KARMA_JID" not in reasons)


def test_lists_of_others_count_one_a_little_and_two_in_full(town: Town, juliet: Any, stranger: Any) -> None:
    tybalt, user = stranger(WORLD[2]), juliet.bare
    entries = {LISTS_HERE: sha256(tybalt.bare.encode()).hexdigest(), LISTS_THERE: WORLD[2]}
    weights = [0.0]
    for service, name in entries.items():
        town.change(service, entry(service, name))
        reasons = town.until(user, tybalt.jid, partial(says_more, "LISTED_BY_OTHERS", weights[-1]))
        weights.append(reasons["LISTED_BY_OTHERS"])
    assert [0.0, 0.8, 2.5] == weights
    for service, name in entries.items():
        town.change(service, f"<retract node='{NODES[service]}' notify='true'><item id='{name}'/></retract>")
    town.until(user, tybalt.jid, lambda reasons: "LISTED_BY_OTHERS" not in reasons)
