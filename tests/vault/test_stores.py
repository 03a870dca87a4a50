"""What a store promises beyond one vault: opening, committing, the queue, deletion, upkeep."""

from typing import Any

import pytest

from providence.errors import (
    BusyError,
    CommitError,
    HostKeyError,
    InputError,
    IntegrityError,
    LockedError,
    SecretError,
    StorageError,
    StoreFullError,
)
from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import State, Store, VaultSettings, holds_data

World = Any


def learnt(world: World, vault: Any) -> int:
    return int(vault.counts(b"").spam)


class TestOpening:
    def test_an_unknown_user_gets_a_vault_if_the_server_vouches(self, world: World) -> None:
        with world.store() as store:
            assert State.NONE is store.state(world.uid())
            world.open(store)
            assert State.OPEN is store.state(world.uid())

    def test_an_unknown_user_a_wrong_secret_and_an_unknown_slot_are_refused_alike(self, world: World) -> None:
        with world.store() as store:
            world.open(store).lock()
            told = set()
            for name, unlock in (
                ("juliet", world.scram()),
                ("romeo", world.scram("wrong")),
                ("romeo", world.scram("wrong", salt="unknown")),
            ):
                with pytest.raises(SecretError) as refusal:
                    world.open(store, name, unlock, enrol=False)
                told.add(str(refusal.value))
            assert len(told) == 1

    def test_a_wrong_secret_of_a_known_slot_changes_nothing_even_if_the_server_vouches(self, world: World) -> None:
        with world.store() as store:
            vault = world.open(store)
            vault.learn(b"", spam=True)
            vault.lock()
            with pytest.raises(SecretError):
                world.open(store, "romeo", world.scram("wrong"))
            assert learnt(world, world.open(store)) == 1

    def test_a_second_session_shares_the_open_vault_and_must_know_the_secret(self, world: World) -> None:
        with world.store() as store:
            vault = world.open(store)
            assert vault is world.open(store)
            with pytest.raises(SecretError):
                world.open(store, "romeo", world.scram("wrong"))
            assert vault is store.vault(world.uid())

    def test_further_unlocks_of_one_login_are_enrolled(self, world: World) -> None:
        other = world.scram("other", salt="pepper", name="sha-1")
        with world.store() as store:
            world.open(store).lock()
            world.open(store, "romeo", world.scram(), other).lock()
            world.open(store, "romeo", other, enrol=False)

    def test_an_unknown_slot_while_open_replaces_the_one_of_its_hash(self, world: World) -> None:
        changed = world.scram("new", salt="new")
        with world.store() as store:
            vault = world.open(store)
            vault.learn(b"", spam=True)
            assert vault is world.open(store, "romeo", changed)
            vault.lock()
            with pytest.raises(SecretError):
                world.open(store, "romeo", world.scram(), enrol=False)
            assert learnt(world, world.open(store, "romeo", changed, enrol=False)) == 1

    def test_an_unknown_slot_while_closed_sets_the_vault_aside(self, world: World) -> None:
        changed = world.scram("new", salt="new")
        with world.store() as store:
            old = world.open(store)
            old.learn(b"", spam=True)
            old.lock()
            assert learnt(world, world.open(store, "romeo", changed)) == 0

    def test_another_password_is_an_unknown_slot(self, world: World) -> None:
        first, second = (Unlock(SlotKind.PASSWORD, Secret(password)) for password in (b"pencil", b"eraser"))
        with world.store() as store:
            vault = world.open(store, "romeo", first)
            vault.learn(b"", spam=True)
            vault.lock()
            with pytest.raises(SecretError):
                world.open(store, "romeo", second, enrol=False)
            vault = world.open(store, "romeo", first)
            assert learnt(world, vault) == 1
            assert vault is world.open(store, "romeo", second)
            vault.lock()
            vault = world.open(store, "romeo", second, enrol=False)
            assert learnt(world, vault) == 1
            vault.lock()
            assert learnt(world, world.open(store, "romeo", first)) == 0

    def test_a_recovery_code_brings_back_a_vault_that_was_set_aside(self, world: World) -> None:
        changed = world.scram("new", salt="new")
        with world.store() as store:
            old = world.open(store)
            old.learn(world.hashes("a"), spam=True)
            old.items.put(b"box", b"1", b"old")
            code = old.recovery()
            old.lock()
            fresh = world.open(store, "romeo", changed)
            fresh.learn(world.hashes("b"), spam=False)
            fresh.items.put(b"box", b"1", b"fresh")
            fresh.items.put(b"box", b"2", b"fresh")
            store.commit()
            recall = store.recall(world.uid(), [Unlock(SlotKind.RECOVERY, code)])
            recall.derive()
            vault = store.finish(recall)
            assert vault.counts(world.hashes("a", "b"))[:3] == (1, 0, [(1, 0), (0, 0)])
            assert [vault.items.get(b"box", ident) for ident in (b"1", b"2")] == [b"old", b"fresh"]
            vault.lock()
            assert learnt(world, world.open(store, "romeo", changed, enrol=False)) == 1
            assert store.verify().problems == []

    def test_a_wrong_recovery_code_brings_back_nothing(self, world: World) -> None:
        with world.store() as store:
            world.open(store).lock()
            world.open(store, "romeo", world.scram("new", salt="new"))
            recall = store.recall(world.uid(), [Unlock(SlotKind.RECOVERY, Secret(b"x" * 20))])
            with pytest.raises(SecretError):
                recall.derive()

    def test_a_fifth_vault_set_aside_pushes_out_the_oldest(self, world: World) -> None:
        with world.store() as store:
            first = world.open(store)
            code = first.recovery()
            first.lock()
            for number in range(5):
                world.now += 86_400
                world.open(store, "romeo", world.scram("x", salt=f"{number}")).lock()
            world.open(store, "romeo", world.scram("x", salt="4"))
            recall = store.recall(world.uid(), [Unlock(SlotKind.RECOVERY, code)])
            with pytest.raises(SecretError):
                recall.derive()
            assert store.verify().problems == []

    def test_a_ticket_opens_after_a_restart(self, world: World) -> None:
        with world.store() as store:
            ticket = world.open(store).ticket()
        with world.store() as store:
            world.open(store, "romeo", Unlock(SlotKind.TICKET, ticket), enrol=False)

    def test_a_ticket_alone_neither_makes_a_vault_nor_sets_one_aside(self, world: World) -> None:
        ticket = Unlock(SlotKind.TICKET, Secret(b"t" * 32))
        with world.store() as store:
            with pytest.raises(SecretError):
                world.open(store, "juliet", ticket)
            world.open(store).lock()
            with pytest.raises(SecretError):
                world.open(store, "romeo", ticket)
            world.open(store, enrol=False)

    def test_a_new_password_opens_and_the_old_one_no_longer(self, world: World) -> None:
        new = world.scram("new", salt="new")
        with world.store() as store:
            world.open(store)
            rewrap = store.rewrap(world.uid(), [new])
            rewrap.derive()
            store.finish(rewrap).lock()
            with pytest.raises(SecretError):
                world.open(store, enrol=False)
            world.open(store, "romeo", new, enrol=False)

    def test_a_new_password_for_a_closed_vault_is_a_locked_error(self, world: World) -> None:
        with world.store() as store:
            world.open(store).lock()
            rewrap = store.rewrap(world.uid(), [world.scram("new", salt="new")])
            rewrap.derive()
            with pytest.raises(LockedError):
                store.finish(rewrap)

    def test_of_two_first_logins_at_once_the_second_is_asked_to_try_again(self, world: World) -> None:
        with world.store() as store:
            attempts = [store.prepare(world.uid(), [world.scram()], enrol=True) for _ in range(2)]
            for attempt in attempts:
                attempt.derive()
            store.finish(attempts[0])
            with pytest.raises(BusyError):
                store.finish(attempts[1])

    def test_an_attempt_from_before_another_change_is_asked_to_try_again(self, world: World) -> None:
        with world.store() as store:
            world.open(store).lock()
            late = store.prepare(world.uid(), [world.scram()], enrol=True)
            late.derive()
            vault = world.open(store)
            vault.ticket()
            vault.lock()
            with pytest.raises(BusyError):
                store.finish(late)


class TestQueue:
    def test_deposits_come_out_in_the_order_they_came_in(self, world: World) -> None:
        with world.store() as store:
            world.open(store).lock()
            for number in range(5):
                world.now += 1
                assert store.deposit(world.uid(), number, b"x" * number)
        with world.store() as store:
            vault = world.open(store, enrol=False)
            assert [(number, b"x" * number) for number in range(5)] == list(vault.drain())
            assert list(vault.drain()) == []

    def test_a_user_who_is_not_there_gets_nothing(self, world: World) -> None:
        with world.store() as store:
            assert not store.deposit(world.uid(), 1, b"x")

    def test_the_queue_takes_what_it_has_room_for_and_no_more(self, world: World) -> None:
        with world.store(VaultSettings(queue_items=3, queue_bytes=100_000)) as store:
            world.open(store).lock()
            assert [store.deposit(world.uid(), 1, b"x") for _ in range(4)] == [True] * 3 + [False]
        with world.store(VaultSettings(queue_bytes=1_000)) as store:
            vault = world.open(store)
            list(vault.drain())
            vault.lock()
            assert store.deposit(world.uid(), 1, b"x" * 400)
            assert not store.deposit(world.uid(), 1, b"x" * 400)

    def test_the_largest_deposit_serves_and_one_byte_more_is_refused(self, world: World) -> None:
        largest = 512 * 1024 - 21
        with world.store() as store:
            vault = world.open(store)
            vault.lock()
            assert store.deposit(world.uid(), 1, bytes(largest))
            with pytest.raises(InputError):
                store.deposit(world.uid(), 1, bytes(largest + 1))
            assert [(1, bytes(largest))] == list(world.open(store).drain())

    def test_what_was_drained_but_not_committed_comes_again(self, shelf: World) -> None:
        with shelf.store() as store:
            shelf.open(store).lock()
            store.deposit(shelf.uid(), 1, b"x")
        crashed = shelf.store()
        vault = shelf.open(crashed)
        assert list(vault.drain()) == [(1, b"x")]
        vault.learn(b"", spam=True)
        with shelf.store() as store:
            vault = shelf.open(store)
            assert list(vault.drain()) == [(1, b"x")]
            assert learnt(shelf, vault) == 0

    def test_a_drained_queue_cannot_be_opened_from_a_copy(self, shelf: World) -> None:
        with shelf.store() as store:
            shelf.open(store).lock()
            store.deposit(shelf.uid(), 1, b"x")
        queued = {key: value for key, value in shelf.records.items() if key[16] == 6}
        with shelf.store() as store:
            list(shelf.open(store).drain())
        shelf.records.update(queued)
        with shelf.store() as store, pytest.raises(IntegrityError):
            list(shelf.open(store).drain())

    def test_something_deposited_right_after_a_drain_is_not_lost(self, world: World) -> None:
        with world.store() as store:
            vault = world.open(store)
            vault.lock()
            store.deposit(world.uid(), 1, b"x")
            vault = world.open(store)
            list(vault.drain())
            store.deposit(world.uid(), 2, b"y")
            store.commit()
            assert list(vault.drain()) == [(2, b"y")]

    def test_damage_is_told_once_after_all_that_is_sound(self, shelf: World) -> None:
        with shelf.store() as store:
            shelf.open(store).lock()
            for number in range(3):
                shelf.now += 3600
                store.deposit(shelf.uid(), number, b"x")
        second = sorted(key for key in shelf.records if key[16] == 6)[1]
        shelf.records[second] = shelf.records[second][:-1] + b"?"
        with shelf.store() as store:
            drained = shelf.open(store).drain()
            assert [next(drained), next(drained)] == [(0, b"x"), (2, b"x")]
            with pytest.raises(IntegrityError):
                next(drained)
            store.commit()
            assert list(shelf.open(store).drain()) == []


class Broken:
    """A backend that refuses to write while it is told to."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.full = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def put_batch(self, batch: Any) -> None:
        if self.full:
            raise StoreFullError("the disk does not take what is to be stored")
        self._backend.put_batch(batch)


class TestCommit:
    def test_a_commit_that_fails_leaves_memory_and_disk_as_they_were(self, shelf: World) -> None:
        broken: list[Broken] = []

        def wrap(backend: Any) -> Broken:
            broken.append(Broken(backend))
            return broken[0]

        with shelf.store(wrap=wrap) as store:
            vault = shelf.open(store)
            shelf.teach(vault, 10)
            store.commit()
            asked = shelf.hashes("1/1", "12/1")
            before, records = vault.counts(asked), dict(shelf.records)
            shelf.teach(vault, 10, start=10)
            broken[0].full = True
            with pytest.raises(CommitError) as failure:
                store.commit()
            assert frozenset({shelf.uid()}) == failure.value.lost
            assert isinstance(failure.value.__cause__, StoreFullError)
            assert records == shelf.records
            assert before == vault.counts(asked)
            broken[0].full = False
            shelf.teach(vault, 10, start=10)
            store.commit()
            assert (vault.stats().spam, vault.stats().generation) == (20, 1)

    def test_a_vault_whose_slots_could_not_be_stored_is_locked(self, shelf: World) -> None:
        broken: list[Broken] = []

        def wrap(backend: Any) -> Broken:
            broken.append(Broken(backend))
            return broken[0]

        with shelf.store(wrap=wrap) as store:
            vault = shelf.open(store)
            store.commit()
            ticket = vault.ticket()
            broken[0].full = True
            with pytest.raises(CommitError):
                store.commit()
            broken[0].full = False
            assert State.LOCKED is store.state(shelf.uid())
            with pytest.raises(SecretError):
                shelf.open(store, "romeo", Unlock(SlotKind.TICKET, ticket), enrol=False)
            shelf.open(store, enrol=False)

    def test_what_was_not_committed_is_not_there(self, shelf: World) -> None:
        store = shelf.store()
        vault = shelf.open(store)
        vault.learn(b"", spam=True)
        store.commit()
        vault.learn(b"", spam=True)
        assert store.pending == 1
        with shelf.store() as again:
            assert learnt(shelf, shelf.open(again)) == 1


class TestDeletion:
    def test_a_forgotten_user_was_never_there(self, world: World) -> None:
        with world.store() as store:
            vault = world.open(store)
            world.teach(vault, 20)
            vault.items.put(b"box", b"1", b"x")
            store.commit()
            world.teach(vault, 1, start=20)
            store.forget(world.uid())
            assert State.NONE is store.state(world.uid())
            with pytest.raises(SecretError):
                world.open(store, enrol=False)
            store.commit()
            assert store.verify().users == 0
            assert learnt(world, world.open(store)) == 0

    def test_everyone_opens_after_an_erasure(self, world: World) -> None:
        with world.store() as store:
            for name in ("romeo", "juliet"):
                vault = world.open(store, name)
                world.teach(vault, 20)
            vault.lock()
            store.deposit(world.uid("juliet"), 1, b"x")
            store.erase()
            assert not store.erasing
            assert learnt(world, store.vault(world.uid("romeo"))) == 20
            store.vault(world.uid("romeo")).ticket()
        with world.store() as store:
            for name in ("romeo", "juliet"):
                assert learnt(world, world.open(store, name, enrol=False)) == 20
            assert list(store.vault(world.uid("juliet")).drain()) == [(1, b"x")]


class TestUpkeep:
    def test_a_vault_set_aside_goes_after_its_grace_and_stays_the_day_before(self, world: World) -> None:
        with world.store(VaultSettings(grace_days=30)) as store:
            world.open(store).lock()
            world.open(store, "romeo", world.scram("new", salt="new"))
            world.now += 29 * 86_400
            assert store.sweep().expired == 0
            world.now += 86_400
            assert store.sweep().expired == 1
            assert store.verify().problems == []

    def test_items_and_deposits_go_when_their_time_is_over(self, world: World) -> None:
        with world.store(VaultSettings(queue_days=7)) as store:
            vault = world.open(store)
            vault.items.put(b"box", b"1", b"x", expires=world.today + 7)
            vault.items.put(b"box", b"2", b"x")
            vault.lock()
            store.deposit(world.uid(), 1, b"x")
            world.now += 6 * 86_400
            assert store.sweep().expired == 0
            world.now += 86_400
            assert store.sweep().expired == 2
            assert [item.ident for item in world.open(store).items.listed(b"box")] == [b"2"]

    def test_records_of_no_generation_and_no_vault_are_found_and_swept(self, shelf: World) -> None:
        with shelf.store() as store:
            shelf.teach(shelf.open(store), 20)
        chunk = next(key for key in shelf.records if key[16] == 3)
        shelf.records[chunk[:21] + bytes(8) + chunk[29:]] = shelf.records[chunk]
        shelf.records[chunk[:17] + b"none" + chunk[21:]] = shelf.records[chunk]
        with shelf.store() as store:
            assert store.verify().problems == ["2 records serve nothing"]
            assert store.sweep().stray == 2
            assert store.verify().problems == []

    def test_verification_tells_how_far_it_is(self, world: World) -> None:
        steps: list[tuple[int, int]] = []
        with world.store() as store:
            for number in range(5):
                world.open(store, f"user{number}")
            assert store.verify(lambda done, total: steps.append((done, total))).users == 5
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]

    def test_more_users_than_one_transaction_takes_are_swept(self, world: World) -> None:
        with world.store() as store:
            for number in range(300):
                world.open(store, f"user{number}").items.put(b"b", b"1", b"x", expires=world.today + 1)
            store.commit()
            world.now += 86_400
            assert store.sweep().expired == 300


class TestFolder:
    def test_a_worker_has_its_own_shards_only(self, disk: World) -> None:
        own = disk.uid()[0] % 8
        with Store.open(disk.data, disk.keyring, shards={own}) as store:
            disk.open(store)
            other = bytes([disk.uid()[0] + 1 & 255]) + disk.uid()[1:]
            with pytest.raises(InputError):
                store.state(other)
            rest = set(range(8)) - {own}
            with Store.open(disk.data, disk.keyring, shards=rest) as beside:
                assert State.NONE is beside.state(other)

    def test_a_shard_is_open_once(self, disk: World) -> None:
        with disk.store(), pytest.raises(StorageError):
            disk.store()

    def test_another_host_key_is_refused(self, disk: World) -> None:
        disk.store().close()
        other = HostKeys.create(disk.folder / "other.key")
        with pytest.raises(HostKeyError):
            Store.open(disk.data, Keyring(other, KeyringSettings(kdf="hkdf")))

    def test_a_folder_says_whether_a_host_key_may_be_made(self, disk: World) -> None:
        assert not holds_data(disk.data)
        disk.store().close()
        assert holds_data(disk.data)
