"""Lessons on their way into the vault."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import IntegrityError
from providence.pipeline import Lesson, learn
from providence.vault import Store, Vault

hashes = st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=64).map(b"".join)


@given(hashes, st.booleans(), st.booleans())
def test_a_lesson_comes_out_of_the_queue_as_it_went_in(data: bytes, spam: bool, undo: bool) -> None:
    lesson = Lesson(data, spam, undo)

    assert lesson == Lesson.from_bytes(lesson.to_bytes())


@given(st.binary(max_size=100))
def test_no_bytes_bring_another_error_than_ours(data: bytes) -> None:
    with suppress(IntegrityError):
        lesson = Lesson.from_bytes(data)
        assert Lesson.from_bytes(lesson.to_bytes()) == lesson


def test_a_lesson_of_before_the_outline_is_read_as_one_without() -> None:
    assert Lesson(bytes(16), spam=True) == Lesson.from_bytes(b"\x01" + bytes(16))


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01" + bytes(15), b"\x08" + bytes(16), b"\x04\x02" + bytes(16)])
def test_what_is_no_lesson_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        Lesson.from_bytes(data)


def test_unlearning_is_the_exact_inverse_of_learning(vault: Vault, store: Store) -> None:
    data = b"".join(bytes([number]) * 16 for number in range(5))
    learn(Lesson(data, spam=False), vault)
    before = vault.counts(data)
    learn(Lesson(data, spam=True), vault)
    store.commit()
    learn(Lesson(data, spam=True, undo=True), vault)
    store.commit()

    assert before == vault.counts(data)


def test_a_lesson_moves_the_weights_of_its_features(vault: Vault) -> None:
    data = b"".join(bytes([number]) * 16 for number in range(5))
    learn(Lesson(data, spam=True, outline=2), vault)

    assert min(vault.counts(data).weights) > 0
