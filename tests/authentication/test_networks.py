"""Whose network an address belongs to: tables as they are published, and a DNS zone served by NSD through unbound."""

import asyncio
import gzip
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.authentication import (
    MAX_ASN,
    MAX_BYTES,
    MAX_LINE,
    MAX_LINES,
    Networks,
    NetworkSettings,
    Origins,
    Prefixes,
    Resolver,
)
from providence.cache import Cache
from providence.errors import InputError, SettingsError

if TYPE_CHECKING:
    from providence.tests.authentication.rig.internet import Internet

DAY = 86_400.0


@pytest.mark.parametrize(
    "text",
    [
        "198.51.0.0\t16\t64500\n198.51.100.0\t24\t64501_64502\n2001:db8::\t32\t{64503,64504}\n",
        """198.51.0.0\t198.51.99.255\t64500\tZZ\tA NAME, OF 24 WORDS
198.51.100.0\t198.51.100.255\t64501\tZZ\tB
198.51.101.0\t198.51.255.255\t64500\tZZ\tA
198.52.0.0\t198.52.255.255\t0\tNone\tNot routed
2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64503\tZZ\tC
""",
        """198.51.0.0,198.51.99.255,64500,"Of, commas"
198.51.100.0,198.51.100.255,64501,B
198.51.101.0,198.51.255.255,64500,
2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,64503,C
""",
        "# a comment\r\n\r\n198.51.0.0/16 AS64500\r\n198.51.100.0/24 64501\r\n2001:db8::/32 64503",
    ],
)
def test_the_tables_that_are_published_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table"
    path.write_bytes(text.encode())
    table = Prefixes.load(path)
    expected = {
        "198.50.255.255": 0,
        "198.51.0.0": 64500,
        "198.51.99.255": 64500,
        "198.51.100.0": 64501,
        "::ffff:198.51.100.255": 64501,
        "198.51.101.0": 64500,
        "198.51.255.255": 64500,
        "198.52.0.0": 0,
        "255.255.255.255": 0,
        "2001:db7:ffff::": 0,
        "2001:db8::": 64503,
        "2001:db8:ffff:ffff::1": 64503,
        "2001:db9::": 0,
        "nonsense": 0,
        "": 0,
    }
    assert expected == {address: table.asn(address) for address in expected}


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_most_particular_prefix_that_holds_an_address_says_whose_it_is(spans: list[tuple[int, int, int]]) -> None:
    spans = [*spans, (2**31, 9, 64500)]  # a table of nobody's addresses is none
    prefixes = {ip_network((place >> 32 - bits << 32 - bits, bits)): asn for place, bits, asn in spans}
    table = Prefixes([f"{net.network_address}\t{net.prefixlen}\t{asn}".encode() for net, asn in prefixes.items()])
    edges = {int(net.network_address) for net in prefixes} | {int(net.broadcast_address) for net in prefixes}
    for place in {min(2**32 - 1, max(0, edge + step)) for edge in edges for step in (-1, 0, 1)}:
        holding = [net for net in prefixes if ip_address(place) in net]
        expected = prefixes[max(holding, key=lambda net: net.prefixlen)] if holding else 0
        assert expected == table.asn(str(ip_address(place)))


@pytest.mark.parametrize(
    "line",
    [
        b"198.51.100.0 24",
        b"198.51.100.1 24 64500",
        b"198.51.100.0 33 64500",
        b"198.51.100.0 198.51.99.0 64500",
        b"198.51.100.0 2001:db8:: 64500",
        b"2001:db8:: 129 64500",
        b"198.51.100 24 64500",
        b"3325256704 3325256959 64500",
        b"198.51.100.0 24 somebody",
        f"198.51.100.0 24 {MAX_ASN + 1}".encode(),
        gzip.compress(b"198.51.100.0 24 64500"),
        b"\0" * 20,
    ],
)
def test_what_is_no_table_is_refused_by_its_line_and_not_repeated(line: bytes) -> None:
    with pytest.raises(InputError, match="line 2: not a prefix") as caught:
        Prefixes([b"192.0.2.0 24 64500", line])
    assert "198" not in str(caught.value)


@pytest.mark.parametrize("lines", [[], [b"# nothing\n"], [b"192.0.2.0 24 0\n"]])
def test_a_table_of_nothing_is_none(lines: list[bytes]) -> None:
    with pytest.raises(InputError):
        Prefixes(lines)


def test_ranges_that_overlap_are_refused() -> None:
    with pytest.raises(InputError, match="overlap"):
        Prefixes([b"192.0.2.0 192.0.2.99 64500", b"192.0.2.50 192.0.2.120 64501"])


def test_the_greatest_number_is_a_number() -> None:
    assert MAX_ASN == Prefixes([f"192.0.2.0 24 {MAX_ASN}".encode()]).asn("192.0.2.1")


def test_a_file_has_bounds(tmp_path: Path) -> None:
    path = tmp_path / "table"
    good = b"192.0.2.0 24 64500"

    def loads(content: bytes) -> bool:
        path.write_bytes(content)
        try:
            return Prefixes.load(path).asn("192.0.2.1") == 64500
        except InputError:
            return False

    long = good + b" " + b"x" * (MAX_LINE - len(good) - 2) + b"\n"
    assert [True, False] == [loads(long), loads(b"x" + long)]
    lines = good + b"\n" + b"\n" * (MAX_LINES - 1)
    assert [True, False] == [loads(lines), loads(lines + b"\n")]
    whole = good + b"\n" + (b"#" * (MAX_LINE - 1) + b"\n") * (MAX_BYTES // MAX_LINE - 1)
    whole += b"#" * (MAX_BYTES - len(whole))
    assert [True, False] == [loads(whole), loads(whole + b"\n")]


def test_a_file_that_is_not_there_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        Prefixes.load(tmp_path / "table")


class Asker:
    """Origins over the rig's resolver, with a clock that is moved by hand."""

    def __init__(self, internet: "Internet", cache: Cache, zones: tuple[str, str] = ("", ""), port: int = 0) -> None:
        self.now = 20_000 * DAY
        zones = zones if any(zones) else ("origin.asn.example", "origin6.asn.example")
        exempt = [ip_network(net) for net in ("203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32")]
        self.origins = Origins(zones, Resolver("127.0.0.1", port or internet.dns), cache, exempt, lambda: self.now)

    async def asn(self, address: str) -> tuple[int, int]:
        """Return what is known at once, and what is known when everything that was asked has been answered."""
        first = self.origins.asn(address)
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not asyncio.current_task()))
        return first, self.origins.asn(address)


@pytest.fixture
def ask(internet: "Internet", tmp_path: Path) -> Callable[..., list[tuple[int, int]]]:
    """Ask for addresses in turn, with days that pass in between."""

    def asked(*addresses: str, days: float = 0.0, zones: tuple[str, str] = ("", "")) -> list[tuple[int, int]]:
        async def run() -> list[tuple[int, int]]:
            with Cache.open(tmp_path, bytes(32)) as cache:
                asker = Asker(internet, cache, zones)
                found = []
                for address in addresses:
                    found.append(await asker.asn(address))
                    asker.now += days * DAY
                await asker.origins.close()
                return found

        return asyncio.run(run())

    return asked


def test_a_zone_is_asked_behind_and_once_for_a_block(ask: Callable[..., list[tuple[int, int]]]) -> None:
    assert [(0, 64510), (64510, 64510)] == ask("203.0.113.9", "203.0.113.200")
    assert [(0, 64511), (64511, 64511)] == ask("2001:db8:15::1", "2001:db8:15:ff::1")


def test_the_most_particular_prefix_that_holds_the_address_counts(ask: Callable[..., list[tuple[int, int]]]) -> None:
    # The zone gives a /16, a /24, a prefix elsewhere, and what is no answer at all.
    assert [(0, 64513)] == ask("198.51.100.7")


def test_an_answer_holds_a_day_and_is_good_for_another_while_it_is_fetched_anew(
    ask: Callable[..., list[tuple[int, int]]],
) -> None:
    assert [(0, 64510), (64510, 64510)] == ask("203.0.113.9", "203.0.113.9", days=1.5)
    assert [(0, 64511), (0, 64511)] == ask("2001:db8::1", "2001:db8::1", days=3.0)


def test_nobody_is_asked_about_inner_addresses_nor_where_there_is_no_zone(
    ask: Callable[..., list[tuple[int, int]]],
) -> None:
    nothing = [(0, 0)] * 4
    assert nothing == ask("127.77.0.1", "10.0.0.1", "nonsense", "2001:db9::1")
    assert [(0, 0), (0, 64511)] == ask("203.0.113.9", "2001:db8:15::1", zones=("", "origin6.asn.example"))


def test_a_zone_that_fails_takes_nothing_away_that_was_known(internet: "Internet", tmp_path: Path) -> None:
    async def run() -> tuple[int, int]:
        with Cache.open(tmp_path, bytes(32)) as cache:
            asker = Asker(internet, cache)
            await asker.asn("203.0.113.9")
            dead = Asker(internet, cache, port=1)
            dead.now += 1.5 * DAY
            found = await dead.asn("203.0.113.9")
            for each in (asker, dead):
                await each.origins.close()
            return found

    assert (64510, 64510) == asyncio.run(run())


def test_what_the_table_does_not_know_the_zone_is_asked_for(internet: "Internet", tmp_path: Path) -> None:
    async def run() -> None:
        with Cache.open(tmp_path, bytes(32)) as cache:
            asker = Asker(internet, cache)
            networks = Networks(Prefixes([b"192.0.2.0 24 64500"]), asker.origins)
            assert (64500, 0) == (networks.asn("192.0.2.1"), networks.asn("203.0.113.9"))
            await asker.asn("203.0.113.9")
            assert 64510 == networks.asn("203.0.113.9")
            await networks.close()
        assert 0 == Networks().asn("192.0.2.1")

    asyncio.run(run())


def test_settings_have_forms() -> None:
    NetworkSettings("/etc/providence/networks", "origin.asn.example", "origin6.asn.example")
    for wrong in ({"file": "networks"}, {"zone": "Origin.Example"}, {"zone_ipv6": "no domain"}):
        with pytest.raises(SettingsError):
            NetworkSettings(**wrong)
