"""The `Slots` header and the secrets it divides."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import FrameError
from providence.pnp import (
    SECRET_BYTES,
    SlotKind,
    SlotName,
    format_slots,
    parse_slots,
    split_secrets,
)
from providence.pnp.limits import (
    MAX_ITERATIONS,
    MAX_PASSWORD,
    MAX_SALT,
    MAX_SLOTS,
)

PASSWORD = SlotName(SlotKind.PASSWORD)
scrams = st.builds(
    SlotName,
    st.just(SlotKind.SCRAM),
    st.sampled_from(["sha-1", "sha-256", "sha-512"]),
    st.binary(min_size=1, max_size=MAX_SALT),
    st.integers(1, MAX_ITERATIONS),
)
others = st.sampled_from([SlotKind.TICKET, SlotKind.RECOVERY, SlotKind.RESIDENT])
slots = st.lists(st.one_of(scrams, others.map(SlotName)), min_size=1, max_size=MAX_SLOTS, unique=True)


def scram(salt: bytes, iterations: int) -> str:
    return f"scram;hash=sha-1;salt={base64.b64encode(salt).decode()};i={iterations}"


@given(slots)
def test_slots_are_read_as_they_were_written(names: list[SlotName]) -> None:
    assert tuple(names) == parse_slots(format_slots(names))


@given(slots)
def test_a_body_is_divided_in_the_order_of_the_header(names: list[SlotName]) -> None:
    secrets = [bytes([n]) * SECRET_BYTES[name.kind] for n, name in enumerate(names)]
    body = memoryview(b"".join(secrets))

    assert secrets == split_secrets(names, body)
    with pytest.raises(FrameError):
        split_secrets(names, memoryview(bytes(body) + b"!"))


@given(st.text(max_size=60))
def test_no_header_brings_another_error(header: str) -> None:
    try:
        names = parse_slots(header)
    except FrameError:
        return
    assert names == parse_slots(format_slots(names))


def test_the_bounds_hold_and_no_more() -> None:
    assert parse_slots(scram(bytes(MAX_SALT), MAX_ITERATIONS))
    most = [scram(bytes([n]), 1) for n in range(MAX_SLOTS)]
    assert len(parse_slots(",".join(most))) == MAX_SLOTS
    assert split_secrets([PASSWORD], memoryview(bytes(MAX_PASSWORD)))
    for header in (
        scram(bytes(MAX_SALT + 1), 1),
        scram(b"salt", MAX_ITERATIONS + 1),
        ",".join([*most, "ticket"]),
    ):
        with pytest.raises(FrameError, match="bad-slots"):
            parse_slots(header)
    for size in (0, MAX_PASSWORD + 1):
        with pytest.raises(FrameError, match="bad-slots"):
            split_secrets([PASSWORD], memoryview(bytes(size)))


def test_a_slot_shows_neither_salt_nor_iterations() -> None:
    assert repr(parse_slots(scram(b"salt", 4096))[0]) == ("SlotName(kind=<SlotKind.SCRAM: 'scram'>, hash='sha-1')")
