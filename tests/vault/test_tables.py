"""Tables, overlays, folding and the journal, as plain values."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import InputError, IntegrityError, VersionError
from providence.vault import journal
from providence.vault.folding import MAX_COUNT, MAX_WEIGHT, blank, fold
from providence.vault.journal import Entry
from providence.vault.overlays import Overlay
from providence.vault.tables import HEADER, MAX_IDS, MAX_RECEIPTS, OLD_SCHEMA, RECEIPT_BYTES, Table, Totals

IDS = st.integers(0, 2**20 - 1)
TRAININGS = st.lists(
    st.builds(
        Entry,
        ids=st.sets(IDS, max_size=64).map(tuple),
        spam=st.booleans(),
        undo=st.just(value=False),
        step=st.integers(-999, 999),
        receipt=st.just(0),
    ),
    max_size=20,
)
QUOTA = 65_536


def overlay_of(trainings: list[Entry]) -> Overlay:
    overlay = Overlay()
    for entry in trainings:
        overlay.add(entry)
    return overlay


def folded(trainings: list[Entry], plain: bytearray | None = None, quota: int = QUOTA) -> bytearray:
    plain = blank(0, Totals(0, 0), 0, 0) if plain is None else plain
    with memoryview(plain) as view, Table(view) as table:
        return fold(table, overlay_of(trainings), 7, quota)


def content(plain: bytearray) -> dict[int, tuple[int, int, int]]:
    with memoryview(plain) as view, Table(view) as table:
        ids = list(table.ids)
        assert sorted(set(ids)) == ids
        counts, weights = table.look_up(ids)
        return {ident: (*count, weight) for ident, count, weight in zip(ids, counts, weights, strict=True)}


def expected(trainings: list[Entry]) -> dict[int, tuple[int, int, int]]:
    counts: dict[int, tuple[int, int, int]] = {}
    for ids, spam, _, step, _ in trainings:
        for ident in ids:
            old = counts.get(ident, (0, 0, 0))
            counts[ident] = (old[0] + spam, old[1] + (not spam), old[2] + step)
    return counts


@given(TRAININGS)
def test_a_folded_table_says_what_was_learnt(trainings: list[Entry]) -> None:
    assert expected(trainings) == content(folded(trainings))


@given(TRAININGS, TRAININGS)
def test_folding_in_two_steps_or_one_is_the_same(first: list[Entry], second: list[Entry]) -> None:
    assert content(folded(first + second)) == content(folded(second, folded(first)))


@given(TRAININGS)
def test_what_is_learnt_and_undone_leaves_nothing(trainings: list[Entry]) -> None:
    plain = folded(trainings)
    undo = Overlay()
    for entry in trainings:
        undo.add(entry._replace(undo=True, step=-entry.step))
    with memoryview(plain) as view, Table(view) as table:
        after = fold(table, undo, 8, QUOTA)
    assert content(after) == {}
    with memoryview(after) as view, Table(view) as table:
        assert table.totals == (0, 0)
        assert len(table.receipts) == 0


@given(TRAININGS, st.lists(IDS, max_size=64))
def test_an_overlay_says_what_the_folded_table_will(trainings: list[Entry], asked: list[int]) -> None:
    counts, weights = [(0, 0)] * len(asked), [0] * len(asked)
    overlay_of(trainings).apply(asked, counts, weights)
    with memoryview(folded(trainings)) as view, Table(view) as table:
        assert table.look_up(asked) == (counts, weights)


def test_a_count_saturates() -> None:
    plain = folded([Entry((5,), spam=True, undo=False)])
    many = Overlay()
    for _ in range(MAX_COUNT + 3):
        many.add(Entry((5,), spam=True, undo=False, step=1))
    with memoryview(plain) as view, Table(view) as table:
        assert content(fold(table, many, 7, QUOTA)) == {5: (MAX_COUNT, 0, MAX_WEIGHT)}


def test_a_table_at_its_quota_keeps_everything_and_past_it_an_eighth_goes() -> None:
    messages = [Entry(tuple(range(64 * part, 64 * part + 64)), spam=True, undo=False) for part in range(16)]
    at_quota = folded(messages, quota=1024)
    assert len(content(at_quota)) == 1024
    assert len(content(folded([Entry((2**19,), spam=True, undo=False)], at_quota, quota=1024))) == 896


def test_the_largest_quota_is_outgrown_like_any_other() -> None:
    messages = [Entry(tuple(range(64 * part, 64 * part + 64)), spam=True, undo=False) for part in range(MAX_IDS // 64)]
    largest = folded(messages, quota=MAX_IDS)
    assert len(content(largest)) == MAX_IDS
    assert len(content(folded([Entry((2**19,), spam=True, undo=False)], largest, quota=MAX_IDS))) == MAX_IDS * 7 // 8


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
        assert table.count * 10 + len(table.receipts) * RECEIPT_BYTES + HEADER.size <= len(raw)


ENTRIES = st.builds(
    Entry,
    st.lists(IDS, max_size=64).map(tuple),
    st.booleans(),
    st.booleans(),
    st.integers(-32768, 32767),
    st.integers(0, 65535),
)


@given(ENTRIES)
def test_a_journal_entry_is_what_was_encoded(entry: Entry) -> None:
    assert entry == journal.decode(journal.encode(entry))


def test_an_entry_of_the_first_format_is_read_as_one_without_a_step() -> None:
    old = bytearray.fromhex("0100020005000000") + bytearray.fromhex("07000000") + bytes(4 * 30)
    assert Entry((5, 7), spam=True, undo=False) == journal.decode(old)


def test_a_table_of_the_first_schema_is_read_and_folded_into_the_second() -> None:
    header = HEADER.pack(1, OLD_SCHEMA, 7, 3, 2, 1, 0)
    old = bytearray(header + bytes.fromhex("05000000020001000700"))
    assert content(old) == {5: (2, 1, 0)}
    assert content(folded([Entry((5,), spam=True, undo=False, step=-9)], old)) == {5: (3, 1, -9)}


def test_the_latest_receipts_are_kept_and_no_more() -> None:
    trainings = [Entry((1,), spam=True, undo=False, step=at, receipt=at) for at in range(MAX_RECEIPTS + 1)]
    with memoryview(folded(trainings)) as view, Table(view) as table:
        assert list(range(1, MAX_RECEIPTS + 1)) == list(table.receipts) == list(table.steps)


def test_too_many_receipts_are_refused() -> None:
    plain = blank(0, Totals(0, 0), 0, 0, MAX_RECEIPTS + 1)
    with memoryview(plain) as view, pytest.raises(IntegrityError):
        Table(view)


@pytest.mark.parametrize(("count", "size"), [(0, 136), (32, 136), (33, 264), (64, 264)])
def test_an_entry_shows_one_of_two_sizes(count: int, size: int) -> None:
    assert size == len(journal.encode(Entry(tuple(range(count)), spam=True, undo=False)))


def test_sixty_five_ids_are_too_many_for_an_entry() -> None:
    with pytest.raises(InputError):
        journal.encode(Entry(tuple(range(65)), spam=True, undo=False))


@given(st.binary(max_size=300) | st.binary(min_size=132, max_size=132) | st.binary(min_size=264, max_size=264))
def test_no_bytes_bring_anything_but_our_errors_from_an_entry(raw: bytes) -> None:
    with contextlib.suppress(IntegrityError, VersionError):
        assert len(journal.decode(bytearray(raw)).ids) <= 64
