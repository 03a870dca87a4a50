"""Whoever comes from an autonomous system begins with what is known of it: the operator's table, and SIGHUP."""

import json
import signal
import time
from collections.abc import Iterator, Sequence
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from providence.authentication import Networks, Prefixes
from providence.cache import Cache
from providence.daemon.reputation import Lookups, Reputation
from providence.karma import Event, Karma, KarmaSettings, sender_of
from providence.pnp import Frame

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

NOW = 20_000 * 86_400.0
TABLE = Prefixes([b"198.51.0.0/16 64500", b"203.0.113.0/24 64501"])
USERS = [b"user%d" % number for number in range(400)]


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    """A store with users who have been there for long."""
    with Karma.open(tmp_path, bytes(32), KarmaSettings()) as karma:
        for user in USERS:
            karma.meet(user, NOW - 400 * 86_400.0, NOW)
        yield karma


def told(karma: Karma, folder: Path, address: str) -> dict[str, float]:
    """Return the reasons that a worker is told of somebody new on a new host at an address."""
    with Cache.open(folder, bytes(32)) as cache:
        reputation = Reputation(karma, cache, Lookups(networks=Networks(TABLE)), lambda: NOW)
        headers = {"id": "1", "user": "juliet@capulet.example", "from": "new@new.example/x", "peer-ip": address}
        answer = reputation.headers(Frame("CHECK", 0, headers, memoryview(b"")))
    assert isinstance(answer, dict)
    return dict(json.loads(answer["evidence"]))


def report(karma: Karma, hosts: Sequence[tuple[str, str]], event: Event = Event.REPORT, most: int = 400) -> None:
    for number, user in enumerate(USERS[:most]):
        host, address = hosts[number % len(hosts)]
        karma.vote(user, sender_of(f"someone@{host}", address, asn=64500), event, NOW)


def test_a_newcomer_from_a_network_of_spammers_begins_lower_and_slower(karma: Karma, tmp_path: Path) -> None:
    report(karma, [(f"bad{number}.example", f"198.51.{number}.7") for number in range(40)])
    found = told(karma, tmp_path, "198.51.200.1")
    assert 0.8 < found["KARMA_AS"] < 1
    assert 0.75 < karma.assess(sender_of("new@new.example", "198.51.200.1", asn=64500), NOW).pace < 1
    assert "KARMA_AS" not in told(karma, tmp_path, "203.0.113.1")
    assert "KARMA_AS" not in told(karma, tmp_path, "192.0.2.1"), "a network that the table does not know"


def test_a_network_alone_neither_flags_nor_junks_anybody(karma: Karma, tmp_path: Path) -> None:
    report(karma, [("worst.example", "198.51.1.7")])
    log_odds = sum(told(karma, tmp_path, "198.51.200.1").values())
    assert 1 / (1 + exp(0.85 - log_odds)) < 0.6


def test_a_network_that_many_speak_for_is_not_blamed_for_one_bad_host(karma: Karma, tmp_path: Path) -> None:
    report(karma, [("bad.example", "198.51.1.7")], most=60)
    report(karma, [(f"good{number}.example", f"198.51.{number}.7") for number in range(2, 9)], Event.ROSTER)
    assert {} == told(karma, tmp_path, "198.51.200.1")


def until(daemon: "Daemon", text: str, times: int) -> None:
    """Wait until the daemon has logged a text so many times."""
    end = time.monotonic() + 20
    while daemon.log.read_text().count(text) < times:
        assert time.monotonic() < end, daemon.log.read_text()
        time.sleep(0.02)


def test_a_table_is_read_at_the_start_and_anew_at_sighup_and_a_bad_one_is_an_error_and_no_more(
    daemon: "Daemon",
) -> None:
    daemon.stop()
    table = daemon.folder / "networks"
    daemon.configure(f'[networks]\nfile = "{table}"\n')
    daemon.start()
    until(daemon, "networks: No such file or directory; networks are told apart as before", 1)

    table.write_text("198.51.100.0 24 64500\n")
    assert daemon.process is not None
    daemon.process.send_signal(signal.SIGHUP)
    until(daemon, "networks: 2 stretches of addresses", 1)

    table.write_text("198.51.100.0 24 64500\nsecret words\n")
    daemon.process.send_signal(signal.SIGHUP)
    until(daemon, "networks: line 2: not a prefix or a range and the number of its system; networks are told apart", 1)
    assert "secret" not in daemon.log.read_text()

    table.write_text("198.51.0.0 16 64500\n203.0.113.0 24 64501\n")
    assert 0 == daemon.stop()
    daemon.start()
    until(daemon, "networks: 4 stretches of addresses", 1)


def test_sighup_ends_no_daemon_without_a_table(daemon: "Daemon") -> None:
    assert daemon.process is not None
    daemon.process.send_signal(signal.SIGHUP)
    with daemon.client() as client:
        daemon.log_in(client)
    assert 0 == daemon.stop()
