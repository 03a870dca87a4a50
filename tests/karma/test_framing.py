"""Liars: what it costs to frame somebody, and what trust, one voice a week and bounds are good for."""

from collections.abc import Iterator
from math import log
from pathlib import Path

import pytest

from providence.karma import Event, Karma, KarmaSettings, Sender, sender_of
from providence.karma.formula import Mass, Standing, blend, estimate, log_odds, multiplier
from providence.karma.senders import Level
from providence.karma.witnesses import LEAST_TRUST, MOST_COMPLAINTS, MOST_VOTERS, TRUSTED, Witness, Witnesses

DAY = 86_400.0
START = 1_000 * DAY
MAN, NEWCOMER = sender_of("man@good.example", "192.0.2.9"), sender_of("newcomer@else.example", "198.51.100.9")


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    with Karma.open(tmp_path, bytes(32), KarmaSettings()) as karma:
        for number in range(40):
            old(karma, number)
            karma.vote(b"old %d" % number, MAN, Event.REPLY, START - (40 - number) * DAY)
        yield karma


def old(karma: Karma, number: int) -> bytes:
    name = b"old %d" % number
    karma.meet(name, START - 365 * DAY, START)
    return name


def is_held_up(karma: Karma, sender: Sender, now: float = START + 3600) -> bool:
    reasons, pace = karma.assess(sender, now)
    return sum(weight for _, weight in reasons) >= 1 or pace <= 0.5


def test_fifty_new_accounts_that_shout_all_day_hold_up_nobody(karma: Karma) -> None:
    for number in range(550):
        karma.vote(b"new %d" % (number % 50), MAN, Event.REPORT, START + number)
    for number in range(100):
        karma.vote(b"new %d" % (number % 5), NEWCOMER, Event.REPORT, START + number)
    assert [False, False] == [is_held_up(karma, sender) for sender in (MAN, NEWCOMER)]


def test_fifty_old_accounts_would(karma: Karma) -> None:
    for number in range(50):
        karma.vote(old(karma, number), MAN, Event.REPORT, START)
        karma.vote(old(karma, number), NEWCOMER, Event.REPORT, START)
    assert [True, True] == [is_held_up(karma, sender) for sender in (MAN, NEWCOMER)]


def test_five_old_accounts_hold_up_a_newcomer_and_not_a_man_with_friends(karma: Karma) -> None:
    for number in range(5):
        karma.vote(old(karma, 100 + number), MAN, Event.REPORT, START)
        karma.vote(old(karma, 100 + number), NEWCOMER, Event.REPORT, START)
    assert [False, True] == [is_held_up(karma, sender) for sender in (MAN, NEWCOMER)]


def test_a_crowd_of_new_accounts_does_not_take_an_old_ones_trust(karma: Karma) -> None:
    """
    Nor do they push those who were there before from the list of those who spoke.
    """
    for number in range(10):
        karma.vote(old(karma, 100 + number), NEWCOMER, Event.REPORT, START)
    for number in range(20):
        karma.vote(b"new %d" % number, NEWCOMER, Event.ROSTER, START + 60)
    assert "BLACKLISTED" in dict(karma.assess(NEWCOMER, START + 60).reasons)
    spammer = sender_of("next@bad.example")
    for number in range(5):
        karma.vote(old(karma, 100 + number), spammer, Event.REPORT, START + 120)
    assert "BLACKLISTED" in dict(karma.assess(spammer, START + 120).reasons)


def test_who_reports_and_takes_it_back_does_not_take_others_from_the_list(karma: Karma) -> None:
    for number in range(5):
        karma.vote(old(karma, 100 + number), NEWCOMER, Event.REPORT, START)
    for number in range(10):
        karma.vote(b"new %d" % number, NEWCOMER, Event.REPORT, START)
        karma.withdraw(b"new %d" % number, NEWCOMER, Event.REPORT, START)
    assert "BLACKLISTED" in dict(karma.assess(NEWCOMER, START).reasons)


def test_one_reporter_stays_one_however_many_weeks_go_by(karma: Karma) -> None:
    user = old(karma, 100)
    for week in range(8):
        karma.vote(user, NEWCOMER, Event.REPORT, START + week * 7 * DAY)
    assert "BLACKLISTED" not in dict(karma.assess(NEWCOMER, START + 49 * DAY).reasons)


@pytest.mark.parametrize(("before", "is_heard"), [(MOST_COMPLAINTS - 1, True), (MOST_COMPLAINTS, False)])
def test_complaints_of_a_day_have_a_bound(karma: Karma, before: int, *, is_heard: bool) -> None:
    user, last = old(karma, 100), sender_of("last@bad.example")
    for number in range(before):
        event = Event.BLOCK if number % 2 else Event.REPORT
        karma.vote(user, sender_of(f"s{number}@h{number}.example"), event, START)
    karma.vote(user, last, Event.REPORT, START)
    assert is_heard == (karma.assess(last, START) != ((), 1.0))
    karma.vote(user, last, Event.REPORT, START + DAY)
    assert karma.assess(last, START + DAY) != ((), 1.0), "the next day is another one"


@pytest.mark.parametrize(
    ("days", "agreed", "disagreed", "trust"),
    [(0, 0, 0, LEAST_TRUST), (15, 0, 0, 0.5), (30, 0, 0, 1), (300, 50, 0, 1), (300, 0, 4, 0.5), (300, 0, 1e6, 0.05)],
)
def test_trust_grows_with_time_and_falls_with_contradiction(
    days: float, agreed: float, disagreed: float, trust: float
) -> None:
    assert trust == pytest.approx(Witness(START - days * DAY, agreed, disagreed).trust(START))
    assert LEAST_TRUST == Witness(START + DAY).trust(START), "a clock that goes back makes nobody old"


def test_the_number_of_voters_that_are_kept_has_a_bound_and_the_trusted_stay(karma: Karma) -> None:
    witnesses: Witnesses = karma._testimony.witnesses  # noqa: SLF001 - what nobody outside sees
    for number in range(MOST_VOTERS + 1):
        witnesses.testify(b"a" * 16, b"%016d" % number, Event.REPORT, 1.0 if number < 2 else 0.1, START + number)
    kept = witnesses._voters(b"a" * 16, START)  # noqa: SLF001 - as above
    assert MOST_VOTERS == len(kept)
    assert {b"%016d" % number for number in (0, 1)} == {voter.name for voter in kept if voter.trust >= TRUSTED}


def test_the_number_that_docs_compute_by_hand() -> None:
    """
    Three trusted users have just reported an account of a host that nothing else is known of.
    """
    seen = Standing(Mass(3.0, 3.0, START), Mass(0.0, 0.0, START))
    host = blend(seen, 0.2, Level.HOST)
    assert 0.4342 == pytest.approx(host.chance, abs=5e-5)
    found = estimate({Level.HOST: seen, Level.ACCOUNT: seen})
    assert (0.6781, 0.5129) == pytest.approx((found.chance, found.low), abs=5e-5)
    assert log(0.5129 / 0.4871) - log(0.2 / 0.8) == pytest.approx(log_odds(found), abs=5e-4)
    assert 1.438 == pytest.approx(log_odds(found), abs=5e-4)
    assert 0.405 == pytest.approx(multiplier(found), abs=5e-4)
