"""Whoever may write to the disk can destroy, and can neither change nor mix anything unnoticed."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from providence.errors import IntegrityError, SecretError, VersionError
from providence.keyring import Secret, SlotKind, Unlock

World = Any
NAMES = {1: "record", 2: "aside", 3: "base", 4: "journal", 5: "item", 6: "queue"}
USERS = ("romeo", "juliet")


def furnish(world: World) -> dict[str, Secret]:
    """Give two users one of everything, and two of most; returns their recovery codes."""
    codes = {}
    with world.store() as store:
        for name in USERS:
            old = world.open(store, name)
            codes[name] = old.recovery()
            world.teach(old, 16)
            old.lock()
    store = world.store()
    for name in USERS:
        vault = world.open(store, name, world.scram("new", salt="new"))
        for number in range(120):
            words = (f"{number}/{word}" for word in range(64))
            vault.learn(world.hashes(*words), spam=True)
        store.commit()
        world.teach(vault, 3)
        for box, ident in ((b"junk", b"1"), (b"junk", b"2"), (b"mail", b"1")):
            vault.items.put(box, ident, box + ident)
        vault.rekey()
        for number in range(2):
            world.now += 3600
            store.deposit(world.uid(name), number, b"deposit")
    store.commit()
    return codes


def see(world: World, name: str, code: Secret | None) -> list[Any]:
    """Read everything a user has; nothing is committed."""
    store = world.store()
    vault = world.open(store, name, world.scram("new", salt="new"), enrol=False)
    seen: list[Any] = [vault.counts(world.hashes("1/1", "2/2"))]
    for box, ident in ((b"junk", b"1"), (b"junk", b"2"), (b"mail", b"1")):
        seen.append(vault.items.get(box, ident))
    seen.append(list(vault.drain()))
    if code is not None:
        recall = store.recall(world.uid(name), [Unlock(SlotKind.RECOVERY, code)])
        recall.derive()
        seen.append(store.finish(recall).counts(world.hashes("1/1")))
    return seen


@pytest.fixture
def furnished(shelf: World) -> tuple[World, Secret]:
    codes = furnish(shelf)
    shelf.codes = codes
    return shelf, codes["romeo"]


def test_what_was_furnished_is_all_there_and_sound(furnished: tuple[World, Secret]) -> None:
    world, code = furnished
    assert set(NAMES) == {key[16] for key in world.records}
    assert sum(key[16] == 3 and key[-2:] == b"\0\0" for key in world.records) == 2 * 2
    assert len(see(world, "romeo", code)) == 6
    assert world.store().verify().problems == []


def flips(world: World, key: bytes) -> Iterator[None]:
    """Change one bit of each byte of a record in turn."""
    sound = world.records[key]
    for place in range(len(sound)):
        damaged = bytearray(sound)
        damaged[place] ^= 1 << place % 8
        world.records[key] = bytes(damaged)
        yield
    world.records[key] = sound


@pytest.mark.parametrize("kind", [1, 2, 4, 5, 6], ids=NAMES.get)
def test_no_byte_of_a_record_can_be_changed_unnoticed(furnished: tuple[World, Secret], kind: int) -> None:
    world, code = furnished
    key = next(key for key in sorted(world.records) if key[:17] == world.uid("romeo") + bytes([kind]))
    for _ in flips(world, key):
        with pytest.raises((IntegrityError, VersionError)):
            see(world, "romeo", code)


def test_no_byte_of_a_table_can_be_changed_unnoticed(furnished: tuple[World, Secret]) -> None:
    world, _ = furnished
    vault = world.open(world.store(), "romeo", world.scram("new", salt="new"), enrol=False)
    vid = vault.keys.vid.to_bytes(4, "big")
    for key in [key for key in world.records if key[:21] == world.uid("romeo") + b"\3" + vid]:
        for _ in flips(world, key):
            with pytest.raises((IntegrityError, VersionError)):
                vault.counts(b"")
    vault.counts(b"")


def test_no_record_can_take_the_place_of_another(furnished: tuple[World, Secret]) -> None:
    world, _ = furnished
    sound = dict(world.records)
    whole = {name: see(world, name, world.codes[name]) for name in USERS}
    names = {world.uid(name): name for name in USERS}
    for place, origin in itertools.permutations(sound, 2):
        name = names[place[:16]]
        world.records.clear()
        world.records.update(sound)
        world.records[place] = sound[origin]
        with pytest.raises((IntegrityError, VersionError)):
            see(world, name, world.codes[name])
    world.records.clear()
    world.records.update(sound)
    assert whole == {name: see(world, name, world.codes[name]) for name in USERS}


def test_an_older_value_of_one_item_is_not_noticed(shelf: World) -> None:
    """
    A limit, and one that the specification names.
    """
    with shelf.store() as store:
        items = shelf.open(store).items
        items.put(b"box", b"1", b"old")
        store.commit()
        [key] = [key for key in shelf.records if key[16] == 5]
        old = shelf.records[key]
        items.put(b"box", b"1", b"new")
        store.commit()
        shelf.records[key] = old
        assert bytearray(b"old") == items.get(b"box", b"1")


def test_a_rollback_of_all_that_a_user_has_is_not_noticed(shelf: World) -> None:
    """
    A limit, and one that the specification names.
    """
    with shelf.store() as store:
        shelf.teach(shelf.open(store), 3)
    old = dict(shelf.records)
    with shelf.store() as store:
        shelf.teach(shelf.open(store), 4, start=3)
    shelf.records.clear()
    shelf.records.update(old)
    with shelf.store() as store:
        assert 3 == shelf.open(store).stats().spam


def test_an_older_record_of_the_same_generation_is_not_noticed(shelf: World) -> None:
    """
    A limit, and one that the specification names: a slot that was dropped opens again, where nothing was folded since.
    """
    uid = shelf.uid()
    with shelf.store() as store:
        vault = shelf.open(store)
        ticket = vault.ticket()
        store.commit()
        old = shelf.records[uid + b"\1"]
        vault.drop(SlotKind.TICKET)
        store.commit()
        shelf.records[uid + b"\1"] = old
    with shelf.store() as store:
        assert shelf.open(store, "romeo", Unlock(SlotKind.TICKET, ticket), enrol=False).keys.uid == uid


def test_an_older_generation_cannot_be_put_back(shelf: World) -> None:
    with shelf.store() as store:
        shelf.teach(shelf.open(store), 16)
    old = {key: value for key, value in shelf.records.items() if key[16] == 3}
    with shelf.store() as store:
        shelf.teach(shelf.open(store), 16)
    new = [key for key in shelf.records if key[16] == 3]
    for key, value in zip(new, old.values(), strict=True):
        shelf.records[key] = value
    with shelf.store() as store, pytest.raises(IntegrityError):
        shelf.open(store).counts(b"")


def test_records_from_before_a_fold_do_not_open_the_table_after_it(shelf: World) -> None:
    with shelf.store() as store:
        shelf.open(store)
    uid = shelf.uid()
    old = shelf.records[uid + b"\1"]
    with shelf.store() as store:
        shelf.teach(shelf.open(store), 32)
    shelf.records[uid + b"\1"] = old
    with shelf.store() as store:
        assert store.verify().problems != []


@pytest.mark.parametrize("missing", [0, 1, 2], ids=["first", "middle", "last"])
def test_no_training_can_be_taken_out_of_a_journal(furnished: tuple[World, Secret], missing: int) -> None:
    world, _ = furnished
    entries = sorted(key for key in world.records if key[:17] == world.uid("romeo") + b"\4")
    del world.records[entries[missing]]
    with pytest.raises(IntegrityError):
        see(world, "romeo", None)
    assert world.store().verify().problems == ["the journal is cut short"]


@pytest.mark.parametrize("missing", [0, 1])
def test_no_chunk_can_be_taken_out_of_a_table(furnished: tuple[World, Secret], missing: int) -> None:
    world, _ = furnished
    live = sorted((key for key in world.records if key[:17] == world.uid("romeo") + b"\3"), key=lambda key: key[17:21])
    by_vault: dict[bytes, list[bytes]] = {}
    for key in live:
        by_vault.setdefault(key[17:21], []).append(key)
    del world.records[next(keys for keys in by_vault.values() if len(keys) == 2)[missing]]
    with pytest.raises(IntegrityError):
        see(world, "romeo", None)


def test_records_cut_short_by_any_length_are_refused(furnished: tuple[World, Secret]) -> None:
    world, code = furnished
    for kind in NAMES:
        key = next(key for key in world.records if key[:17] == world.uid("romeo") + bytes([kind]))
        sound = world.records[key]
        for length in {0, 1, 4, 12, 30, len(sound) // 2, len(sound) - 1}:
            world.records[key] = sound[:length]
            with pytest.raises((IntegrityError, VersionError)):
                see(world, "romeo", code)
        world.records[key] = sound


def test_a_user_whose_keyring_record_is_gone_is_unknown(furnished: tuple[World, Secret]) -> None:
    world, _ = furnished
    del world.records[world.uid("romeo") + b"\1"]
    with pytest.raises(SecretError):
        see(world, "romeo", None)


def test_a_newer_form_is_named_as_such(furnished: tuple[World, Secret]) -> None:
    world, code = furnished
    for kind in NAMES:
        key = next(key for key in world.records if key[:17] == world.uid("romeo") + bytes([kind]))
        sound = world.records[key]
        start = 2 if kind == 5 else 0
        assert sound[start + 3 : start + 4] == b"1"
        world.records[key] = sound[: start + 3] + b"2" + sound[start + 4 :]
        with pytest.raises(VersionError) if kind != 6 else pytest.raises(IntegrityError):
            see(world, "romeo", code)
        world.records[key] = sound
