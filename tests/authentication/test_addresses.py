"""Addresses that nobody steers us to: each of them is refused, however it is dressed."""

import asyncio
import time
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest

from providence.authentication.addresses import is_allowed, is_allowed_port
from providence.authentication.evidence import Evidence, Served, Service
from providence.authentication.guard import AT_ONCE, HOUR, PER_BLOCK, PER_SECOND, Guard
from providence.authentication.probe import Probe
from providence.authentication.resolver import Answer, Found, Resolver
from providence.errors import BusyError

INNER = [
    "0.0.0.1", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.2.1",
    "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
INNER_6 = [
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1",
    "5f00::1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2620:4f:8000::1",
]  # fmt: skip
OUTER = ["9.9.9.9", "1.1.1.1", "2620:fe::fe", "2a01:4f8::1", "64:ff9b::909:909", "2002:909:909::1"]


def dressed(text: str) -> list[str]:
    """Return an IPv4 address in each of its IPv6 clothes."""
    number = int(IPv4Address(text))
    return [
        f"::ffff:{text}",
        str(IPv6Address(0x64FF9B << 96 | number)),
        str(IPv6Address(0x2002 << 112 | number << 80 | 1)),
        *([str(IPv6Address(number))] if number > 1 else []),
    ]


HOSTILE = [*INNER, *INNER_6, *(form for text in INNER for form in dressed(text))]
HOSTILE += [str(IPv6Address(0xFF << 120 | n << 64 | n * n)) for n in range(40)]
HOSTILE += [str(IPv4Address(0x0A000000 + n * 350_003)) for n in range(40)]
HOSTILE += [
    "",
    "localhost",
    "127.1",
    "0x7f.1",
    "2130706433",
    "127.0.0.1%lo",
    "[::1]",
    "fe80::1%eth0",
    "::1%1",
    " 9.9.9.9",
]


def test_there_are_200_of_them() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize("address", sorted(set(HOSTILE)))
def test_an_address_that_is_not_for_everybody_is_refused(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", OUTER)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address)


def test_an_operator_may_exempt_a_network() -> None:
    assert is_allowed("10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert not is_allowed("10.2.2.3", (ip_network("10.1.0.0/16"),))


def test_only_ports_of_xmpp_and_https_or_unprivileged_ones_are_allowed() -> None:
    assert all(map(is_allowed_port, (443, 5222, 5223, 5269, 5270, 1024, 65535)))
    assert not any(map(is_allowed_port, (0, 22, 25, 53, 80, 111, 445, 1023, 65536, -1)))


class Changing(Resolver):
    """A name server that says one thing when it is asked first, and another later: DNS rebinding."""

    count = 0

    async def ask(self, _name: str, _kind: str) -> Answer:
        return Answer(Found.NO_DATA)

    async def addresses(self, _name: str) -> Answer:
        self.count += 1
        return Answer(Found.YES, records=("9.9.9.9",) if self.count == 1 else ("127.0.0.1",))


def connections(resolver: Resolver, addresses: tuple[str, ...], port: int) -> list[str]:
    """Return where a probe would have connected to; nothing is connected."""
    asked: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()

        async def refuse(_: object, host: str = "", port: int = 0, **__: object) -> None:
            asked.append(host)
            raise ConnectionRefusedError

        loop.create_connection = refuse  # type: ignore[method-assign, assignment]  # this loop only
        evidence = Evidence("evil.example", Served(is_authenticated=True), time.time())
        evidence.service = Service("evil.example", port, is_named=True)
        evidence.addresses = Answer(Found.YES, records=addresses)
        await Probe(resolver, Guard(), "home.example").look(evidence)

    asyncio.run(run())
    return asked


def test_a_probe_connects_to_the_very_address_that_was_looked_at() -> None:
    """What is checked is what is connected to: a name that changes its mind in between gains nothing."""
    asked = connections(Changing("127.0.0.1"), ("8.8.8.8",), 5269)
    assert "8.8.8.8" in asked
    assert set(asked) <= {"8.8.8.8", "9.9.9.9"}


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "ff02::1"])
def test_a_probe_connects_to_no_hostile_address(address: str) -> None:
    class Fixed(Resolver):
        async def ask(self, _name: str, _kind: str) -> Answer:
            return Answer(Found.NO_DATA)

        async def addresses(self, _name: str) -> Answer:
            return Answer(Found.YES, records=(address,))

    assert [] == connections(Fixed("127.0.0.1"), (address,), 5269)


def test_a_probe_connects_to_no_port_of_another_service() -> None:
    class Nowhere(Resolver):
        async def ask(self, _name: str, _kind: str) -> Answer:
            return Answer(Found.BROKEN)

        async def addresses(self, _name: str) -> Answer:
            return Answer(Found.BROKEN)

    assert [] == connections(Nowhere("127.0.0.1"), ("8.8.8.8",), 25)
    assert ["8.8.8.8"] == connections(Nowhere("127.0.0.1"), ("8.8.8.8",), 5269)


class TestGuard:
    def test_ten_thousand_domains_at_one_address_cost_it_six_connections_an_hour(self) -> None:
        now = [0.0]
        guard = Guard(lambda: now[0])
        for number in range(PER_BLOCK):
            guard.touch(f"198.51.100.{number}")
        with pytest.raises(BusyError):
            guard.touch("198.51.100.77")
        guard.touch("198.51.101.1")
        now[0] = HOUR + 1
        guard.touch("198.51.100.77")

    def test_so_many_at_once_and_no_more(self) -> None:
        now = [0.0]
        guard = Guard(lambda: now[0])
        for number in range(AT_ONCE):
            now[0] = float(number * 2)
            guard.enter()
        now[0] += 2
        with pytest.raises(BusyError):
            guard.enter()
        guard.leave()
        guard.enter()

    def test_so_many_in_a_second_and_no_more(self) -> None:
        guard = Guard(lambda: 0.0)
        for _ in range(PER_SECOND):
            guard.enter()
        with pytest.raises(BusyError):
            guard.enter()
