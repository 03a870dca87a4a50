"""Settings: read within bounds, changed one by one, sealed."""

import contextlib
import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.control import Choices, choices_of, keep
from providence.control.choices import DOUBTFUL, MAX_CHOICES_BYTES, MAX_LINGER_HOURS, MODES, OPENINGS
from providence.errors import InputError, IntegrityError
from providence.vault import Vault

CHOICES = st.builds(
    Choices,
    st.sampled_from(OPENINGS),
    st.integers(0, MAX_LINGER_HOURS),
    st.sampled_from(MODES),
    st.sampled_from(DOUBTFUL),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(CHOICES)
def test_choices_are_read_as_they_were_written(choices: Choices) -> None:
    assert choices == Choices.parse(choices.to_bytes())


@given(CHOICES, CHOICES, st.sampled_from(sorted(asdict(Choices()))))
def test_what_is_not_named_stays_as_it_was(before: Choices, other: Choices, name: str) -> None:
    change = {name: getattr(other, name)}

    assert asdict(before) | change == asdict(Choices.parse(json.dumps(change).encode(), before))


@given(st.binary(max_size=200))
def test_whatever_comes_in_no_other_error_comes_out(raw: bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(Choices.parse(raw), Choices)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"unknown":1}',
        b'{"linger_hours":true}',
        b'{"linger_hours":1.5}',
        b'{"linger_hours":-1}',
        b'{"opening":"never"}',
        b'{"opening":1}',
        b'{"mode":"loud"}',
        b'{"doubtful":""}',
        b'{"digest":1}',
        b'{"program":"yes"}',
        b'{"forward":null}',
    ],
)
def test_what_no_setting_may_be_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        Choices.parse(raw)


def test_the_bounds_of_hours_and_of_length_hold() -> None:
    """
    At the bound it is taken, one past it refused.
    """
    assert MAX_LINGER_HOURS == Choices.parse(b'{"linger_hours":336}').linger_hours
    with pytest.raises(InputError):
        Choices.parse(b'{"linger_hours":337}')
    assert Choices() == Choices.parse(b"{}".ljust(MAX_CHOICES_BYTES))
    with pytest.raises(InputError):
        Choices.parse(b"{}".ljust(MAX_CHOICES_BYTES + 1))


def test_the_server_is_told_what_it_must_know_while_the_vault_is_locked() -> None:
    assert Choices().preferences == "mode=server, forward=no, program=no"
    assert Choices(mode="passive", forward=True).preferences == "mode=passive, forward=yes, program=no"


def test_a_vault_keeps_choices_and_says_when_they_are_none(vault: Vault) -> None:
    assert Choices() == choices_of(vault)
    keep(vault, Choices(mode="mark"))
    assert Choices(mode="mark") == choices_of(vault)

    vault.items.put(b"book", b"settings", b'{"mode":"loud"}')
    with pytest.raises(IntegrityError):
        choices_of(vault)


def test_choices_of_before_there_were_others_are_still_read(vault: Vault) -> None:
    """
    The first version sealed two settings, and had no others.
    """
    vault.items.put(b"book", b"settings", b'{"opening": "linger", "linger_hours": 3}')

    assert Choices("linger", 3) == choices_of(vault)
