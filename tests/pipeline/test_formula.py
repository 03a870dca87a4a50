"""The sum of log-odds and what follows from it."""

from hypothesis import given
from hypothesis import strategies as st

from providence.pipeline import Action, Reason, Thresholds
from providence.pipeline.formula import weigh

log_odds = st.floats(-100, 100)
THRESHOLDS = Thresholds()


@given(st.lists(log_odds, max_size=8), log_odds, st.booleans())
def test_more_evidence_of_spam_never_lowers_the_probability(parts: list[float], more: float, locked: bool) -> None:
    before = weigh([Reason("A", part) for part in parts], THRESHOLDS, locked=locked)
    after = weigh([Reason("A", part) for part in [*parts, abs(more)]], THRESHOLDS, locked=locked)

    assert after.probability >= before.probability


@given(st.lists(log_odds, max_size=8), st.lists(log_odds, max_size=8), log_odds, st.booleans())
def test_more_that_is_known_against_a_sender_never_lowers_the_probability(
    parts: list[float], known: list[float], more: float, locked: bool
) -> None:
    words, past = [Reason("A", part) for part in parts], [Reason("B", part) for part in known]
    before = weigh(words, THRESHOLDS, locked=locked, evidence=past)
    after = weigh(words, THRESHOLDS, locked=locked, evidence=[*past, Reason("B", abs(more))])

    # To the rounding of sums of floats.
    assert after.probability >= before.probability - 1e-9


@given(st.lists(log_odds, max_size=8))
def test_a_reason_of_nothing_changes_nothing(parts: list[float]) -> None:
    reasons = [Reason("A", part) for part in parts]
    with_nothing = weigh([*reasons, Reason("NOTHING")], THRESHOLDS, locked=False)

    assert weigh(reasons, THRESHOLDS, locked=False).probability == with_nothing.probability


@given(st.lists(log_odds, max_size=8))
def test_an_open_vault_never_delays(parts: list[float]) -> None:
    verdict = weigh([Reason("A", part) for part in parts], THRESHOLDS, locked=False)

    assert verdict.action is not Action.DELAY
    assert verdict.flagged == (THRESHOLDS.flag <= verdict.probability < THRESHOLDS.junk)


@given(st.lists(log_odds, max_size=8))
def test_a_locked_vault_delays_just_what_is_unclear(parts: list[float]) -> None:
    verdict = weigh([Reason("A", part) for part in parts], THRESHOLDS, locked=True)
    unclear = THRESHOLDS.clear < verdict.probability < THRESHOLDS.junk

    assert unclear == (verdict.action is Action.DELAY)
