"""The cache on a real file; time is moved by hand."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from providence.cache import MAX_ENTRIES, MAX_VALUE, Cache, Entry, Flights
from providence.errors import BusyError, InputError

SECRET = bytes(32)
NOW = 1e9


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path, SECRET) as cache:
        yield cache


def test_a_value_is_fresh_then_stale_then_gone(cache: Cache) -> None:
    cache.put("srv", "good.example", b"pass", 60, NOW)
    assert Entry(b"pass", is_stale=False) == cache.get("srv", "good.example", NOW + 59)
    assert Entry(b"pass", is_stale=True) == cache.get("srv", "good.example", NOW + 60)
    assert Entry(b"pass", is_stale=True) == cache.get("srv", "good.example", NOW + 119)
    assert None is cache.get("srv", "good.example", NOW + 120)
    assert {("srv", "hit"): 1, ("srv", "stale"): 2, ("srv", "miss"): 1} == cache.counts


def test_kinds_have_times_of_their_own(cache: Cache) -> None:
    cache.put("srv", "good.example", b"pass", 60, NOW)
    cache.put("mx", "good.example", b"none", 600, NOW)
    assert None is cache.get("srv", "good.example", NOW + 300)
    assert Entry(b"none", is_stale=False) == cache.get("mx", "good.example", NOW + 300)


def test_a_name_is_taken_once_until_its_time_is_over(cache: Cache) -> None:
    assert cache.claim("asked", "client", 60, NOW)
    assert not cache.claim("asked", "client", 60, NOW + 119)
    assert cache.claim("asked", "picture", 60, NOW)
    assert cache.claim("asked", "client", 60, NOW + 120)
    assert Entry(b"", is_stale=False) == cache.get("asked", "client", NOW + 179)


def test_values_survive_a_restart_and_the_file_names_nobody(tmp_path: Path) -> None:
    with Cache.open(tmp_path, SECRET) as cache:
        cache.put("srv", "good.example", b"pass", 60, NOW)
    assert b"good" not in (tmp_path / "cache.mdb").read_bytes()
    with Cache.open(tmp_path, SECRET) as cache:
        assert Entry(b"pass", is_stale=False) == cache.get("srv", "good.example", NOW)
        assert 1 == len(cache)


def test_a_value_has_a_bound(cache: Cache) -> None:
    cache.put("srv", "good.example", bytes(MAX_VALUE), 60, NOW)
    with pytest.raises(InputError):
        cache.put("srv", "good.example", bytes(MAX_VALUE + 1), 60, NOW)


def test_a_full_cache_keeps_what_it_has_until_a_sweep_makes_room(cache: Cache) -> None:
    for number in range(MAX_ENTRIES):
        cache.put("srv", f"{number}.example", b"", 60, NOW)
    cache.put("srv", "late.example", b"", 60, NOW)
    cache.put("srv", "1.example", b"new", 600, NOW)
    assert None is cache.get("srv", "late.example", NOW)
    assert Entry(b"new", is_stale=False) == cache.get("srv", "1.example", NOW)

    cache.commit()
    for _ in cache.sweep(NOW + 1000):
        pass
    assert 1 == len(cache)
    cache.put("srv", "late.example", b"", 60, NOW)
    assert 2 == len(cache)


class TestFlights:
    def test_who_asks_for_the_same_waits_for_the_same_answer(self) -> None:
        fetched = []

        async def run() -> list[int | None]:
            flights: Flights[int] = Flights(2)
            gate = asyncio.Event()

            async def fetch() -> int:
                fetched.append(1)
                await gate.wait()
                return 7

            waits = [flights.wait(flights.start("a", fetch), 5) for _ in range(5)]
            gate.set()
            return list(await asyncio.gather(*waits))

        assert [7] * 5 == asyncio.run(run())
        assert [1] == fetched

    def test_one_too_many_is_refused_and_late_answers_are_none(self) -> None:
        async def run() -> None:
            flights: Flights[int] = Flights(1)

            async def fetch() -> int:
                await asyncio.Event().wait()
                return 1

            task = flights.start("a", fetch)
            with pytest.raises(BusyError):
                flights.start("b", fetch)
            assert None is await flights.wait(task, 0)
            await flights.close()
            assert 0 == len(flights)

        asyncio.run(run())

    def test_a_failed_fetch_is_no_answer(self) -> None:
        async def run() -> int | None:
            flights: Flights[int] = Flights(1)

            async def fetch() -> int:
                raise OSError

            return await flights.wait(flights.start("a", fetch), 5)

        assert None is asyncio.run(run())


def test_what_comes_back_right_after_a_sweep_is_counted_again(cache: Cache) -> None:
    cache.put("kind", "name", b"old", 10, 1000)
    cache.commit()
    for _ in cache.sweep(2000):
        pass
    assert 0 == len(cache)
    cache.put("kind", "name", b"new", 10, 2000)
    assert 1 == len(cache)
