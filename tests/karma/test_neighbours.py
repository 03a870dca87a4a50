"""How many hosts come from one address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from providence.authentication import Fact, Served, State
from providence.authentication.checks import hosts
from providence.authentication.evidence import Evidence
from providence.karma import Event, Karma, KarmaSettings, sender_of
from providence.karma.neighbours import BITS, EPOCH, MOST_HOSTS, Neighbours

DAY = 86_400.0
START = 1_000 * EPOCH
ADDRESS = "198.51.100.7"


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    with Karma.open(tmp_path, bytes(32), KarmaSettings(pace=100_000, burst=10_000)) as karma:
        yield karma


def send(karma: Karma, count: int, now: float, first: int = 0) -> None:
    for number in range(first, first + count):
        karma.admit(sender_of(f"a@host{number}.example", ADDRESS), b"reader", 1.0, now)


@pytest.mark.parametrize("count", [1, 10, 50, 200, 500, 1000])
def test_hosts_are_counted_to_a_few_hundredths(karma: Karma, count: int) -> None:
    send(karma, count, START)
    send(karma, count, START)
    counted = karma.neighbourhood(sender_of("b@else.example", ADDRESS), START).hosts
    assert counted == pytest.approx(count, rel=0.15, abs=0.5)


def test_the_count_has_a_bound(karma: Karma) -> None:
    every = Neighbours(seen=2**BITS - 1)
    assert MOST_HOSTS == every.hosts == every.with_host(b"\x12\x34", is_good=False).hosts


def test_hosts_are_forgotten_after_two_epochs(karma: Karma) -> None:
    def seen(epochs: int) -> int:
        return karma.neighbourhood(sender_of("b@else.example", ADDRESS), START + epochs * EPOCH - 1).hosts

    send(karma, 20, START)
    assert 20 == pytest.approx(seen(1), abs=1)
    send(karma, 20, START + EPOCH, first=20)
    assert [40, 20, 0] == pytest.approx([seen(2), seen(3), seen(4)], abs=2)


def test_a_sender_without_an_address_has_no_neighbours(karma: Karma) -> None:
    assert (0, 0.0) == karma.neighbourhood(sender_of("a@b.example"), START)
    assert (0, 0.0) == karma.neighbourhood(sender_of("a@b.example", "10.0.0.1"), START)


def test_the_check_gets_a_count_and_a_chance_that_hurt_only_together(karma: Karma) -> None:
    """
    What karma knows of an address is what the authentication filter is served with.
    """

    def value() -> float | None:
        found = karma.neighbourhood(sender_of("a@new.example", ADDRESS), START)
        served = Served(ADDRESS, hosts=found.hosts, chance=found.chance)
        fact = hosts.look(Evidence("new.example", served, START))
        assert Fact(State.FAIL, f"{found.hosts} {found.chance:.3f}") == fact
        return hosts.value(fact, START)

    send(karma, 400, START)
    before = value()
    for number in range(40):
        user = b"user %d" % number
        karma.meet(user, START - 40 * DAY, START)
        karma.vote(user, sender_of(f"a@host{number}.example", ADDRESS), Event.REPORT, START)
    after = value()
    assert before is not None
    assert after is not None
    assert after < -0.6 < -0.3 < before
