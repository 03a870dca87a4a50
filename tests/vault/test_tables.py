"""Tables, overlays, folding and the journal, as plain values."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import InputError, IntegrityError, VersionError
from providence.vault import journal
from providence.vault.folding import MAX_COUNT, blank, fold
from providence.vault.overlays import Overlay
from providence.vault.tables import HEADER, MAX_IDS, Table, Totals

IDS = st.integers(0, 2**20 - 1)
TRAININGS = st.lists(st.tuples(st.sets(IDS, max_size=64), st.booleans()), max_size=20)
QUOTA = 65_536


def overlay_of(trainings: list[tuple[set[int], bool]]) -> Overlay:
    overlay = Overlay()
    for ids, spam in trainings:
        overlay.add(ids, spam=spam, undo=False)
    return overlay


def folded(trainings: list[tuple[set[int], bool]], plain: bytearray | None = None, quota: int = QUOTA) -> bytearray:
    plain = blank(0, Totals(0, 0), 0, 0) if plain is None else plain
    with memoryview(plain) as view, Table(view) as table:
        return fold(table, overlay_of(trainings), 7, quota)


def content(plain: bytearray) -> dict[int, tuple[int, int]]:
    with memoryview(plain) as view, Table(view) as table:
        ids = list(table.ids)
        assert sorted(set(ids)) == ids
        return dict(zip(ids, table.look_up(ids), strict=True))


def expected(trainings: list[tuple[set[int], bool]]) -> dict[int, tuple[int, int]]:
    counts: dict[int, tuple[int, int]] = {}
    for ids, spam in trainings:
        for ident in ids:
            old = counts.get(ident, (0, 0))
            counts[ident] = (old[0] + spam, old[1] + (not spam))
    return counts


@given(TRAININGS)
def test_a_folded_table_says_what_was_learnt(trainings: list[tuple[set[int], bool]]) -> None:
    assert expected(trainings) == content(folded(trainings))


@given(TRAININGS, TRAININGS)
def test_folding_in_two_steps_or_one_is_the_same(
    first: list[tuple[set[int], bool]], second: list[tuple[set[int], bool]]
) -> None:
    assert content(folded(first + second)) == content(folded(second, folded(first)))


@given(TRAININGS)
def test_what_is_learnt_and_undone_leaves_nothing(trainings: list[tuple[set[int], bool]]) -> None:
    plain = folded(trainings)
    undo = Overlay()
    for ids, spam in trainings:
        undo.add(ids, spam=spam, undo=True)
    with memoryview(plain) as view, Table(view) as table:
        after = fold(table, undo, 8, QUOTA)
    assert content(after) == {}
    with memoryview(after) as view, Table(view) as table:
        assert table.totals == (0, 0)


@given(TRAININGS, st.lists(IDS, max_size=64))
def test_an_overlay_says_what_the_folded_table_will(trainings: list[tuple[set[int], bool]], asked: list[int]) -> None:
    counts = [(0, 0)] * len(asked)
    overlay_of(trainings).apply(asked, counts)
    with memoryview(folded(trainings)) as view, Table(view) as table:
        assert table.look_up(asked) == counts


def test_a_count_saturates() -> None:
    plain = folded([({5}, True)])
    many = Overlay()
    for _ in range(MAX_COUNT + 3):
        many.add([5], spam=True, undo=False)
    with memoryview(plain) as view, Table(view) as table:
        assert content(fold(table, many, 7, QUOTA)) == {5: (MAX_COUNT, 0)}


def test_a_table_at_its_quota_keeps_everything_and_past_it_an_eighth_goes() -> None:
    message = set(range(64))
    at_quota = folded([({64 * part + ident for ident in message}, True) for part in range(16)], quota=1024)
    assert len(content(at_quota)) == 1024
    assert len(content(folded([({2**19}, True)], at_quota, quota=1024))) == 896


def test_the_largest_table_serves_and_one_id_more_is_refused() -> None:
    plain = blank(MAX_IDS, Totals(1, 1), 1, 1)
    with memoryview(plain) as view, Table(view) as table:
        assert table.count == MAX_IDS
    over = blank(MAX_IDS + 1, Totals(1, 1), 1, 1)
    with memoryview(over) as view, pytest.raises(IntegrityError):
        Table(view)


def test_a_table_of_another_schema_is_a_version_error() -> None:
    plain = blank(0, Totals(0, 0), 0, 0)
    plain[4] += 1
    with memoryview(plain) as view, pytest.raises(VersionError):
        Table(view)


@given(st.binary(max_size=200))
def test_no_bytes_bring_anything_but_our_errors_from_a_table(raw: bytes) -> None:
    with contextlib.suppress(IntegrityError, VersionError), memoryview(raw) as view, Table(view) as table:
        assert table.count * 10 + HEADER.size <= len(raw)


@given(st.lists(IDS, max_size=64), st.booleans(), st.booleans())
def test_a_journal_entry_is_what_was_encoded(ids: list[int], spam: bool, undo: bool) -> None:
    entry = journal.decode(journal.encode(ids, spam=spam, undo=undo))
    assert (tuple(ids), spam, undo) == entry


@pytest.mark.parametrize(("count", "size"), [(0, 132), (32, 132), (33, 260), (64, 260)])
def test_an_entry_shows_one_of_two_sizes(count: int, size: int) -> None:
    assert size == len(journal.encode(range(count), spam=True, undo=False))


def test_sixty_five_ids_are_too_many_for_an_entry() -> None:
    with pytest.raises(InputError):
        journal.encode(range(65), spam=True, undo=False)


@given(st.binary(max_size=300) | st.binary(min_size=132, max_size=132) | st.binary(min_size=260, max_size=260))
def test_no_bytes_bring_anything_but_our_errors_from_an_entry(raw: bytes) -> None:
    with contextlib.suppress(IntegrityError, VersionError):
        assert len(journal.decode(bytearray(raw)).ids) <= 64
