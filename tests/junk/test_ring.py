"""What an open vault remembers of the last stanzas."""

from contextlib import suppress
from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import IntegrityError, VersionError
from providence.junk import MAX_IDENT, MAX_REASONS, MAX_RING, PAIR, RING_DAYS, Ring, Seen
from providence.vault import Store, Vault

ROMEO = "romeo@montague.example"
TYBALT = "tybalt@capulet.example"
# No test lives that long.
LATE = 2**32

reasons = st.lists(st.tuples(st.text(max_size=20), st.floats(allow_nan=False)), max_size=MAX_REASONS).map(tuple)
entries = st.builds(
    Seen,
    st.text(max_size=50),
    st.integers(0, 2**32),
    st.text(max_size=MAX_IDENT),
    st.sampled_from(["message", "subscribe", "invite"]),
    st.sampled_from(["deliver", "junk", "delay"]),
    st.floats(0, 1),
    reasons,
    st.binary(max_size=64),
    st.sampled_from(["", "valid", "invalid"]),
    st.sampled_from(["", "ham", "spam"]),
)


def seen(sender: str = ROMEO, ident: str = "", arrived: int = LATE) -> Seen:
    return Seen(sender, arrived, ident, "message", "deliver", 0.5, (("BAYES", 1.0),), bytes(16))


@given(entries)
def test_an_entry_comes_out_as_it_went_in(entry: Seen) -> None:
    assert entry == Seen.from_bytes(entry.to_bytes())


@given(st.binary(max_size=300))
def test_no_bytes_bring_another_error_than_ours(data: bytes) -> None:
    with suppress(IntegrityError, VersionError):
        Seen.from_bytes(data)


@pytest.mark.parametrize("cell", [4, 5, 9, 10])
def test_a_word_that_no_entry_has_is_refused(cell: int) -> None:
    fields = list(msgpack.unpackb(seen().to_bytes()))
    fields[cell] = "maybe"

    with pytest.raises(IntegrityError):
        Seen.from_bytes(msgpack.packb(fields))


def test_a_newer_entry_is_told_from_a_damaged_one() -> None:
    with pytest.raises(VersionError):
        Seen.from_bytes(msgpack.packb([2, "what", "ever"]))


def test_an_id_is_remembered_up_to_its_bound_and_found_by_all_of_it(vault: Vault) -> None:
    ring = Ring(vault)
    ring.note(seen(ident="x" * MAX_IDENT))
    ring.note(seen(ident="y" * MAX_IDENT + "z"))

    assert ["x" * MAX_IDENT] == [entry.ident for _, entry in ring.of(ROMEO, "x" * MAX_IDENT)]
    assert ["y" * MAX_IDENT] == [entry.ident for _, entry in ring.of(ROMEO, "y" * MAX_IDENT + "z")]
    with pytest.raises(IntegrityError):
        Seen.from_bytes(msgpack.packb((1, ROMEO, 1, "x" * (MAX_IDENT + 1), "message", "deliver", 0.5, (), b"", "", "")))


def test_the_oldest_entry_gives_way_at_the_bound(vault: Vault, store: Store) -> None:
    ring = Ring(vault)
    for number in range(MAX_RING):
        ring.note(seen(ident=str(number)))
    assert [str(number) for number in reversed(range(MAX_RING))] == [entry.ident for _, entry in ring]

    ring.note(seen(ident="last"))
    store.commit()
    assert MAX_RING == len(ring)
    assert ["last", "1"] == [ring.latest(1)[0][1].ident, list(ring)[-1][1].ident]


def test_an_entry_is_forgotten_on_its_day(tmp_path: object, vault: Vault) -> None:
    ring = Ring(vault)
    ring.note(seen(arrived=86_400 * (20_000 - RING_DAYS)))

    assert [] == ring.latest(1)


def test_a_sender_has_a_few_entries_and_the_newest_first(vault: Vault) -> None:
    ring = Ring(vault)
    for number in range(PAIR + 1):
        ring.note(seen(ident=str(number)))
        ring.note(seen(TYBALT))

    assert [str(number) for number in range(PAIR, 0, -1)] == [entry.ident for _, entry in ring.of(ROMEO)]
    assert [] == ring.of("mercutio@verona.example")


def test_only_the_named_stanza_is_found_if_there_is_one_of_that_name(vault: Vault) -> None:
    ring = Ring(vault)
    for number in range(PAIR + 2):
        ring.note(seen(ident=str(number)))
    ring.note(seen(TYBALT, "0"))

    assert [(ROMEO, "0")] == [(entry.sender, entry.ident) for _, entry in ring.of(ROMEO, "0")]
    assert PAIR == len(ring.of(ROMEO, "unknown"))


def test_an_entry_is_replaced_in_its_place(vault: Vault) -> None:
    ring = Ring(vault)
    first, second = ring.note(seen(ident="1")), ring.note(seen(ident="2"))
    ring.replace(first, replace(seen(ident="1"), taught="spam", answer="valid"))

    assert [second, first] == [name for name, _ in ring.latest(9)]
    assert replace(seen(ident="1"), taught="spam", answer="valid") == ring.get(first)
    assert ring.get(b"unknown") is None


def test_names_tell_neither_who_nor_when(vault: Vault) -> None:
    ring = Ring(vault)

    assert [bytes(8), bytes(7) + b"\1"] == [ring.note(seen()), ring.note(seen(TYBALT, "x", LATE + 9))]


def test_an_entry_shows_neither_sender_nor_hashes() -> None:
    shown = repr(seen(ident="secret"))

    assert not [word for word in ("romeo", "secret", "x00") if word in shown]
