"""The three places of an open vault."""

import pytest

from providence.junk import JUNK_DAYS, MAX_ITEMS, Box, Item, Place
from providence.vault import Store, Vault


def item(arrived: int, word: str = "hello") -> Item:
    return Item("romeo@montague.example", arrived, 0.99, (("BAYES", 3.0),), f"<message>{word}</message>".encode())


def test_what_is_put_is_found_by_its_name_until_deleted(vault: Vault, store: Store) -> None:
    box = Box(vault, Place.JUNK)
    name = box.put(item(2**31))
    store.commit()
    assert item(2**31) == box.get(name)

    box.delete(name)
    box.delete(name)
    assert box.get(name) is None
    assert len(box) == 0


def test_places_know_nothing_of_each_other(vault: Vault) -> None:
    Box(vault, Place.WAITING).put(item(2**31))

    assert [len(Box(vault, place)) for place in Place] == [0, 1, 0]


def test_items_are_listed_in_the_order_they_came(vault: Vault) -> None:
    box = Box(vault, Place.RELEASED)
    for arrived in (30, 10, 20):
        box.put(item(arrived))

    assert [found.arrived for _, found in box] == [10, 20, 30]


def test_items_of_one_second_keep_their_order(vault: Vault) -> None:
    box = Box(vault, Place.RELEASED)
    names = [box.put(item(2**31, str(number))) for number in range(300)]
    assert names == box.names()

    box.delete(names[-1])
    names[-1] = box.put(item(2**31))
    assert names == box.names()


def test_a_full_junk_box_loses_its_oldest_item(vault: Vault) -> None:
    box = Box(vault, Place.JUNK)
    names = [box.put(item(2**31 + number)) for number in range(MAX_ITEMS)]
    assert sorted(names) == box.names()

    last = box.put(item(2**32 - 1))
    assert [*names[1:], last] == box.names()


@pytest.mark.parametrize("place", [Place.WAITING, Place.RELEASED])
def test_what_waits_for_its_user_is_never_pushed_out(vault: Vault, place: Place) -> None:
    box = Box(vault, place)
    for number in range(MAX_ITEMS):
        assert not box.is_full()
        box.put(item(number))

    assert box.is_full()
    assert len(box) == MAX_ITEMS


def test_junk_expires_and_what_waits_does_not(vault: Vault) -> None:
    long_ago = 86_400 * 10
    Box(vault, Place.JUNK).put(item(long_ago))
    Box(vault, Place.WAITING).put(item(long_ago))

    assert long_ago // 86_400 + JUNK_DAYS < 20_000
    assert len(Box(vault, Place.JUNK)) == 0
    assert len(Box(vault, Place.WAITING)) == 1
