import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.classifier import UNIT, step
from providence.classifier.learning import MAX_STEP

WEIGHTS = st.lists(st.integers(-32_767, 32_767), min_size=1, max_size=64)


@given(WEIGHTS, st.booleans(), st.data())
def test_a_step_goes_towards_the_label_and_can_be_stored(weights: list[int], spam: bool, data: st.DataObject) -> None:
    outline = data.draw(st.integers(0, len(weights)))
    moved = step(weights, outline, spam=spam)

    assert (moved >= 0) if spam else (moved <= 0)
    assert abs(moved) <= MAX_STEP


@pytest.mark.parametrize("spam", [True, False])
def test_what_is_known_well_is_not_learnt_again(spam: bool) -> None:
    weights = [(1 if spam else -1) * round(10 / UNIT)] * 30

    assert step(weights, 0, spam=spam) == 0


def test_what_was_wrong_is_right_after_one_training() -> None:
    weights = [0] * 30
    moved = step(weights, 0, spam=True)

    assert step([moved] * 30, 0, spam=True) == 0


def test_nothing_moves_nothing() -> None:
    assert step([], 0, spam=True) == 0
