import math
from random import Random

import pytest

from providence.benchmarks.metrics import (
    Bootstrap,
    Difference,
    Score,
    calibration_error,
    chance,
    fitted,
    loss,
    mapped,
    share_above,
)


def scores(values: list[tuple[float, bool]], users: int = 1) -> list[Score]:
    return [Score(value, spam, at % users, at) for at, (value, spam) in enumerate(values)]


def drawn(count: int, shift: float, users: int = 1) -> list[Score]:
    """Messages of which a share of chance(x) is spam, where a filter says x + shift."""
    dice = Random(3)  # noqa: S311 - a sample, no secret
    found = []
    for at in range(count):
        x = dice.uniform(-4, 4)
        found.append(Score(x + shift, dice.random() < chance(x), at * users // count, at))
    return found


def test_loss_is_the_share_of_pairs_in_the_wrong_order_and_half_of_the_equal() -> None:
    dice = Random(1)  # noqa: S311 - a sample, no secret
    some = scores([(float(dice.randrange(12)), dice.random() < 0.4) for _ in range(200)])
    ham, spam = ([score.value for score in some if score.spam == side] for side in (False, True))
    wrong = sum((h > s) + (h == s) / 2 for h in ham for s in spam)

    assert pytest.approx(100 * wrong / len(ham) / len(spam)) == loss(some)
    assert math.isnan(loss(scores([(1.0, True)])))


@pytest.mark.parametrize("users", [1, 10])
def test_a_filter_is_as_good_as_itself(users: int) -> None:
    some = drawn(200, 0, users)
    difference = Bootstrap(some, 50).difference(some, some)

    assert (0.0, "tie") == (difference.value, difference.outcome)
    assert {0.0} == set(difference.draws)


def test_the_better_filter_wins_and_the_worse_one_loses() -> None:
    some = drawn(400, 0)
    dice = Random(2)  # noqa: S311 - a sample, no secret
    blind = [score._replace(value=dice.random()) for score in some]
    bootstrap = Bootstrap(some, 100)

    assert "win" == bootstrap.difference(some, blind).outcome
    assert "loss" == bootstrap.difference(blind, some).outcome


def test_a_mean_of_differences_is_drawn_from_the_draws() -> None:
    mean = Difference.mean([Difference(1.0, (1.0,) * 100), Difference(-2.0, (-3.0,) * 100)])

    assert "-0.50 [-1.00, -1.00]" == str(mean)


def test_what_says_what_is_has_no_calibration_error() -> None:
    honest, boastful = drawn(20_000, 0), drawn(20_000, 1.5)

    assert calibration_error(honest) < 0.02
    assert calibration_error(boastful) > 0.1


def test_a_fit_finds_what_was_shifted() -> None:
    """Half the slope and a doubt of 0.7, at a prior of -0.8, are found again from the scores alone."""
    prior = -0.8
    honest = drawn(20_000, 0)
    twisted = [score._replace(value=2 * (score.value - prior + 0.7) + prior) for score in honest]
    k, b = fitted([twisted, twisted[:5000]], prior)

    assert pytest.approx((0.5, 0.7), abs=0.1) == (k, b)
    assert calibration_error(mapped(twisted, k, b, prior)) < 0.02


def test_shares_are_of_their_own_side() -> None:
    some = scores([(3.0, True), (-3.0, True), (-3.0, False), (-3.0, False), (-3.0, False), (3.0, False)])

    assert (50.0, 25.0) == (share_above(some, 0.9, spam=True), share_above(some, 0.9, spam=False))
