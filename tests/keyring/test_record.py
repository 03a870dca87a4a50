"""What whoever holds the host key, but no user's secret, can do to a body: nothing."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providence.errors import AccessError, IntegrityError, SecretError, StorageError, VersionError
from providence.keyring import Keyring, Keys, Unlock, purposes
from providence.keyring.derivation import LANES, MEMORY_KIB, PASSES, Cost, Kdf
from providence.keyring.record import BODY_BYTES, HEAD, MAGIC, Body, open_host, seal_host
from providence.keyring.slots import FACTS, SLOT_BYTES, Facts
from providence.keyring.unlocks import SlotKind

Login = Callable[..., Unlock]


@pytest.fixture
def body(ring: Keyring, keys: Keys) -> bytes:
    with open_host(ring.host, MAGIC, purposes.KEYRING, keys.uid, keys.record()) as opened:
        return bytes(opened.view())


def test_a_flip_of_any_byte_of_the_body_opens_nothing(
    ring: Keyring, keys: Keys, login: Login, today: int, body: bytes
) -> None:
    """
    What names the secret makes it a wrong one, what names the form a newer one; all else is integrity.
    """
    slot = HEAD.size + 156
    named = {*range(slot + 8, slot + 40), *range(slot + 48, slot + 80)}
    for place in range(BODY_BYTES):
        flipped = bytearray(body)
        flipped[place] ^= 1
        record = seal_host(ring.host, MAGIC, purposes.KEYRING, keys.uid, flipped)
        expected = SecretError if place in named else VersionError if place < 4 else IntegrityError
        with pytest.raises((StorageError, AccessError)) as caught:
            ring.open(keys.uid, record, [login()], today)
        # The slot's hash, expiry and the number of slots may also hide the slot from its secret.
        hidden = place in {slot + 41 - 1, slot + 44, slot + 45, 22}
        assert caught.type in ({expected, SecretError} if hidden else {expected}), place


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.dictionaries(st.integers(0, BODY_BYTES - 1), st.integers(0, 255), max_size=20))
def test_no_body_brings_an_error_but_ours(body: bytes, places: dict[int, int]) -> None:
    changed = bytearray(body)
    for place, value in places.items():
        changed[place] = value
    try:
        parsed = Body.parse(changed)
    except StorageError:
        return
    assert parsed.head.slots == len(parsed.slots)


@given(st.binary(min_size=SLOT_BYTES, max_size=SLOT_BYTES))
def test_a_slot_that_is_read_is_written_back_as_it_was(packed: bytes) -> None:
    try:
        facts = Facts.parse(packed)
    except IntegrityError:
        return
    assert packed[: FACTS.size] == facts.pack()


def slot(cost: Cost, kind: SlotKind = SlotKind.PASSWORD) -> bytes:
    return Facts(kind, cost, bytes(16), bytes(16), "", 1).pack()


@pytest.mark.parametrize("place", [0, -1])
def test_argon2id_is_read_at_its_floor_and_ceiling(place: int) -> None:
    cost = Cost(Kdf.ARGON2ID, PASSES[place], LANES[place], MEMORY_KIB[place])

    assert cost == Facts.parse(slot(cost)).cost


@pytest.mark.parametrize(
    "cost",
    [
        Cost(Kdf.ARGON2ID, 0, 1, 19456),
        Cost(Kdf.ARGON2ID, 11, 1, 19456),
        Cost(Kdf.ARGON2ID, 2, 0, 19456),
        Cost(Kdf.ARGON2ID, 2, 5, 19456),
        Cost(Kdf.ARGON2ID, 2, 1, MEMORY_KIB[0] - 1),
        Cost(Kdf.ARGON2ID, 2, 1, MEMORY_KIB[-1] + 1),
        Cost(Kdf.ARGON2ID, 255, 255, 2**32 - 1),
        Cost(Kdf.HKDF),
        Cost(Kdf.HKDF, 0, 0, 19456),
    ],
)
def test_a_password_slot_past_its_bounds_is_refused(cost: Cost) -> None:
    with pytest.raises(IntegrityError):
        Facts.parse(slot(cost))


def test_what_is_random_may_be_cheap() -> None:
    assert Facts.parse(slot(Cost(Kdf.HKDF), SlotKind.TICKET)).cost.kdf is Kdf.HKDF
