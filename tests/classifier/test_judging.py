import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.classifier import NO_PRIOR, Counts, Prior, Shape, judge, probability
from providence.classifier.judging import (
    BASE_RATE,
    COLD_LIMIT,
    DAMPING,
    DOUBT,
    GAP,
    LIMIT,
    MISTAKEN,
    OUTLINE,
    PATIENCE,
    REGRESSION,
    SCALE,
    SMOOTHING,
    TRAINED,
    bound,
)

TRAININGS = st.integers(0, 70_000)


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    spam, ham = draw(TRAININGS), draw(TRAININGS)
    features = draw(st.lists(st.tuples(st.integers(0, spam), st.integers(0, ham)), max_size=64))
    weights = draw(st.lists(st.floats(-32, 32), min_size=len(features), max_size=len(features)))
    return Counts(spam, ham, features, weights)


@st.composite
def messages(draw: st.DrawFn) -> tuple[Counts, Prior, Shape]:
    counts = draw(tables())
    size = len(counts.features)
    shares = st.tuples(st.floats(0, 40), st.floats(0, 40))
    prior = Prior(40, 40, draw(st.lists(shares, min_size=size, max_size=size)))
    outline = draw(st.integers(0, size))
    views = st.lists(st.lists(st.integers(outline, size - 1), unique=True, max_size=9), max_size=3)
    shape = Shape(outline, draw(views), draw(views)) if outline < size else Shape(outline)
    return counts, prior, shape


def test_one_verdict_is_what_the_formula_gives_by_hand() -> None:
    """The example of docs/formula.md."""
    counts = Counts(20, 30, [(5, 9), (9, 0), (0, 0), (6, 1)], [0.5, 1.25, 0.0, 0.75])
    prior = Prior(40, 40, [(8.0, 12.0), (0.5, 0.1), (0.0, 0.0), (0.0, 0.0)])
    opinion = judge(counts, prior, Shape(1))

    assert opinion.known == 3
    assert pytest.approx(2.9756, abs=5e-4) == opinion.log_odds
    assert pytest.approx(0.8936, abs=5e-4) == probability(opinion.log_odds)


@given(messages())
def test_weights_sum_up_to_the_opinion(message: tuple[Counts, Prior, Shape]) -> None:
    opinion = judge(*message)

    assert len(message[0].features) == len(opinion.weights)
    assert pytest.approx(opinion.log_odds, abs=1e-6) == sum(opinion.weights)


@given(tables())
def test_what_is_unknown_weighs_nothing(counts: Counts) -> None:
    opinion = judge(counts._replace(weights=()))

    assert sum(pair != (0, 0) for pair in counts.features) == opinion.known
    assert all(weight == 0 for weight, pair in zip(opinion.weights, counts.features, strict=True) if pair == (0, 0))


@given(messages())
def test_no_opinion_passes_its_limit(message: tuple[Counts, Prior, Shape]) -> None:
    counts = message[0]
    limit = LIMIT if min(counts.spam, counts.ham) >= TRAINED else COLD_LIMIT

    assert -LIMIT <= judge(*message).log_odds <= limit


@given(tables(), st.data())
def test_one_more_spam_with_a_known_feature_never_lowers_the_opinion(counts: Counts, data: st.DataObject) -> None:
    known = [at for at, (spam, ham) in enumerate(counts.features) if (spam or ham) and spam < counts.spam]
    if not known:
        return
    at = data.draw(st.sampled_from(known))
    features = list(counts.features)
    features[at] = (features[at][0] + 1, features[at][1])

    assert judge(counts._replace(features=features)).log_odds >= judge(counts).log_odds - 1e-9


@given(tables())
def test_the_order_of_features_does_not_matter(counts: Counts) -> None:
    turned = judge(counts._replace(features=counts.features[::-1], weights=counts.weights[::-1]))

    assert pytest.approx(judge(counts).log_odds, abs=1e-6) == turned.log_odds
    assert pytest.approx(judge(counts).weights[::-1], abs=1e-6) == turned.weights


@pytest.mark.parametrize("features", [[], [(0, 0)], [(0, 0)] * 64])
def test_nothing_known_is_no_opinion(features: list[tuple[int, int]]) -> None:
    assert (0.0, 0, (0.0,) * len(features)) == judge(Counts(10, 10, features))


@pytest.mark.parametrize(("spam", "ham"), [(0, 1000), (1000, 0), (4, 1000), (1000, 4)])
def test_content_cannot_junk_by_itself_while_a_side_has_few_trainings(spam: int, ham: int) -> None:
    """Junk asks for 0.97, which is 4.32 of log-odds."""
    known = [(spam, 0)] * 64 if spam else [(0, 1)] * 64
    opinion = judge(Counts(spam, ham, known, [30.0] * 64), Prior(40, 40, [(40.0, 0.0)] * 64))

    assert 0.9 < probability(opinion.log_odds) < 0.97


def test_the_seed_alone_may_flag() -> None:
    opinion = judge(Counts(0, 0, [(0, 0)] * 20), Prior(40, 40, [(20.0, 0.0)] * 20))

    assert 0.9 < probability(opinion.log_odds) < 0.97


def test_clear_spam_and_clear_ham_are_told_apart() -> None:
    assert probability(judge(Counts(50, 50, [(40, 0)] * 20)).log_odds) > 0.97
    assert probability(judge(Counts(50, 50, [(0, 40)] * 20)).log_odds) < 0.03


def test_much_ham_around_spam_does_not_hide_it_from_a_window_or_a_line() -> None:
    counts = Counts(50, 50, [(40, 0)] * 10 + [(0, 40)] * 30)
    hidden, seen, line = (
        judge(counts, NO_PRIOR, shape).log_odds
        for shape in (Shape(), Shape(0, [range(10), range(10, 20)]), Shape(0, (), [range(10), range(10, 40)]))
    )

    assert hidden < seen < line


@given(st.floats(-50, 50), st.floats(-50, 50), st.sampled_from([COLD_LIMIT, LIMIT]))
def test_a_bound_keeps_the_order_and_the_sign(one: float, other: float, limit: float) -> None:
    assert (one <= other) == (bound(one, limit) <= bound(other, limit)) or bound(one, limit) == bound(other, limit)
    assert abs(bound(one, limit)) <= limit
    assert bound(-one, limit) == -bound(one, limit)


def test_no_evidence_leaves_the_base_rate() -> None:
    assert pytest.approx(BASE_RATE) == probability(0.0)
    assert pytest.approx(0.5) == probability(0.0, base_rate=0.5)


@given(st.floats(-800, 800), st.floats(0.001, 0.999))
def test_a_probability_lies_between_nought_and_one(log_odds: float, base_rate: float) -> None:
    assert 0 <= probability(log_odds, base_rate) <= 1


def test_the_page_on_the_formula_names_the_constants_as_they_are() -> None:
    constants = {"a": SMOOTHING, "e": MISTAKEN, "d": DAMPING, "o": OUTLINE, "r": REGRESSION, "q": PATIENCE, "g": GAP}
    limits = {"k": SCALE, "b": DOUBT, "L": LIMIT, "cold": COLD_LIMIT, "t": TRAINED, "p": BASE_RATE}

    assert constants == {"a": 0.005, "e": 0.04, "d": 0.6, "o": 0.5, "r": 0.7, "q": 60, "g": 1.0}
    assert limits == {"k": 1.3, "b": 1.07, "L": 8.0, "cold": 4.2, "t": 5, "p": 0.3}
    assert math.isclose(math.log(0.97 / 0.03) - math.log(0.3 / 0.7), 4.32, abs_tol=0.01)
