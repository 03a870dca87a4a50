import copy
import pickle
from collections.abc import Callable

import pytest

from providence.keyring import HostKeys, Keyring, Keys, Secret, SlotKind, Unlock, wipe
from providence.keyring.secret import ENTROPY_BYTES, randomise


def test_a_taken_buffer_is_wiped_and_its_bytes_live_on_in_the_secret() -> None:
    buffer = bytearray(b"hunter2")

    secret = Secret.take(buffer)

    assert bytes(7) == buffer
    assert bytearray(b"hunter2") == secret.view()


def test_a_part_of_a_buffer_can_be_taken() -> None:
    buffer = bytearray(b"head hunter2")

    secret = Secret.take(memoryview(buffer)[5:])

    assert b"head " + bytes(7) == buffer
    assert len(secret) == 7


def test_a_secret_is_zeros_after_its_block() -> None:
    with Secret(b"hunter2") as secret:
        view = secret.view()

    assert bytes(7) == view


def test_a_secret_that_nobody_holds_is_wiped() -> None:
    view = Secret(b"hunter2").view()

    assert bytes(7) == view


@pytest.mark.parametrize("length", [0, 32, ENTROPY_BYTES, ENTROPY_BYTES + 1, 1000])
def test_random_bytes_fill_the_whole_buffer(length: int) -> None:
    first, second = bytearray(length), bytearray(length)
    randomise(first)
    randomise(second)

    assert first != second or not length
    assert not any(first[at : at + 32] == bytes(32) for at in range(length - 31))


def test_an_empty_buffer_can_be_wiped() -> None:
    wipe(bytearray())


@pytest.fixture(params=["secret", "unlock", "host", "pinner", "ring", "keys", "envelope", "fold", "wrapper"])
def faceless(request: pytest.FixtureRequest, host: HostKeys, ring: Keyring, keys: Keys, today: int) -> object:
    unlock = Unlock(SlotKind.PASSWORD, Secret(b"hunter2"))
    made: dict[str, object] = {
        "secret": Secret(b"hunter2"),
        "unlock": unlock,
        "host": host,
        "pinner": host.pinner(),
        "ring": ring,
        "keys": keys,
        "envelope": ring.envelope(keys.uid, keys.record()),
        "fold": keys.fold(b"hunter2"),
        "wrapper": ring.prepare(keys.uid, [Unlock(SlotKind.RESIDENT)], today)[0],
    }
    return made[request.param]


def test_what_holds_a_key_shows_its_type_and_nothing_else(faceless: object) -> None:
    name = type(faceless).__name__

    assert repr(faceless) in {f"<{name}>", "<Unlock password>"}
    assert repr(faceless) == str(faceless) == f"{faceless}"


@pytest.mark.parametrize("action", [pickle.dumps, copy.copy, copy.deepcopy, hash, bytes])
def test_what_holds_a_key_is_not_pickled_copied_or_turned_to_bytes(
    faceless: object, action: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError):
        action(faceless)


def test_what_holds_a_key_is_not_compared(faceless: object) -> None:
    with pytest.raises(TypeError):
        assert faceless == object()
