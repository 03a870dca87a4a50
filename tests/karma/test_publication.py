"""What is published: written by us, served by rbldnsd, asked by our own client."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from providence.authentication import BlockList, BlockLists, Resolver
from providence.cache import Cache
from providence.errors import InputError
from providence.karma import Event, Imprint, Karma, KarmaSettings, Sender, publish, sender_of
from providence.karma.exhibits import KEEP, MOST_REPORTERS
from providence.karma.publication import LEAST_CHANCE, LEAST_REPORTERS, MOST_GOOD_HOSTS, Finding
from providence.karma.senders import Level
from providence.tests.authentication.rig.internet import free_port

DAY = 86_400.0
START = 1_000 * DAY
IMPRINT = Imprint("ns.spim.example", "abuse@spim.example", "https://spim.example/why")
ADDRESSES, DOMAINS = BlockList("ip.spim.example"), BlockList("dom.spim.example", lists_domains=True)
ADDRESS, BLOCK = "198.51.100.7", "2001:db8:7:8:a::1"
SPAMMER = sender_of("spammer@bad.example", ADDRESS)
SYSTEM = f"{os.environ['PATH']}:/usr/sbin"


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    with Karma.open(tmp_path, bytes(32), KarmaSettings()) as karma:
        yield karma


@pytest.fixture
def report(karma: Karma) -> Callable[..., list[bytes]]:
    """`report(5, sender, consent=True)`: so many trusted users report a sender."""
    numbers = iter(range(10_000))

    def tell(count: int, sender: Sender = SPAMMER, *, consent: bool, now: float = START) -> list[bytes]:
        users = [b"user %d" % next(numbers) for _ in range(count)]
        for user in users:
            karma.meet(user, START - 40 * DAY, START)
            karma.vote(user, sender, Event.REPORT, now, consent=consent)
        return users

    return tell


class Lists:
    """What lies in a folder, served by rbldnsd once it was started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        port = free_port("127.0.0.1")
        self._resolver = Resolver("127.0.0.1", port)
        zones = ["ip.spim.example:ip4set:ip4", "ip.spim.example:ip6trie:ip6", "dom.spim.example:dnset:dom"]
        zones += ["ip.spim.example:generic:meta", "dom.spim.example:generic:meta"]
        user = ["-u", "rbldns"] if os.geteuid() == 0 else []
        self._command = ["rbldnsd", "-n", *user, "-b", f"127.0.0.1/{port}", "-w", str(folder), "-c", "1s", *zones]

    def start(self) -> None:
        """Start it and wait until it answers."""
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, env={"PATH": SYSTEM}, stdout=nowhere, stderr=nowhere)
        end = time.monotonic() + 10
        while not self.answer("test.dom.spim.example", "A"):
            assert self._process.poll() is None, "rbldnsd refused its files"
            assert time.monotonic() < end, "rbldnsd did not start"

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def hits(self, domain: str = "", address: str = "") -> list[str]:
        """Ask as the filter asks, self-test first."""

        async def ask() -> list[str]:
            with tempfile.TemporaryDirectory() as folder, Cache.open(Path(folder), bytes(32)) as cache:
                lists = BlockLists([ADDRESSES, DOMAINS], self._resolver, cache)
                assert [True, True] == [await lists.works(each) for each in (ADDRESSES, DOMAINS)]
                return [each.zone for each in await lists.hits(domain, address)]

        return asyncio.run(ask())

    def answer(self, name: str, kind: str) -> list[str]:
        """Ask for one thing."""
        return [str(record) for record in asyncio.run(self._resolver.ask(name, kind)).records]


@pytest.fixture
def lists() -> Iterator[Lists]:
    """A folder to publish into, and rbldnsd to serve it."""
    if shutil.which("rbldnsd", path=SYSTEM) is None:
        pytest.skip("not installed: rbldnsd (scripts/install-test-servers)")
    # rbldnsd gives up its rights and must still read its files.
    folder = Path(tempfile.mkdtemp(prefix="pv-lists-"))
    folder.chmod(0o755)
    lists = Lists(folder)
    yield lists
    lists.stop()
    shutil.rmtree(folder)


def feed(folder: Path) -> set[tuple[str, str]]:
    entries = [json.loads(line) for line in (folder / "rtbl.jsonl").read_text().splitlines()]
    return {(entry["node"], entry["id"]) for entry in entries}


JID_HASH = sha256(b"spammer@bad.example").hexdigest()


def test_five_reporters_are_listed_and_served_by_rbldnsd(
    karma: Karma, report: Callable[..., list[bytes]], lists: Lists
) -> None:
    """
    Ours is a list that our own client believes (RFC 5782 section 5), with a reason and an address for removals.
    """
    report(40, consent=False)
    report(5, consent=True)
    report(40, sender_of("x@six.example", BLOCK), consent=False)
    report(5, sender_of("x@six.example", BLOCK), consent=True)
    assert 6 == publish(lists.folder, karma.findings(START), IMPRINT, START)

    lists.start()
    assert ["ip.spim.example", "dom.spim.example"] == lists.hits("bad.example", ADDRESS)
    assert [] == lists.hits("good.example", "198.51.100.8")
    assert [] == lists.hits("sub.bad.example", "")
    assert ["ip.spim.example"] == lists.hits("", "2001:db8:7:8:ffff::9"), "all of the customer's /64"
    assert [] == lists.hits("", "2001:db8:7:9::1"), "and nothing beside it"
    (text,) = lists.answer("bad.example.dom.spim.example", "TXT")
    assert "https://spim.example/why" in text
    assert "abuse@spim.example" in text
    (origin,) = lists.answer("ip.spim.example", "SOA")
    assert origin.startswith(f"ns.spim.example. abuse.spim.example. {int(START)}")
    assert {("muc_bans_sha256", JID_HASH), ("spam_source_domains", "bad.example")} <= feed(lists.folder)


def test_an_entry_that_is_removed_is_not_served_any_more(
    karma: Karma, report: Callable[..., list[bytes]], lists: Lists
) -> None:
    report(40, consent=False)
    report(5, consent=True)
    publish(lists.folder, karma.findings(START), IMPRINT, START)
    lists.start()
    assert ["ip.spim.example", "dom.spim.example"] == lists.hits("bad.example", ADDRESS)

    karma.unlist(SPAMMER)
    assert 0 == publish(lists.folder, karma.findings(START), IMPRINT, START)
    end = time.monotonic() + 10
    while lists.hits("bad.example", ADDRESS):
        assert time.monotonic() < end, "rbldnsd goes on with the old files"
    assert 40 > total_reports(karma)


def total_reports(karma: Karma) -> int:
    return sum(len(finding.reports) for finding in karma.findings(START))


@pytest.mark.parametrize(("consenting", "listed"), [(LEAST_REPORTERS - 1, 0), (LEAST_REPORTERS, 3)])
def test_four_who_consent_are_too_few_however_many_do_not(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path, consenting: int, listed: int
) -> None:
    report(60, consent=False)
    report(consenting, consent=True)
    assert listed == publish(tmp_path, karma.findings(START), IMPRINT, START)


def test_one_reporter_is_one_however_often_and_a_new_account_is_none(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path
) -> None:
    report(60, consent=False)
    (again,) = report(1, consent=True)
    for day in range(8):
        karma.vote(again, SPAMMER, Event.REPORT, START + day * DAY, consent=True)
    for number in range(20):
        karma.vote(b"sock %d" % number, SPAMMER, Event.REPORT, START, consent=True)
    assert 3 == total_reports(karma), "of the account, its host and its address"
    assert 0 == publish(tmp_path, karma.findings(START), IMPRINT, START)


def test_what_is_published_ends_a_week_after_the_reports(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path
) -> None:
    report(200, consent=False)
    report(5, consent=True)
    for now, is_listed in ((START + KEEP - 1, True), (START + KEEP, False)):
        assert is_listed == bool(publish(tmp_path, karma.findings(now), IMPRINT, now))
    karma.commit()
    for _ in karma.sweep(START + KEEP):
        pass
    karma.commit()
    assert [] == list(karma.findings(START + KEEP))
    assert b"bad.example" not in (tmp_path / "dom").read_bytes()


def test_who_takes_a_report_back_is_not_counted(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path
) -> None:
    report(60, consent=False)
    first, *_ = report(5, consent=True)
    karma.withdraw(first, SPAMMER, Event.REPORT, START)
    assert 0 == publish(tmp_path, karma.findings(START), IMPRINT, START)


def test_a_host_that_others_speak_for_is_not_published(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path
) -> None:
    for number in range(30):
        user = b"friend %d" % number
        karma.meet(user, START - 40 * DAY, START)
        karma.vote(user, sender_of(f"person{number}@bad.example", ADDRESS), Event.REPLY, START)
    report(30, consent=True)
    publish(tmp_path, karma.findings(START), IMPRINT, START)
    assert {("muc_bans_sha256", JID_HASH)} == feed(tmp_path)


@pytest.mark.parametrize(("good_hosts", "is_listed"), [(MOST_GOOD_HOSTS, True), (MOST_GOOD_HOSTS + 1, False)])
def test_an_address_of_many_good_hosts_is_never_published(tmp_path: Path, good_hosts: int, *, is_listed: bool) -> None:
    finding = Finding(Level.ADDRESS, f"{ADDRESS}/32", (int(START),) * 5, 0.99, good_hosts)
    assert is_listed == publish(tmp_path, [finding], IMPRINT, START)


def test_good_hosts_are_those_that_users_speak_for(
    karma: Karma, report: Callable[..., list[bytes]], tmp_path: Path
) -> None:
    """
    Sixty hosts with four friends each share an address with one that sends nothing but spam.
    """
    for number in range(60):
        for friend in range(4):
            user = b"friend %d" % (number % 5 * 8 + friend)
            karma.meet(user, START - 40 * DAY, START)
            karma.vote(user, sender_of(f"a@good{number}.example", ADDRESS), Event.ROSTER, START)
    report(2000, consent=False)
    report(5, consent=True)
    found = {finding.level: finding for finding in karma.findings(START)}
    assert found[Level.ADDRESS].chance > LEAST_CHANCE
    assert found[Level.ADDRESS].good_hosts > MOST_GOOD_HOSTS
    publish(tmp_path, karma.findings(START), IMPRINT, START)
    assert ADDRESS not in (tmp_path / "ip4").read_text()
    assert "bad.example" in (tmp_path / "dom").read_text()


@pytest.mark.parametrize(("chance", "is_listed"), [(LEAST_CHANCE, False), (LEAST_CHANCE + 1e-6, True)])
def test_what_may_be_less_than_certain_is_not_published(tmp_path: Path, chance: float, *, is_listed: bool) -> None:
    finding = Finding(Level.HOST, "bad.example", (int(START),) * 5, chance, 0)
    assert is_listed == publish(tmp_path, [finding], IMPRINT, START)


@pytest.mark.parametrize(
    "name",
    [
        "bad.example :127.0.0.9:x",
        "bad.example\n0.0.0.0/0",
        "0.0.0.0/0",
        "198.51.100.7",
        "[2001:db8::1]",
        "localhost",
        "*.example",
        ".example",
        "!bad.example",
        "$TTL.example",
        "a" * 64 + ".example",
        "a." * 126 + "aa",
        "",
    ],
)
def test_a_host_that_would_be_more_than_a_name_is_left_out(tmp_path: Path, name: str) -> None:
    finding = Finding(Level.HOST, name, (int(START),) * 5, 0.99, 0)
    assert 0 == publish(tmp_path, [finding], IMPRINT, START)
    assert 2 == len((tmp_path / "dom").read_text().splitlines())


def test_a_host_is_written_as_the_dns_writes_it_and_our_own_is_left_out(tmp_path: Path) -> None:
    findings = [Finding(Level.HOST, name, (int(START),) * 5, 0.99, 0) for name in ("bücher.example", "home.example")]
    assert 1 == publish(tmp_path, findings, IMPRINT, START, exempt=["home.example"])
    assert ["test", "xn--bcher-kva.example"] == (tmp_path / "dom").read_text().splitlines()[1:]


@pytest.mark.parametrize("field", ["server", "removal", "page"])
def test_an_imprint_is_single_words(field: str) -> None:
    good = {"server": "ns.spim.example", "removal": "a@b.example", "page": "https://b.example/"}
    assert Imprint(**good)
    for wrong in ("", "two words", "line\nbreak", "semi;colon", "dollar$", "http://b.example/"):
        with pytest.raises(InputError):
            Imprint(**{**good, field: wrong})


def test_participants_of_rooms_are_nobodys_to_publish(karma: Karma, report: Callable[..., list[bytes]]) -> None:
    report(60, sender_of("room@muc.example/nick", occupant="dd72"), consent=True)
    assert [] == list(karma.findings(START))


def test_the_number_of_reporters_that_are_kept_has_a_bound(karma: Karma, report: Callable[..., list[bytes]]) -> None:
    report(MOST_REPORTERS, consent=True)
    assert {MOST_REPORTERS} == {len(finding.reports) for finding in karma.findings(START)}
    report(1, consent=True)
    assert {MOST_REPORTERS} == {len(finding.reports) for finding in karma.findings(START)}


def test_no_name_is_in_the_clear_but_with_consent(tmp_path: Path) -> None:
    with Karma.open(tmp_path, bytes(32), KarmaSettings()) as karma:
        for number in range(6):
            user = b"user %d" % number
            karma.meet(user, START - 40 * DAY, START)
            karma.admit(sender_of("a@silent.example", ADDRESS), user, 1.0, START)
            karma.vote(user, sender_of("a@silent.example", ADDRESS), Event.REPORT, START)
            karma.vote(user, SPAMMER, Event.REPORT, START, consent=True)
    raw = (tmp_path / "karma.mdb").read_bytes()
    assert b"silent" not in raw
    assert b"user 1" not in raw
    assert b"spammer" not in raw
    assert b"bad.example" in raw
