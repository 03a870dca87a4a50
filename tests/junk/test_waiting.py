"""The waiting room of an open vault."""

import pytest

from providence.errors import IntegrityError
from providence.junk import MAX_FROM_SENDER, MAX_FROM_SERVER, WAITING_SECONDS, Box, Item, Place, WaitingRoom
from providence.vault import Vault

ROMEO = "romeo@montague.example"


def item(sender: str = ROMEO, arrived: int = 2**31) -> Item:
    return Item(f"{sender}/orchard", arrived, 0.95, (), b"<message/>")


def test_a_senders_stanzas_are_found_in_their_order(vault: Vault) -> None:
    room = WaitingRoom(vault)
    names = [room.put(item(arrived=arrived)) for arrived in (10, 30, 20)]
    room.put(item("tybalt@capulet.example"))
    room.put(item("montague.example"))

    assert [names[0], names[2], names[1]] == room.of(ROMEO)
    assert [] == room.of(f"{ROMEO}.evil.example")


def test_what_was_deleted_is_found_no_more(vault: Vault) -> None:
    room = WaitingRoom(vault)
    names = [room.put(item()), room.put(item())]
    Box(vault, Place.WAITING).delete(names[0])

    assert names[1:] == room.of(ROMEO)


def test_what_was_put_past_the_room_is_found_all_the_same(vault: Vault) -> None:
    name = Box(vault, Place.WAITING).put(item())

    assert [name] == WaitingRoom(vault).of(ROMEO)
    vault.items.put(b"waiting", name, b"no item")
    assert [name] == WaitingRoom(vault).of(ROMEO)


def test_a_sender_is_one_too_many_at_the_bound(vault: Vault) -> None:
    room = WaitingRoom(vault)
    for _ in range(MAX_FROM_SENDER):
        assert not room.is_crowded(f"{ROMEO}/balcony")
        room.put(item())

    assert room.is_crowded(f"{ROMEO}/balcony")
    assert not room.is_crowded("tybalt@montague.example")


def test_a_server_is_one_too_many_at_the_bound(vault: Vault) -> None:
    room = WaitingRoom(vault)
    for number in range(MAX_FROM_SERVER):
        assert not room.is_crowded("one-more@montague.example")
        room.put(item(f"{number}@montague.example"))

    assert room.is_crowded("one-more@montague.example")
    assert room.is_crowded("montague.example")
    assert not room.is_crowded("one-more@capulet.example")


def test_a_stanza_waits_until_its_time_is_over(vault: Vault) -> None:
    room = WaitingRoom(vault)
    name = room.put(item(arrived=1_000_000))

    assert [] == room.overdue(1_000_000 + WAITING_SECONDS - 1)
    assert [name] == room.overdue(1_000_000 + WAITING_SECONDS)


def test_what_was_denied_late_is_kept_as_long_as_what_came_then(vault: Vault) -> None:
    long_ago = 86_400 * 10
    Box(vault, Place.JUNK).put(item(arrived=long_ago), since=2**32 - 1)

    assert [long_ago] == [found.arrived for _, found in Box(vault, Place.JUNK)]


def test_a_malformed_list_of_who_waits_is_an_integrity_error(vault: Vault) -> None:
    WaitingRoom(vault).put(item())
    vault.items.put(b"book", b"waiting", b"x" * 47)

    with pytest.raises(IntegrityError):
        WaitingRoom(vault).of(ROMEO)
