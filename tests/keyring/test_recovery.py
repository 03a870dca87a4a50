from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import InputError
from providence.keyring import read, spell
from providence.keyring.recovery import MAX_TEXT_BYTES, SYMBOLS


@given(st.binary(min_size=20, max_size=20))
def test_a_code_is_read_back_as_it_was_spelt(code: bytes) -> None:
    with read(spell(code)) as again:
        assert code == again.view()


def test_a_code_is_spelt_in_eight_groups_as_rfc_4648_has_it() -> None:
    assert spell(bytes(range(20))) == b"AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4IB-CEQT"


def test_people_may_write_it_their_way() -> None:
    with read(b"aaaqeaye AUDA-0caj b1fq--ydi0 b41b ceqt") as code:
        assert bytes(range(20)) == code.view()


@pytest.mark.parametrize(
    "text", [b"", b"A" * (SYMBOLS - 1), b"A" * (SYMBOLS + 1), b"9" * SYMBOLS, b"A" * 31 + b"\xc3\x84"]
)
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(InputError):
        read(text)


def test_spaces_are_bounded() -> None:
    text = b"A" * SYMBOLS
    with read(text + b" " * (MAX_TEXT_BYTES - SYMBOLS)) as code:
        assert bytes(20) == code.view()
    with pytest.raises(InputError):
        read(text + b" " * (MAX_TEXT_BYTES - SYMBOLS + 1))


@given(st.binary(max_size=MAX_TEXT_BYTES + 5))
def test_no_text_brings_another_error(text: bytes) -> None:
    with suppress(InputError):
        read(text).wipe()
