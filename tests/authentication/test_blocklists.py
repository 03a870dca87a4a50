"""DNS block lists, served by rbldnsd."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from providence.authentication import MAX_BLOCKLISTS, BlockList, BlockLists, Resolver
from providence.cache import Cache
from providence.errors import SettingsError

if TYPE_CHECKING:
    from providence.tests.authentication.rig.internet import Internet

ADDRESSES = BlockList("dnsbl.example", answers=frozenset({"127.0.0.2", "127.0.0.4"}))
DOMAINS = BlockList("dom.dnsbl.example", lists_domains=True)


def hits(internet: "Internet", folder: Path, lists: list[BlockList], domain: str, address: str) -> list[str]:
    async def run() -> list[str]:
        with Cache.open(folder, bytes(32)) as cache:
            found = await BlockLists(lists, Resolver("127.0.0.1", internet.dns), cache).hits(domain, address)
            again = await BlockLists([], Resolver("127.0.0.1", internet.dns), cache).hits(domain, address)
            assert () == again
            return [each.zone for each in found]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("domain", "address", "expected"),
    [
        ("good.example", "127.77.0.1", []),
        ("good.example", "127.77.0.66", ["dnsbl.example"]),
        ("good.example", "2001:db8:15::5", ["dnsbl.example"]),
        ("good.example", "2001:db8:16::5", []),
        ("a.spam.example", "", ["dom.dnsbl.example"]),
        ("spam.example", "127.77.0.66", ["dnsbl.example", "dom.dnsbl.example"]),
        ("good.example", "127.77.0.7", []),  # the list complains of the question: 127.255.255.254
    ],
)
def test_a_list_names_whom_it_names(
    internet: "Internet", tmp_path: Path, domain: str, address: str, expected: list[str]
) -> None:
    assert expected == hits(internet, tmp_path, [ADDRESSES, DOMAINS], domain, address)


@pytest.mark.parametrize("zone", ["all.dnsbl.example", "none.dnsbl.example", "lame.example"])
def test_a_list_that_names_everybody_nobody_or_does_not_answer_is_left_alone(
    internet: "Internet", tmp_path: Path, zone: str
) -> None:
    assert [] == hits(internet, tmp_path, [BlockList(zone)], "good.example", "127.77.0.66")


def test_an_answer_that_was_not_asked_for_does_not_count(internet: "Internet", tmp_path: Path) -> None:
    strict = BlockList("dnsbl.example", answers=frozenset({"127.0.0.9"}))
    assert [] == hits(internet, tmp_path, [strict], "good.example", "127.77.0.66")


def test_what_was_found_is_cached(internet: "Internet", tmp_path: Path) -> None:
    async def run() -> None:
        with Cache.open(tmp_path, bytes(32)) as cache:
            found = await BlockLists([ADDRESSES], Resolver("127.0.0.1", internet.dns), cache).hits("", "127.77.0.66")
            nobody = BlockLists([ADDRESSES], Resolver("127.0.0.1", 1), cache)
            assert found == await nobody.hits("", "127.77.0.66") != ()

    asyncio.run(run())


def test_settings_have_bounds(tmp_path: Path) -> None:
    for wrong in (
        {"zone": ""},
        {"zone": "Dnsbl.Example"},
        {"zone": "dnsbl.example", "answers": frozenset({"10.0.0.1"})},
        {"zone": "dnsbl.example", "answers": frozenset({"rubbish"})},
        {"zone": "dnsbl.example", "log_odds": 3.1},
    ):
        with pytest.raises(SettingsError):
            BlockList(**wrong)
    with Cache.open(tmp_path, bytes(32)) as cache:
        BlockLists([ADDRESSES] * MAX_BLOCKLISTS, Resolver("127.0.0.1"), cache)
        with pytest.raises(SettingsError):
            BlockLists([ADDRESSES] * (MAX_BLOCKLISTS + 1), Resolver("127.0.0.1"), cache)
