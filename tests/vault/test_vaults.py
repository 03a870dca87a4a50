"""What an open vault promises, over every backend."""

from typing import Any

import pytest

from providence.errors import InputError, LockedError
from providence.vault import State, VaultSettings

World = Any


def test_a_fresh_vault_knows_nothing(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        assert vault.counts(world.hashes("a", "b"))[:3] == (0, 0, [(0, 0), (0, 0)])


def test_what_is_learnt_is_counted_at_once(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        vault.learn(world.hashes("a", "b"), spam=True)
        vault.learn(world.hashes("b", "c"), spam=False)
        expected = (1, 1, [(1, 0), (1, 1), (0, 1), (0, 0)])
        assert expected == vault.counts(world.hashes("a", "b", "c", "d"))[:3]


def test_what_is_learnt_is_still_there_after_lock_and_reopening(world: World) -> None:
    with world.store() as store:
        world.open(store).learn(world.hashes("a"), spam=True)
    with world.store() as store:
        vault = world.open(store, enrol=False)
        assert vault.counts(world.hashes("a"))[:3] == (1, 0, [(1, 0)])


def test_counts_stay_the_same_over_a_fold(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        world.teach(vault, 20, spam=True)
        world.teach(vault, 20, spam=False, start=10)
        asked = world.hashes(*(f"{number}/3" for number in range(40)))
        before = vault.counts(asked)
        store.commit()
        assert vault.pending == 0
        assert vault.stats().generation == 1
        assert before == vault.counts(asked)


def test_fifteen_trainings_are_kept_in_the_journal_and_sixteen_are_folded(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        world.teach(vault, 15)
        store.commit()
        assert (vault.pending, vault.stats().generation) == (15, 0)
        world.teach(vault, 1, start=15)
        store.commit()
        assert (vault.pending, vault.stats().generation) == (0, 1)


@pytest.mark.parametrize("folded", [False, True])
def test_undo_is_the_exact_inverse_of_learn(world: World, *, folded: bool) -> None:
    with world.store(VaultSettings(fold_every=1 if folded else 16)) as store:
        vault = world.open(store)
        vault.learn(world.hashes("a", "b"), spam=True)
        store.commit()
        asked = world.hashes("a", "b", "c")
        before = vault.counts(asked)
        vault.learn(world.hashes("b", "c"), spam=True)
        store.commit()
        vault.learn(world.hashes("b", "c"), spam=True, undo=True)
        store.commit()
        assert before == vault.counts(asked)


def test_undo_takes_nothing_below_zero(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        vault.learn(world.hashes("a"), spam=False)
        vault.learn(world.hashes("a"), spam=True, undo=True)
        vault.learn(world.hashes("b"), spam=False, undo=True)
        assert vault.counts(world.hashes("a", "b"))[:3] == (0, 1, [(0, 1), (0, 0)])


def test_a_feature_named_twice_counts_once(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        vault.learn(world.hashes("a", "a"), spam=True)
        assert vault.counts(world.hashes("a")).features == [(1, 0)]


def test_sixty_four_features_are_learnt_and_one_more_is_refused(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        # Two features that share a bucket are one: of some more, 65 that do not.
        names = [f"w{number}" for number in range(80)]
        apart = {vault.keys.blind(world.hashes(name))[0]: name for name in names}
        words = list(apart.values())[:65]
        vault.learn(world.hashes(*words[:64]), spam=True)
        with pytest.raises(InputError):
            vault.learn(world.hashes(*words), spam=True)
        assert vault.counts(b"").spam == 1


def test_a_message_without_features_still_counts(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        vault.learn(b"", spam=True)
        assert vault.counts(b"").spam == 1


def test_the_rarest_and_oldest_ids_go_when_a_table_outgrows_its_quota(world: World) -> None:
    with world.store(VaultSettings(quota=1024)) as store:
        vault = world.open(store)
        often = world.hashes("often")
        for number in range(48):
            words = (f"{number}/{word}" for word in range(30))
            vault.learn(world.hashes("often", *words), spam=True)
            world.now += 86_400
            store.commit()
        store.commit()
        assert vault.stats().ids <= 1024
        assert vault.counts(often).features[0][0] >= 48
        newest, oldest = (world.hashes(*(f"{number}/{word}" for word in range(30))) for number in (47, 0))
        assert all(spam for spam, _ in vault.counts(newest).features)
        # A word may share its bucket with one that stayed.
        assert sum(spam > 0 for spam, _ in vault.counts(oldest).features) < 3


def test_a_locked_vault_refuses_every_use(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        vault.lock()
        assert State.LOCKED is store.state(world.uid())
        assert store.vault(world.uid()) is None
        for use in (
            lambda: vault.counts(b""),
            lambda: vault.learn(b"", spam=True),
            lambda: vault.items.put(b"box", b"1", b"x"),
            lambda: vault.items.get(b"box", b"1"),
            vault.drain,
            vault.ticket,
            vault.stats,
            vault.lock,
        ):
            with pytest.raises(LockedError):
                use()


def test_a_vault_that_is_locked_and_opened_between_commits_loses_nothing(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        world.teach(vault, 3)
        vault.lock()
        vault = world.open(store, enrol=False)
        world.teach(vault, 3, start=3)
        vault.lock()
        vault = world.open(store, enrol=False)
        assert (vault.stats().spam, vault.stats().generation) == (6, 2)


def test_vaults_of_two_users_know_nothing_of_each_other(world: World) -> None:
    with world.store() as store:
        romeo, juliet = world.open(store, "romeo"), world.open(store, "juliet")
        romeo.learn(world.hashes("a"), spam=True)
        assert juliet.counts(world.hashes("a"))[:3] == (0, 0, [(0, 0)])


def test_nothing_decoded_stays_in_the_scratch_buffer(world: World) -> None:
    with world.store() as store:
        vault = world.open(store)
        world.teach(vault, 20)
        store.commit()
        vault.counts(world.hashes("1/1"))
        scratch = vault._desk.scratch  # noqa: SLF001 - what is left of a look is nobody else's to see
        assert not any(scratch.room(65_536))


class TestItems:
    def test_an_item_is_what_was_put(self, world: World) -> None:
        with world.store() as store:
            items = world.open(store).items
            items.put(b"junk", b"1", b"sealed elsewhere")
            assert bytearray(b"sealed elsewhere") == items.get(b"junk", b"1")
            assert items.get(b"junk", b"2") is None
            assert items.get(b"jun", b"k1") is None

    def test_boxes_list_their_own_items_in_order(self, world: World) -> None:
        with world.store() as store:
            items = world.open(store).items
            for box, ident in ((b"junk", b"2"), (b"junk", b"1"), (b"junk2", b"3")):
                items.put(box, ident, b"")
            assert [item.ident for item in items.listed(b"junk")] == [b"1", b"2"]

    def test_an_item_is_replaced_and_deleted(self, world: World) -> None:
        with world.store() as store:
            items = world.open(store).items
            items.put(b"box", b"1", b"old")
            store.commit()
            items.put(b"box", b"1", b"new")
            assert bytearray(b"new") == items.get(b"box", b"1")
            assert items.delete(b"box", b"1")
            assert not items.delete(b"box", b"1")
            assert items.get(b"box", b"1") is None

    def test_an_item_is_gone_on_its_day_and_there_the_day_before(self, world: World) -> None:
        with world.store() as store:
            items = world.open(store).items
            items.put(b"box", b"1", b"x", expires=world.today + 1)
            assert bytearray(b"x") == items.get(b"box", b"1")
            world.now += 86_400
            assert items.get(b"box", b"1") is None
            assert items.listed(b"box") == []

    @pytest.mark.parametrize(("box", "ident"), [(32, 64), (1, 1)])
    def test_names_at_their_bounds_serve(self, world: World, box: int, ident: int) -> None:
        with world.store() as store:
            items = world.open(store).items
            items.put(b"b" * box, b"i" * ident, b"x")
            assert bytearray(b"x") == items.get(b"b" * box, b"i" * ident)

    @pytest.mark.parametrize(("box", "ident"), [(33, 1), (0, 1), (1, 65), (1, 0)])
    def test_names_past_their_bounds_are_refused(self, world: World, box: int, ident: int) -> None:
        with world.store() as store, pytest.raises(InputError):
            world.open(store).items.put(b"b" * box, b"i" * ident, b"x")

    def test_the_largest_item_serves_and_one_byte_more_is_refused(self, world: World) -> None:
        largest = 512 * 1024
        with world.store() as store:
            items = world.open(store).items
            items.put(b"box", b"1", bytes(largest))
            store.commit()
            assert bytearray(largest) == items.get(b"box", b"1")
            with pytest.raises(InputError):
                items.put(b"box", b"1", bytes(largest + 1))


def test_all_that_was_counted_is_shown_to_its_user_bucket_by_bucket(world: World) -> None:
    """
    From the table and from what was learnt since it was folded; what was unlearnt is gone.
    """
    with world.store() as store:
        vault = world.open(store)
        world.teach(vault, 16)
        store.commit()
        world.teach(vault, 2, spam=False, start=16)
        vault.learn(world.hashes("only"), spam=True)
        vault.learn(world.hashes("only"), spam=True, undo=True)
        buckets = vault.buckets()

        assert buckets == sorted(buckets)
        # Now and then two words of one message share a bucket, and count once.
        apart = [len({*vault.keys.blind(world.hashes(*(f"{n}/{word}" for word in range(30))))}) for n in range(18)]
        assert sum(spam for _, spam, _ in buckets) == sum(apart[:16])
        assert sum(ham for _, _, ham in buckets) == sum(apart[16:])
        assert all(spam or ham for _, spam, ham in buckets)
