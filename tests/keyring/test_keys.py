"""What an open vault seals, and where it opens again."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providence.errors import IntegrityError, ProvidenceError, VersionError
from providence.keyring import (
    BUCKET_BITS,
    CHUNK_BYTES,
    FULL,
    MAX_CHUNKS,
    MAX_ITEM_BYTES,
    Fold,
    HostKeys,
    Keyring,
    Keys,
    Unlock,
    spell,
)
from providence.keyring.cipher import TAG_BYTES
from providence.keyring.sealed import HEAD_BYTES, TEXT_BYTES, pad, strip

Login = Callable[..., Unlock]

some = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def refused(action: Callable[..., object], *args: object) -> type[ProvidenceError]:
    """Do what must fail; say how."""
    with pytest.raises(ProvidenceError) as caught:
        action(*args)
    return type(caught.value)


def turned(keys: Keys, table: bytes) -> Fold:
    fold = keys.fold(table)
    keys.turn(fold)
    return fold


def opened(keys: Keys, chunks: list[bytes]) -> bytes:
    into = bytearray(FULL * len(chunks))
    return bytes(into[: keys.open_table(chunks, into)])


# Tables.


@pytest.mark.parametrize("size", [*TEXT_BYTES, *(text + 1 for text in TEXT_BYTES), 0, 1, 3 * FULL - 1, 3 * FULL])
def test_a_table_comes_back_filled_up_with_zeros(keys: Keys, size: int) -> None:
    fold = turned(keys, b"t" * size)
    table = opened(keys, fold.chunks)

    assert b"t" * size == table.rstrip(b"\0")
    assert all(len(chunk) == CHUNK_BYTES[-1] for chunk in fold.chunks[:-1])
    assert len(fold.chunks[-1]) in CHUNK_BYTES
    assert len(fold.chunks) == keys.chunks == max(1, -(-(size + TAG_BYTES) // FULL))


@pytest.mark.parametrize("place", range(len(CHUNK_BYTES)))
def test_the_last_chunk_takes_the_smallest_class(keys: Keys, place: int) -> None:
    assert [CHUNK_BYTES[place]] == [len(chunk) for chunk in keys.fold(bytes(TEXT_BYTES[place])).chunks]


def test_a_table_has_a_bounded_number_of_chunks(keys: Keys) -> None:
    most = MAX_CHUNKS * FULL - TAG_BYTES
    assert len(keys.fold(bytes(most)).chunks) == MAX_CHUNKS
    with pytest.raises(ValueError, match="chunks"):
        keys.fold(bytes(most + 1))


def test_a_fold_changes_nothing_until_it_is_turned(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    first = turned(keys, b"first")
    entry = keys.seal_entry(3, b"entry")
    second = keys.fold(b"second", 7)

    assert (keys.generation, keys.head) == (1, 0)
    assert opened(keys, first.chunks).startswith(b"first")
    assert keys.open_entry(3, entry) == b"entry"
    keys.turn(second)
    assert (2, 7) == (keys.generation, keys.head) == (second.generation, second.head.head)
    assert opened(keys, second.chunks).startswith(b"second")
    assert IntegrityError is refused(opened, keys, first.chunks)
    assert IntegrityError is refused(keys.open_entry, 3, entry)

    stored = ring.open(keys.uid, second.record, [login()], today)
    assert opened(stored, second.chunks).startswith(b"second")


def test_slots_that_come_between_fold_and_turn_stay(keys: Keys, today: int) -> None:
    fold = keys.fold(b"")
    keys.ticket(today + 5)
    keys.turn(fold)

    assert len(keys.slots) == 2
    assert keys.generation == 1


def test_only_a_fold_of_the_present_generation_can_be_turned(keys: Keys) -> None:
    stale = keys.fold(b"stale")
    turned(keys, b"")
    turned(keys, b"")

    with pytest.raises(ValueError, match="follow"):
        keys.turn(stale)


def test_a_fold_that_was_not_stored_can_be_forgotten(keys: Keys) -> None:
    fold = keys.fold(b"lost")
    fold.wipe()

    assert turned(keys, b"next").generation == 1


def test_what_was_written_is_gone_when_a_later_chunk_is_damaged(keys: Keys) -> None:
    chunks = turned(keys, b"t" * (FULL + 1)).chunks
    into = bytearray(2 * FULL)

    assert IntegrityError is refused(keys.open_table, [chunks[0], chunks[1][:-1] + b"\0"], into)
    assert not any(into)


def test_a_table_needs_each_of_its_chunks_in_its_place(keys: Keys) -> None:
    first, second, third = turned(keys, b"t" * (2 * FULL + 1)).chunks
    wrong = [[], [first], [first, second], [first, third, second], [first, second, second], [second, first, third]]

    for chunks in [*wrong, [first, second, third, third]]:
        assert IntegrityError is refused(opened, keys, chunks)


def test_each_chunk_is_of_one_sealing(keys: Keys) -> None:
    """
    The same table, sealed twice for the same generation: a chunk of one does not pass in the other.
    """
    table = b"t" * (2 * FULL)
    other, fold = keys.fold(table), keys.fold(table)
    keys.turn(fold)

    for place in range(3):
        mixed = [*fold.chunks[:place], other.chunks[place], *fold.chunks[place + 1 :]]
        assert IntegrityError is refused(opened, keys, mixed)
        # Nor does its text under the head of the right one.
        mixed[place] = fold.chunks[place][:HEAD_BYTES] + other.chunks[place][HEAD_BYTES:]
        assert IntegrityError is refused(opened, keys, mixed)


def test_each_byte_of_each_head_counts(keys: Keys) -> None:
    chunks = turned(keys, b"t" * (2 * FULL)).chunks

    for chunk in range(3):
        for place in range(HEAD_BYTES):
            flipped = bytearray(chunks[chunk])
            flipped[place] ^= 2
            expected = VersionError if place == 3 else IntegrityError
            assert expected is refused(opened, keys, [*chunks[:chunk], bytes(flipped), *chunks[chunk + 1 :]])


def test_tables_and_entries_have_one_key_and_do_not_pass_for_each_other(keys: Keys) -> None:
    chunk = turned(keys, b"").chunks[0]
    entry = keys.seal_entry(0, bytes(TEXT_BYTES[0]))

    assert len(entry) == len(chunk)
    assert IntegrityError is refused(opened, keys, [chunk[:4] + entry[4:]])
    assert IntegrityError is refused(keys.open_entry, 0, entry[:4] + chunk[4:])


def test_the_mark_of_a_clean_lock_is_stored(ring: Keyring, keys: Keys) -> None:
    keys.mark(12)

    assert 12 == keys.head == ring.envelope(keys.uid, keys.record()).head


# Blinding.


def test_blinding_is_a_vaults_own(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    hashes = bytes(range(160))
    other = ring.create(keys.uid, [login()], today)

    assert keys.blind(hashes) == ring.open(keys.uid, keys.record(), [login()], today).blind(hashes)
    assert keys.blind(hashes) != other.blind(hashes)
    assert len(keys.blind(hashes)) == 10


def test_buckets_fill_their_space_evenly(keys: Keys) -> None:
    buckets = keys.blind(b"".join(number.to_bytes(16) for number in range(20_000)))
    counts = [0] * 16
    for bucket in buckets:
        counts[bucket >> (BUCKET_BITS - 4)] += 1

    assert max(buckets) < 1 << BUCKET_BITS
    assert all(1050 < count < 1450 for count in counts)


def test_half_a_hash_is_a_mistake(keys: Keys) -> None:
    assert not keys.blind(b"")
    with pytest.raises(ValueError, match="16"):
        keys.blind(bytes(17))


# Items, entries, queue.


@some
@given(plain=st.binary(max_size=3000), box=st.binary(max_size=255), ident=st.binary(max_size=255))
def test_items_come_back_from_their_place(keys: Keys, plain: bytes, box: bytes, ident: bytes) -> None:
    sealed = keys.seal_item(box, ident, plain)

    assert plain == keys.open_item(box, ident, sealed)


@some
@given(plain=st.binary(max_size=3000))
def test_padding_is_undone_and_hides_the_length(plain: bytes) -> None:
    with pad(plain) as padded:
        assert plain == strip(padded.view())
        assert len(padded).bit_count() == 1


@some
@given(st.binary(max_size=300))
def test_only_what_pad_made_is_stripped(padded: bytes) -> None:
    try:
        plain = strip(padded)
    except IntegrityError:
        return
    with pad(plain) as again:
        assert padded == again.view()


def test_items_go_to_their_bounds(keys: Keys) -> None:
    name = b"n" * 255
    assert len(keys.open_item(name, name, keys.seal_item(name, name, bytes(MAX_ITEM_BYTES)))) == MAX_ITEM_BYTES
    for box, ident, size in ((name, name, MAX_ITEM_BYTES + 1), (name + b"n", b"", 0), (b"", name + b"n", 0)):
        with pytest.raises(ValueError, match="too long"):
            keys.seal_item(box, ident, bytes(size))


def test_a_box_and_a_name_do_not_run_into_each_other(keys: Keys) -> None:
    sealed = keys.seal_item(b"junk", b"1", b"item")

    for box, ident in ((b"junk1", b""), (b"jun", b"k1"), (b"", b"junk1"), (b"junk", b"2")):
        assert IntegrityError is refused(keys.open_item, box, ident, sealed)


def test_the_same_text_is_never_sealed_alike(ring: Keyring, keys: Keys) -> None:
    envelope = ring.envelope(keys.uid, keys.record())

    seals: list[Callable[[], bytes]] = [
        lambda: keys.seal_item(b"box", b"1", b"text"),
        lambda: keys.seal_entry(1, b"text"),
        lambda: envelope.seal(b"text"),
        keys.record,
        lambda: keys.fold(b"text").chunks[0],
    ]
    for seal in seals:
        assert seal() != seal()


def test_what_was_queued_is_read_by_the_owner_only(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    sealed = ring.envelope(keys.uid, keys.record()).seal(b"waiting")
    other = ring.create(keys.uid, [login()], today)

    assert keys.open_queued(sealed) == b"waiting"
    assert IntegrityError is refused(other.open_queued, sealed)


def test_a_renewed_pair_reads_nothing_that_was_queued_before(
    ring: Keyring, keys: Keys, login: Login, today: int
) -> None:
    for make in (keys.renew, lambda: keys.fold(b"", renew=True)):
        old = ring.envelope(keys.uid, keys.record()).seal(b"old")
        fold = make()
        assert keys.open_queued(old) == b"old"
        keys.turn(fold)
        new = ring.envelope(keys.uid, fold.record).seal(b"new")
        assert keys.open_queued(new) == b"new"
        assert ring.open(keys.uid, fold.record, [login()], today).open_queued(new) == b"new"
        assert IntegrityError is refused(keys.open_queued, old)


def test_a_plain_fold_keeps_the_pair(ring: Keyring, keys: Keys) -> None:
    old = ring.envelope(keys.uid, keys.record()).seal(b"old")
    turned(keys, b"")

    assert keys.open_queued(old) == b"old"


def test_a_queued_value_moves_to_a_new_epoch(host: HostKeys, ring: Keyring, keys: Keys) -> None:
    sealed = ring.envelope(keys.uid, keys.record()).seal(b"waiting")
    host.rotate()
    moved = ring.rehost_queued(keys.uid, sealed)
    host.retire()

    assert keys.open_queued(moved) == b"waiting"
    assert IntegrityError is refused(keys.open_queued, sealed)


# A vault that was set aside.


def test_a_vault_adopts_the_one_before_it(ring: Keyring, login: Login, keys: Keys, today: int) -> None:
    fold = turned(keys, b"learnt")
    item = keys.seal_item(b"junk", b"1", b"item")
    queued = ring.envelope(keys.uid, keys.record()).seal(b"queued")
    buckets = keys.blind(bytes(16))
    code = keys.recovery(today)
    assert len(spell(code.view())) == 39

    fresh = ring.create(keys.uid, [login(b"n", salt=b"new")], today)
    fresh.adopt(keys)
    keys.lock()
    stored = ring.open(fresh.uid, fresh.record(), [login(b"n", salt=b"new")], today)
    assert opened(stored, fold.chunks).startswith(b"learnt")
    assert stored.open_item(b"junk", b"1", item) == b"item"
    assert stored.open_queued(queued) == b"queued"
    assert buckets == stored.blind(bytes(16))
    assert len(stored.slots) == 1


def test_a_vault_does_not_adopt_a_strangers(ring: Keyring, login: Login, keys: Keys, today: int) -> None:
    other = ring.create(ring.uid("c@d.example"), [login()], today)

    with pytest.raises(ValueError, match="same user"):
        other.adopt(keys)


# Every record type, each way of being something else.


class Sealed:
    """One sealed value of a kind, and how it is opened."""

    def __init__(self, value: bytes, unseal: Callable[[bytes], object]) -> None:
        self.value = value
        self.open = unseal


def every(ring: Keyring, keys: Keys, login: Login, today: int) -> Iterator[tuple[str, Sealed]]:
    fold = turned(keys, b"table")
    record = keys.record()
    yield "table", Sealed(fold.chunks[0], lambda value: opened(keys, [value]))
    yield "entry", Sealed(keys.seal_entry(1, b"entry"), lambda value: keys.open_entry(1, value))
    yield "item", Sealed(keys.seal_item(b"b", b"i", b"item"), lambda value: keys.open_item(b"b", b"i", value))
    yield "queue", Sealed(ring.envelope(keys.uid, record).seal(b"text"), keys.open_queued)
    yield "keyring", Sealed(record, lambda value: ring.open(keys.uid, value, [login()], today))
    yield "envelope", Sealed(record, lambda value: ring.envelope(keys.uid, value))
    yield "rehost", Sealed(record, lambda value: ring.rehost(keys.uid, value))


@pytest.fixture(params=["table", "entry", "item", "queue", "keyring", "envelope", "rehost"])
def sealed(request: pytest.FixtureRequest, ring: Keyring, keys: Keys, login: Login, today: int) -> Sealed:
    return dict(every(ring, keys, login, today))[request.param]


def test_a_flip_of_any_byte_is_the_one_error(sealed: Sealed) -> None:
    """
    A higher digit in the fourth byte says that something newer wrote this; all else is integrity.
    """
    sealed.open(sealed.value)
    for place in range(len(sealed.value)):
        for bit in (1, 2, 128):
            flipped = bytearray(sealed.value)
            flipped[place] ^= bit
            newer = place == 3 and ord("1") < flipped[3] <= ord("9")
            expected = VersionError if newer else IntegrityError
            assert expected is refused(sealed.open, bytes(flipped)), place


def test_a_cut_or_longer_value_is_the_one_error(sealed: Sealed) -> None:
    for length in range(len(sealed.value)):
        assert IntegrityError is refused(sealed.open, sealed.value[:length])
    assert IntegrityError is refused(sealed.open, sealed.value + b"\0")


def test_a_value_of_another_kind_is_the_one_error(
    sealed: Sealed, ring: Keyring, keys: Keys, login: Login, today: int
) -> None:
    for name, other in every(ring, keys, login, today):
        if other.value[:4] != sealed.value[:4]:
            for value in (other.value, sealed.value[:4] + other.value[4:]):
                assert IntegrityError is refused(sealed.open, value), name


@some
@given(noise=st.binary(max_size=200))
def test_noise_is_the_one_error(ring: Keyring, keys: Keys, login: Login, today: int, noise: bytes) -> None:
    for _, kind in every(ring, keys, login, today):
        assert IntegrityError is refused(kind.open, kind.value[:4] + noise)


def test_nothing_opens_for_another_user_or_vault(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    strangers = ring.create(ring.uid("c@d.example"), [login()], today)
    sisters = ring.create(keys.uid, [login()], today)
    values = {name: kind.value for name, kind in every(ring, keys, login, today)}
    for other in (strangers, sisters):
        turned(other, b"table")
        assert IntegrityError is refused(opened, other, [values["table"]])
        assert IntegrityError is refused(other.open_entry, 1, values["entry"])
        assert IntegrityError is refused(other.open_item, b"b", b"i", values["item"])
        assert IntegrityError is refused(other.open_queued, values["queue"])
    assert IntegrityError is refused(ring.envelope, strangers.uid, values["keyring"])
    assert IntegrityError is refused(ring.rehost_queued, strangers.uid, values["queue"])


def test_labels_bind_even_under_the_same_keys(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    """
    A copy of the keys whose head says another vault, or another generation, opens nothing.
    """
    values = {name: kind.value for name, kind in every(ring, keys, login, today)}
    for change in ({"vid": keys.vid ^ 1}, {"generation": keys.generation + 1}):
        other = ring.open(keys.uid, values["keyring"], [login()], today)
        other._set_head(other._head._replace(**change))  # type: ignore[arg-type]  # noqa: SLF001  # the attack
        assert IntegrityError is refused(opened, other, [values["table"]])
        assert IntegrityError is refused(other.open_entry, 1, values["entry"])
        if "vid" in change:
            assert IntegrityError is refused(other.open_item, b"b", b"i", values["item"])
            assert IntegrityError is refused(other.open_queued, values["queue"])


def test_an_entry_opens_at_its_number_only(keys: Keys) -> None:
    sealed = keys.seal_entry(1, b"entry")

    for seq in (0, 2, 2**32 - 1):
        assert IntegrityError is refused(keys.open_entry, seq, sealed)
