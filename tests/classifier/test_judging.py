import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.classifier import Counts, judge, probability
from providence.classifier.judging import BASE_RATE, DAMPING, DOUBT, LIMIT, SCALE, SMOOTHING, TRUST

TRAININGS = st.integers(0, 70_000)


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    spam, ham = draw(TRAININGS), draw(TRAININGS)
    return Counts(spam, ham, draw(st.lists(st.tuples(st.integers(0, spam), st.integers(0, ham)), max_size=64)))


def test_one_verdict_is_what_the_formula_gives_by_hand() -> None:
    """The example of docs/formula.md."""
    opinion = judge(Counts(20, 30, [(9, 0), (2, 5), (0, 0), (6, 1)]))

    assert opinion.known == 3
    assert pytest.approx(2.9486, abs=5e-4) == opinion.log_odds
    assert pytest.approx((2.5192, -0.5164, 0.0, 0.9458), abs=5e-4) == opinion.weights
    assert pytest.approx(0.8910, abs=5e-4) == probability(opinion.log_odds)


@given(tables())
def test_weights_sum_up_to_the_opinion_and_the_unknown_weigh_nothing(counts: Counts) -> None:
    opinion = judge(counts)

    assert len(counts.features) == len(opinion.weights)
    assert pytest.approx(opinion.log_odds, abs=1e-9) == sum(opinion.weights)
    assert sum(pair != (0, 0) for pair in counts.features) == opinion.known
    assert all(weight == 0 for weight, pair in zip(opinion.weights, counts.features, strict=True) if pair == (0, 0))


@given(tables())
def test_no_opinion_passes_its_limit(counts: Counts) -> None:
    assert abs(judge(counts).log_odds) <= min(LIMIT, TRUST * (1 + min(counts.spam, counts.ham)))


@given(tables(), st.data())
def test_one_more_spam_with_a_known_feature_never_lowers_the_opinion(counts: Counts, data: st.DataObject) -> None:
    known = [at for at, (spam, ham) in enumerate(counts.features) if (spam or ham) and spam < counts.spam]
    if not known:
        return
    at = data.draw(st.sampled_from(known))
    features = list(counts.features)
    features[at] = (features[at][0] + 1, features[at][1])

    assert judge(counts._replace(features=features)).log_odds >= judge(counts).log_odds - 1e-12


@given(tables())
def test_the_order_of_features_does_not_matter(counts: Counts) -> None:
    turned = judge(counts._replace(features=counts.features[::-1]))

    assert pytest.approx(judge(counts).log_odds, abs=1e-9) == turned.log_odds
    assert pytest.approx(judge(counts).weights[::-1], abs=1e-9) == turned.weights


@pytest.mark.parametrize("features", [[], [(0, 0)], [(0, 0)] * 64])
def test_nothing_known_is_no_opinion(features: list[tuple[int, int]]) -> None:
    assert (0.0, 0, (0.0,) * len(features)) == judge(Counts(10, 10, features))


@pytest.mark.parametrize(("spam", "ham"), [(0, 1000), (1000, 0), (4, 1000), (1000, 4)])
def test_content_cannot_junk_by_itself_while_a_side_has_few_trainings(spam: int, ham: int) -> None:
    """Junk asks for 0.97; four trainings of a side allow 2.5 of log-odds at most."""
    opinion = judge(Counts(spam, ham, [(spam, 0)] * 64 if spam else [(0, 1)] * 64))

    assert probability(opinion.log_odds) < 0.97


def test_clear_spam_and_clear_ham_are_told_apart() -> None:
    assert probability(judge(Counts(50, 50, [(40, 0)] * 20)).log_odds) > 0.97
    assert probability(judge(Counts(50, 50, [(0, 40)] * 20)).log_odds) < 0.03


def test_no_evidence_leaves_the_base_rate() -> None:
    assert pytest.approx(BASE_RATE) == probability(0.0)
    assert pytest.approx(0.5) == probability(0.0, base_rate=0.5)


@given(st.floats(-800, 800), st.floats(0.001, 0.999))
def test_a_probability_lies_between_nought_and_one(log_odds: float, base_rate: float) -> None:
    assert 0 <= probability(log_odds, base_rate) <= 1


def test_the_page_on_the_formula_names_the_constants_as_they_are() -> None:
    constants = {"a": SMOOTHING, "d": DAMPING, "k": SCALE, "b": DOUBT, "L": LIMIT, "t": TRUST, "p": BASE_RATE}

    assert constants == {"a": 0.1, "d": 0.6, "k": 1.19, "b": 0.8, "L": 6.0, "t": 0.5, "p": 0.3}
    assert math.isclose(math.log(0.97 / 0.03) - math.log(0.3 / 0.7), 4.32, abs_tol=0.01)
