"""What a box keeps of a stanza."""

from contextlib import suppress

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import IntegrityError, VersionError
from providence.junk import MAX_REASONS, Item

reasons = st.lists(st.tuples(st.text(max_size=20), st.floats(allow_nan=False)), max_size=MAX_REASONS).map(tuple)
items = st.builds(
    Item, st.text(max_size=50), st.integers(0, 2**32 - 1), st.floats(0, 1), reasons, st.binary(max_size=500)
)


@given(items)
def test_an_item_comes_out_as_it_went_in(item: Item) -> None:
    assert item == Item.from_bytes(item.to_bytes())


@given(st.binary(max_size=300))
def test_no_bytes_bring_another_error_than_ours(data: bytes) -> None:
    with suppress(IntegrityError, VersionError):
        Item.from_bytes(data)


@given(items, st.data())
def test_a_cut_item_is_an_integrity_error(item: Item, data: st.DataObject) -> None:
    packed = item.to_bytes()
    length = data.draw(st.integers(0, len(packed) - 1))

    with pytest.raises(IntegrityError):
        Item.from_bytes(packed[:length])


def test_a_newer_item_is_told_from_a_damaged_one() -> None:
    with pytest.raises(VersionError):
        Item.from_bytes(msgpack.packb([2, "what", "ever"]))


def test_more_reasons_than_any_verdict_has_are_refused() -> None:
    fits = Item("a@b.example", 1, 0.5, (("BAYES", 1.0),) * MAX_REASONS, b"")
    assert fits == Item.from_bytes(fits.to_bytes())

    with pytest.raises(IntegrityError):
        Item.from_bytes(Item("a@b.example", 1, 0.5, (("BAYES", 1.0),) * (MAX_REASONS + 1), b"").to_bytes())


def test_a_map_is_refused_so_that_no_key_can_come_twice() -> None:
    with pytest.raises(IntegrityError):
        Item.from_bytes(b"\x82\xa1a\x01\xa1a\x02")


def test_an_item_shows_neither_sender_nor_stanza() -> None:
    shown = repr(Item("romeo@montague.example", 1, 0.5, (), b"<message/>"))

    assert "romeo" not in shown
    assert "message" not in shown
