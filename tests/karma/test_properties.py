"""What holds of reputation whatever was heard: drawn streams of votes on the arithmetic, and on a real store."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providence.karma import Event, Karma, KarmaSettings, Sender, sender_of
from providence.karma.formula import (
    HALF_LIFE,
    LEAST_LOG_ODDS,
    LEAST_PACE,
    MOST_LOG_ODDS,
    MOST_PACE,
    Mass,
    Standing,
    estimate,
    log_odds,
    multiplier,
)
from providence.karma.senders import Level
from providence.karma.standings import LEAST_MASS
from providence.karma.voices import KEEP, WEEK

DAY = 86_400.0
START = 1_000 * DAY
GROWN = START - 40 * DAY

weights = st.floats(0, 1)
amounts = st.one_of(st.just(0.0), st.floats(0.01, 10_000))
levels = st.sampled_from(list(Level))


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """A standing as of START: what lately happened is part of what happened."""
    masses = [Mass(slow, slow * draw(st.floats(0, 1)), START) for slow in (draw(amounts), draw(amounts))]
    return Standing(*masses)


senders = st.dictionaries(levels, standings())


@given(senders)
def test_what_a_past_says_is_bounded(known: dict[Level, Standing]) -> None:
    found = estimate(known)
    assert 0 <= found.low <= found.chance <= found.high <= 1
    assert LEAST_LOG_ODDS <= log_odds(found) <= MOST_LOG_ODDS
    assert LEAST_PACE <= multiplier(found) <= MOST_PACE


@given(senders, levels, weights, st.booleans())
def test_more_spam_never_helps_a_sender_and_more_ham_never_hurts(
    known: dict[Level, Standing], level: Level, weight: float, spam: bool
) -> None:
    before = estimate(known)
    old = known.get(level, Standing())
    more = (old.spam if spam else old.ham).plus(Mass.of(weight, START), level)
    after = estimate({**known, level: Standing(more, old.ham) if spam else Standing(old.spam, more)})
    if level not in known:
        # A level that comes into being brings its prior along, which is not what is looked at here.
        before = estimate({**known, level: Standing()})
    tiny = 1e-9
    if spam:
        assert after.chance >= before.chance - tiny
        assert log_odds(after) >= log_odds(before) - tiny
        assert multiplier(after) <= multiplier(before) + tiny
    else:
        assert after.chance <= before.chance + tiny
        assert log_odds(after) <= log_odds(before) + tiny
        assert multiplier(after) >= multiplier(before) - tiny


@given(st.lists(st.tuples(weights, st.floats(0, 200 * DAY)), max_size=20), levels, st.randoms(use_true_random=False))
def test_masses_do_not_depend_on_the_order_in_which_events_are_heard(
    events: list[tuple[float, float]], level: Level, random: Random
) -> None:
    def total(order: list[tuple[float, float]]) -> Mass:
        mass = Mass()
        for weight, when in order:
            mass = mass.plus(Mass.of(weight, START + when), level)
        return mass.at(START + 200 * DAY, level)

    shuffled = events.copy()
    random.shuffle(shuffled)
    assert tuple(total(events)) == pytest.approx(tuple(total(shuffled)), abs=1e-9)


@given(amounts, weights, st.floats(0, 100 * DAY), st.floats(0, 100 * DAY), levels)
def test_what_is_taken_from_a_mass_leaves_what_was_there(
    slow: float, weight: float, said: float, later: float, level: Level
) -> None:
    before = Mass(slow, slow / 2, START)
    word = Mass.of(weight, START + said)
    after = before.plus(word, level).at(START + said + later, level).minus(word, level)
    assert tuple(before.at(after.when, level)) == pytest.approx(tuple(after), abs=1e-6, rel=1e-6)


@given(standings(), st.floats(0, 400), levels)
def test_masses_halve_and_never_grow(standing: Standing, days: float, level: Level) -> None:
    later = standing.at(START + days * DAY, level)
    assert later.mass <= standing.mass
    assert standing.at(START - 1, level) == standing, "a clock that goes back fades nothing"
    halved = standing.at(START + HALF_LIFE[level] * DAY, level)
    assert halved.mass == pytest.approx(standing.mass / 2)


class Vote(NamedTuple):
    witness: int
    event: Event
    hours: int


events = st.sampled_from([event for event in Event if event is not Event.UNREPORTED])
votes = st.builds(Vote, st.integers(0, 5), events, st.integers(0, 24 * 7 - 1))
SENDER = sender_of("someone@somewhere.example", "198.51.100.7")
ELSEWHERE = sender_of("other@somewhere.example", "198.51.100.7")


@contextmanager
def store() -> Iterator[Karma]:
    with tempfile.TemporaryDirectory() as folder, Karma.open(Path(folder), bytes(32), KarmaSettings()) as karma:
        yield karma


def tell(karma: Karma, vote: Vote, sender: Sender = SENDER) -> None:
    name = b"user %d" % vote.witness
    karma.meet(name, GROWN, START)
    karma.vote(name, sender, vote.event, START + vote.hours * 3600)


def state(karma: Karma, now: float) -> list[float]:
    """All that can be seen of the sender and its neighbours."""
    seen: list[float] = []
    for sender in (SENDER, ELSEWHERE):
        reasons, pace = karma.assess(sender, now)
        seen += [pace, sum(weight for name, weight in reasons if name.startswith("KARMA_"))]
    return [*seen, karma.neighbourhood(SENDER, now).chance]


few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(st.lists(votes, max_size=12))
def test_what_is_withdrawn_was_never_said(heard: list[Vote]) -> None:
    """
    However votes of both sides, louder and softer, mix: when one witness takes everything back, it is as if only the
    others had spoken. Contradiction, which changes trust, is left out by everybody being one side of it only.
    """
    later = START + 8 * DAY
    # Those who take it back have spoken once: said anew after it was taken back, a word contradicts others once more.
    firsts = {vote.witness: vote for vote in sorted(heard, key=lambda each: -each.hours)}
    one_sided = [
        vote
        for vote in heard
        if vote.event.spam == (vote.witness % 2 == 0) and (vote.witness > 1 or vote is firsts[vote.witness])
    ]
    with store() as karma, store() as without:
        for vote in sorted(one_sided, key=lambda each: each.hours):
            tell(karma, vote)
        for event in (Event.REPORT, Event.RELEASE):
            karma.withdraw(b"user 0", SENDER, event, later)
            karma.withdraw(b"user 1", SENDER, event, later)
        for witness in range(2, 6):
            without.meet(b"user %d" % witness, GROWN, START)
        # Trust as it was when each spoke, so that only the words differ.
        for vote in sorted(one_sided, key=lambda each: each.hours):
            tell(without, vote)
            if vote.witness < 2:
                without.withdraw(b"user %d" % vote.witness, SENDER, vote.event, START + vote.hours * 3600)
        assert state(without, later) == pytest.approx(state(karma, later), abs=1e-3)


@few
@given(st.lists(votes, min_size=1, max_size=8), st.integers(2, 4))
def test_no_vote_counts_twice(heard: list[Vote], times: int) -> None:
    """
    Each said several times within the week that its first word began.
    """
    heard = sorted(heard, key=lambda each: each.hours)
    now = START + 8 * DAY
    with store() as once, store() as often:
        for vote in heard:
            tell(once, vote)
            for _ in range(times):
                tell(often, vote)
        assert state(once, now) == pytest.approx(state(often, now), abs=1e-6)


@few
@given(st.lists(votes, max_size=8), st.integers(0, 60))
def test_a_mark_by_a_senders_own_server_only_raises_once_and_is_remembered_of_nobody(
    heard: list[Vote], days: int
) -> None:
    now = START + (7 + days) * DAY
    with store() as karma:
        for vote in sorted(heard, key=lambda each: each.hours):
            tell(karma, vote)
        before, plain = state(karma, now), karma.assess(SENDER, now)
        marked = karma.assess(SENDER, now, is_marked=True)

        assert {"MARKED": 0.8} == {
            name: weight for name, weight in marked.reasons if (name, weight) not in plain.reasons
        }
        assert len(plain.reasons) + 1 == len(marked.reasons)
        assert plain.pace == marked.pace
        assert before == state(karma, now)


@few
@given(st.lists(votes, max_size=8), events)
def test_one_more_complaint_never_helps_and_one_more_good_word_never_hurts(heard: list[Vote], event: Event) -> None:
    heard = sorted(heard, key=lambda each: each.hours)
    now = START + 7 * DAY
    with store() as karma:
        for vote in heard:
            tell(karma, vote)
        before = state(karma, now)
        tell(karma, Vote(9, event, 7 * 24))
        pace, shift = state(karma, now)[:2]
        if event.spam:
            assert pace <= before[0] + 1e-6
            assert shift >= before[1] - 1e-6
        else:
            assert pace >= before[0] - 1e-6
            assert shift <= before[1] + 1e-6


@few
@given(st.lists(votes, max_size=8))
def test_what_was_heard_is_gone_when_it_is_old(heard: list[Vote]) -> None:
    with store() as karma:
        karma.commit()
        empty = len(karma)
        for vote in heard:
            tell(karma, vote)
        karma.commit()
        for _ in karma.sweep(START + 500 * DAY):
            pass
        karma.commit()
        assert empty == len(karma)
        assert ((), 1.0) == karma.assess(SENDER, START + 500 * DAY)


@few
@given(st.lists(votes, max_size=8))
def test_an_erased_account_leaves_no_record_of_its_own(heard: list[Vote]) -> None:
    """
    Of every table, staged or committed; host, address and network keep theirs.
    """
    alone = sender_of("someone@somewhere.example", occupant="42")
    with store() as karma:
        for vote in heard:
            tell(karma, vote, alone)
            karma.admit(alone, b"user %d" % vote.witness, MOST_PACE, START)
            karma.note(alone, START, client=True)
        karma.erase(alone)
        assert ((), 1.0) == karma.assess(alone, START + 8 * DAY)
        assert not any(karma.has_written(alone, b"user %d" % witness) for witness in range(6))


@pytest.mark.parametrize(("after", "is_heard"), [(WEEK - 1, False), (WEEK, True)])
def test_a_voice_is_heard_again_after_a_week_and_not_before(after: float, *, is_heard: bool) -> None:
    with store() as karma, store() as once:
        for each in (karma, once):
            tell(each, Vote(0, Event.REPORT, 0))
        karma.vote(b"user 0", SENDER, Event.REPORT, START + after)
        now = START + after
        assert is_heard == (karma.assess(SENDER, now) != once.assess(SENDER, now))


@pytest.mark.parametrize(("after", "is_remembered"), [(KEEP - 1, True), (KEEP, False)])
def test_a_word_can_be_taken_back_for_two_weeks(after: float, *, is_remembered: bool) -> None:
    with store() as karma:
        for witness in range(8):
            tell(karma, Vote(witness, Event.REPORT, 0))
        karma.commit()
        for _ in karma.sweep(START + after):
            pass
        for witness in range(8):
            karma.withdraw(b"user %d" % witness, SENDER, Event.REPORT, START + after)
        assert is_remembered == (karma.assess(SENDER, START + after) == ((), 1.0))


def test_a_busy_name_fades_no_faster_than_a_quiet_one() -> None:
    """
    A second was once lost at each of a thousand events a second.
    """
    busy, quiet = Mass(100.0, 100.0, START), Mass(100.0, 100.0, START)
    with store() as karma:
        for number in range(300):
            karma.vote(b"user %d" % number, SENDER, Event.REPLY, START + number / 1000)
        pace = karma.assess(SENDER, START + 1).pace
    for step in range(1000):
        busy = busy.at(START + step / 1000, Level.ACCOUNT)
    assert tuple(busy) == pytest.approx(tuple(quiet.at(START + 0.999, Level.ACCOUNT)))
    assert pace > 2
    assert LEAST_MASS < 0.05 * 0.5, "the silence of somebody half trusted is kept"
