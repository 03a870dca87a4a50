"""Karma on a real store; time is moved by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providence.errors import ForeignStoreError, InputError, SettingsError, VersionError
from providence.karma import (
    MAX_LIST,
    MAX_LISTS,
    SECRET_BYTES,
    Account,
    Event,
    Karma,
    KarmaSettings,
    Sender,
    sender_of,
)
from providence.karma.formula import MOST_PACE
from providence.karma.karma import PAIRS_AT_ONCE
from providence.karma.ledger import VERSION, Ledger, Table
from providence.karma.pseudonyms import Pseudonyms
from providence.karma.throttle import Throttle

DAY = 86_400.0
START = 1_000 * DAY
SECRET = bytes(range(32))
SPAMMER = sender_of("spammer@bad.example", "198.51.100.7")
GROWN = 40 * DAY


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        yield karma


@pytest.fixture
def users(karma: Karma) -> Callable[[int], list[bytes]]:
    """`users(3)`: so many local users whose accounts are old enough to be trusted."""
    made = iter(range(10_000))

    def make(count: int) -> list[bytes]:
        names = [b"user %d" % next(made) for _ in range(count)]
        for name in names:
            karma.vote(name, sender_of(f"friend-of-{name.decode()}@else.example"), Event.REPLY, START - GROWN)
        return names

    return make


def total(karma: Karma, sender: Sender = SPAMMER, now: float = START) -> float:
    return sum(weight for _, weight in karma.assess(sender, now).reasons)


def test_nothing_known_says_nothing(karma: Karma) -> None:
    assert ((), 1.0) == karma.assess(SPAMMER, START)


def test_reports_of_several_users_make_a_sender_suspect_and_slow(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    for user in users(4):
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assessment = karma.assess(SPAMMER, START)

    assert ["KARMA_JID"] == [name for name, _ in assessment.reasons]
    assert total(karma) > 1.0
    assert assessment.pace < 0.25


def test_five_trusted_reporters_put_a_sender_on_the_blacklist_and_four_do_not(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    *four, fifth = users(5)
    for user in four:
        karma.vote(user, SPAMMER, Event.REPORT, START)
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert "BLACKLISTED" not in dict(karma.assess(SPAMMER, START).reasons)

    karma.vote(fifth, SPAMMER, Event.REPORT, START)
    assert "BLACKLISTED" in dict(karma.assess(SPAMMER, START).reasons)


def test_one_user_has_one_voice_in_a_week_however_often_it_is_raised(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    (user,) = users(1)
    karma.vote(user, SPAMMER, Event.REPORT, START)
    once = karma.assess(SPAMMER, START)
    for _ in range(10):
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert once == karma.assess(SPAMMER, START)


def test_a_louder_word_replaces_a_softer_one(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    loud, soft = users(2)
    other = sender_of("other@evil.example", "203.0.113.9")
    karma.vote(loud, SPAMMER, Event.REPORT, START)
    for event in (Event.BLOCK, Event.REPORT):
        karma.vote(soft, other, event, START)
    assert karma.assess(SPAMMER, START).pace == karma.assess(other, START).pace


def test_what_is_withdrawn_was_never_said(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    everybody = users(6)
    for user in everybody:
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert total(karma) > 2
    for user in everybody:
        karma.withdraw(user, SPAMMER, Event.REPORT, START + DAY)
    assert 0 == total(karma, now=START + DAY)


def test_new_accounts_are_hardly_heard(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    for number in range(10):
        karma.vote(b"sock %d" % number, SPAMMER, Event.REPORT, START)
    assert 0 == total(karma)

    for user in users(10):
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert total(karma) > 2


def test_a_good_name_does_not_protect_who_strikes_now(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    for number, user in enumerate(users(100)):
        karma.vote(user, SPAMMER, Event.REPLY, START - 30 * DAY + number * 25_000)
    assert total(karma) < -1
    for user in users(15):
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert total(karma) > 0


def test_events_fade(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    for user in users(6):
        karma.vote(user, SPAMMER, Event.REPORT, START)
    assert total(karma) > total(karma, now=START + 60 * DAY) > total(karma, now=START + 360 * DAY)


def test_a_bad_host_speaks_against_its_new_accounts_and_a_shared_one_does_not(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    shared = "public.example"
    for number, user in enumerate(users(100)):
        karma.vote(user, sender_of(f"person{number}@{shared}"), Event.REPLY, START)
    for number, user in enumerate(users(30)):
        for host in ("bad.example", shared):
            karma.vote(user, sender_of(f"spammer{number}@{host}"), Event.REPORT, START)

    assert ["KARMA_HOST"] == [name for name, _ in karma.assess(sender_of("new@bad.example"), START).reasons]
    assert total(karma, sender_of("new@bad.example")) > 1
    assert total(karma, sender_of(f"new@{shared}")) < 0.5


def test_a_report_reaches_the_address_the_stanza_came_from(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    for number, user in enumerate(users(20)):
        assert karma.admit(SPAMMER, user, 8.0, START + number * 60)
        karma.vote(user, sender_of("spammer@bad.example"), Event.REPORT, START + number * 60)
    elsewhere = sender_of("fresh@new.example", "198.51.100.7")
    assert ["KARMA_IP"] == [name for name, _ in karma.assess(elsewhere, START + 1200).reasons]


def test_a_participant_of_a_channel_is_known_by_its_stable_id_and_the_service_is_not_blamed(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    participant = sender_of("123456#coven@mix.example/9a", "198.51.100.7", occupant="123456")
    for user in users(20):
        karma.vote(user, participant, Event.REPORT, START)

    assert total(karma, sender_of("123456#other@mix.example/77", occupant="123456")) > 2
    assert 0 == total(karma, sender_of("777#coven@mix.example", "198.51.100.7", occupant="777"))
    assert 0 == total(karma, sender_of("room@mix.example", "198.51.100.7"))
    assert sender_of("room@muc.example/nick", occupant="dd72") == sender_of("room2@muc.example/other", occupant="dd72")


def test_nobody_gets_away_from_its_host_by_a_name_like_a_channels(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    for number, user in enumerate(users(20)):
        karma.vote(user, sender_of(f"{number}#news@bad.example"), Event.REPORT, START)
    assert total(karma, sender_of("fresh#news@bad.example")) > 1.5


def test_more_reports_in_a_day_than_a_person_makes_are_not_heard(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    (busy,) = users(1)
    for number in range(30):
        karma.vote(busy, sender_of(f"s{number}@bad{number}.example"), Event.REPORT, START)
    assert [True, False] == [total(karma, sender_of(f"s{number}@bad{number}.example")) > 0 for number in (19, 20)]


def test_whoever_is_contradicted_is_trusted_less(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    (liar,) = users(1)
    for number in range(20):
        honest = sender_of(f"honest{number}@good.example")
        karma.vote(liar, honest, Event.REPORT, START)
        for user in users(3):
            karma.vote(user, honest, Event.RELEASE, START + 60)
    one, other = sender_of("one@a.example"), sender_of("other@b.example")
    (fair,) = users(1)
    karma.vote(liar, one, Event.REPORT, START + 2 * DAY)
    karma.vote(fair, other, Event.REPORT, START + 2 * DAY)

    assert total(karma, one, START + 2 * DAY) < total(karma, other, START + 2 * DAY)


class TestAdmission:
    def test_strangers_in_a_row_are_admitted_up_to_the_burst_and_then_at_the_pace(self, karma: Karma) -> None:
        admitted = [karma.admit(SPAMMER, b"user %d" % number, 1.0, START) for number in range(10)]
        assert [True] * 6 + [False] * 4 == admitted
        assert not karma.admit(SPAMMER, b"next", 1.0, START + 299)
        assert karma.admit(SPAMMER, b"next", 1.0, START + 300)

    def test_whoever_is_known_to_a_recipient_goes_on_as_fast_as_they_like(self, karma: Karma) -> None:
        assert all(karma.admit(SPAMMER, b"user", 1 / 16, START) for _ in range(100))

    def test_reputation_sets_the_pace(self, karma: Karma) -> None:
        def admitted(sender: Sender, pace: float) -> int:
            return sum(karma.admit(sender, b"u%d" % n, pace, START + n * 60) for n in range(600))

        unknown = admitted(sender_of("a@a.example"), 1.0)
        assert admitted(sender_of("b@b.example"), 1 / 16) < unknown / 8
        assert admitted(sender_of("c@c.example"), 8.0) > unknown * 3

    def test_an_address_has_a_pace_of_its_own(self, karma: Karma) -> None:
        admitted = sum(
            karma.admit(sender_of(f"s{n}@bad.example", "198.51.100.7"), b"u%d" % n, 1.0, START) for n in range(200)
        )
        assert 60 == admitted

    def test_many_strangers_in_a_day_speak_against_a_sender(self, karma: Karma) -> None:
        for number in range(40):
            karma.admit(SPAMMER, b"user %d" % number, 8.0, START + number * 300)
        assert 1 < dict(karma.assess(SPAMMER, START + 40 * 300).reasons)["MANY_STRANGERS"] <= 1.5

    def test_the_generic_cell_rate_algorithm_is_an_exact_token_bucket(self) -> None:
        throttle, due, tokens, last = Throttle(60.0, 5), 0.0, 5.0, 0.0
        for step in range(2_000):
            now = float(step * 7919 % 30 + step * 20)
            now = max(now, last)
            tokens = min(5.0, tokens + (now - last) / 60.0)
            last = now
            within, due = throttle.admit(due, now)
            assert within == (tokens >= 1 - 1e-9)
            tokens -= within


def test_what_nobody_complained_of_in_a_week_is_a_little_ham(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    (reporter,) = users(1)
    readers = users(200)
    for host in ("quiet", "unread"):
        for number, reader in enumerate(readers):
            karma.admit(sender_of(f"person{number}@{host}.example"), reader, MOST_PACE, START)
    for number, reader in enumerate(readers):
        karma.delivered(sender_of(f"person{number}@quiet.example"), reader)
    karma.admit(SPAMMER, reporter, MOST_PACE, START)
    karma.delivered(SPAMMER, reporter)
    karma.vote(reporter, SPAMMER, Event.REPORT, START)
    karma.commit()

    later = START + 7 * DAY + 1
    for _ in karma.sweep(later):
        pass
    assert karma.assess(sender_of("new@quiet.example"), later).pace > 1.5
    assert total(karma, sender_of("new@unread.example"), later) >= 0, "what was not delivered says nothing"
    assert total(karma, now=later) > 0


@pytest.mark.parametrize(("pairs", "steps"), [(PAIRS_AT_ONCE - 1, 256), (PAIRS_AT_ONCE, 257)])
def test_a_step_of_a_sweep_has_a_bound(karma: Karma, pairs: int, steps: int) -> None:
    """
    All pairs of one account lie in the same part of the store.
    """
    alone = sender_of("somebody@good.example")
    for number in range(pairs):
        karma.admit(alone, b"reader %d" % number, MOST_PACE, START + number * 3600)
    assert steps == sum(1 for _ in karma.sweep(START + 100 * DAY))


def test_what_was_heard_survives_a_restart(tmp_path: Path) -> None:
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        for number in range(40):
            karma.vote(b"user %d" % number, SPAMMER, Event.REPORT, START - GROWN)
            karma.vote(b"user %d" % number, SPAMMER, Event.REPORT, START)
        before = karma.assess(SPAMMER, START)
        karma.lists.add(0, "bad.example", START)
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        names = [name for name, _ in karma.assess(SPAMMER, START).reasons]
        assert {"KARMA_JID", "BLACKLISTED", "LISTED_BY_OTHERS"} == set(names)
        assert before.pace == karma.assess(SPAMMER, START).pace


def test_a_store_under_another_secret_or_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Karma.open(tmp_path, SECRET, KarmaSettings()).close()
    with pytest.raises(ForeignStoreError):
        Karma.open(tmp_path, bytes(SECRET_BYTES), KarmaSettings())
    for length in (0, SECRET_BYTES - 1, SECRET_BYTES + 1):
        with pytest.raises(InputError):
            Karma.open(tmp_path, bytes(length), KarmaSettings())
    ledger = Ledger.open(tmp_path, Pseudonyms(SECRET).of(b"mark"))
    ledger.put(Table.FORMAT, bytes(16), bytes([VERSION + 1]), 2**32)
    ledger.close()
    with pytest.raises(VersionError):
        Karma.open(tmp_path, SECRET, KarmaSettings())


def test_the_file_names_nobody(tmp_path: Path) -> None:
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        karma.vote(b"juliet@capulet.example", SPAMMER, Event.REPORT, START)
        karma.admit(SPAMMER, b"juliet@capulet.example", 1.0, START)
        karma.lists.add(0, "listed.example", START)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (b"spammer", b"bad.example", b"198.51", b"juliet", b"listed.example", b"\xc6\x33\x64\x07"):
        assert word not in raw


def test_an_erased_account_is_unknown(karma: Karma, users: Callable[[int], list[bytes]]) -> None:
    sender = sender_of("person@good.example")
    for user in users(6):
        karma.vote(user, sender, Event.REPORT, START)
    karma.note(sender, START, client=False, picture=False)
    karma.erase(sender)
    reasons = dict(karma.assess(sender, START).reasons)
    assert not {"KARMA_JID", "BLACKLISTED", "CLIENT", "PICTURE"} & reasons.keys()


def test_the_sweep_forgets_who_was_not_heard_of(tmp_path: Path) -> None:
    with Karma.open(tmp_path, SECRET, KarmaSettings(retention_days=30)) as karma:
        karma.vote(b"user", SPAMMER, Event.REPORT, START)
        karma.commit()
        for _ in karma.sweep(START + 401 * DAY):
            pass
        karma.commit()
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        assert ((), 1.0) == karma.assess(SPAMMER, START + 401 * DAY)


def listed(karma: Karma, jid: str, now: float = START) -> float:
    return dict(karma.assess(sender_of(jid), now).reasons).get("LISTED_BY_OTHERS", 0.0)


def replace(karma: Karma, number: int, entries: list[str]) -> None:
    for _ in karma.lists.replace(number, entries, START):
        pass


def names(karma: Karma, hosts: str) -> str:
    """Return which of these hosts of one letter are listed."""
    return "".join(host for host in hosts if listed(karma, f"x@{host}.example"))


def test_silence_speaks_for_nobody_who_was_reported_and_never_answered(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    """Of three spams a day four in five readers say nothing, which washed a patient spammer clean."""
    *reporters, friend = users(4)
    readers = users(40)
    accused = [sender_of(f"person@{name}.example") for name in ("never-answered", "answered")]
    for sender in accused:
        for reader in readers:
            karma.admit(sender, reader, MOST_PACE, START)
            karma.delivered(sender, reader)
        for reporter in reporters:
            karma.vote(reporter, sender, Event.REPORT, START)
    karma.vote(friend, accused[1], Event.REPLY, START)
    later = START + 8 * DAY
    before = [total(karma, sender, later) for sender in accused]
    for _ in karma.sweep(later):
        pass
    after = [total(karma, sender, later) for sender in accused]
    assert before[0] == after[0] > 0
    assert before[1] > after[1]


class TestLists:
    def test_one_list_is_a_hint_and_as_many_as_must_agree_are_more(self, karma: Karma) -> None:
        karma.lists.add(0, "bad.example", START)
        assert 0.8 == dict(karma.assess(SPAMMER, START).reasons)["LISTED_BY_OTHERS"]
        karma.lists.add(3, "198.51.100.7", START)
        assert 2.5 == dict(karma.assess(SPAMMER, START).reasons)["LISTED_BY_OTHERS"]

    def test_an_entry_may_be_the_hash_that_real_time_block_lists_publish(self, karma: Karma) -> None:
        listed = "7583a9b348a498d329089a20d51b4fa0da65da0cab52bf300e0d775750311fc9"
        karma.lists.add(0, listed, START)
        found = karma.assess(sender_of("sales@stolen-cardz.example/x"), START).reasons
        assert ["LISTED_BY_OTHERS"] == [name for name, _ in found]
        assert () == karma.assess(sender_of("other@stolen-cardz.example"), START).reasons

    def test_a_new_copy_replaces_the_last_one_and_nothing_of_another_list(self, karma: Karma) -> None:
        replace(karma, 0, ["bad.example", "worse.example"])
        replace(karma, 1, ["worse.example"])
        karma.commit()
        replace(karma, 0, ["new.example"])
        assert [False, True, True] == [bool(listed(karma, f"x@{host}.example")) for host in ("bad", "worse", "new")]

    def test_what_is_not_confirmed_fades(self, karma: Karma) -> None:
        karma.lists.add(0, "bad.example", START)
        fresh, old = (listed(karma, "spammer@bad.example", START + days * DAY) for days in (0, 15))
        assert old == pytest.approx(fresh / 2, rel=0.01)

    def test_a_poisoned_list_condemns_nobody_who_is_known_to_be_honest(
        self, karma: Karma, users: Callable[[int], list[bytes]]
    ) -> None:
        for number, user in enumerate(users(24)):
            karma.vote(user, sender_of(f"person{number}@good.example"), Event.REPLY, START)
        for number in range(2):
            replace(karma, number, ["good.example", "bad.example", "stranger@good.example"])
        assert 2.5 == listed(karma, "anybody@bad.example")
        assert listed(karma, "person1@good.example") < 0.8
        assert 2.5 == listed(karma, "stranger@good.example"), "who is listed by name has no part in the host's credit"

    def test_a_list_has_a_bound_and_so_has_their_number(self, karma: Karma) -> None:
        replace(karma, MAX_LISTS - 1, [f"h{number}.example" for number in range(MAX_LIST)])
        with pytest.raises(InputError):
            replace(karma, 0, [f"h{number}.example" for number in range(MAX_LIST + 1)])
        with pytest.raises(InputError):
            replace(karma, MAX_LISTS, ["bad.example"])
        with pytest.raises(InputError):
            karma.lists.add(MAX_LISTS, "bad.example", START)
        with pytest.raises(InputError):
            karma.lists.add(0, "", START)


def test_what_a_senders_server_says_of_the_account_moves_a_verdict_a_little(karma: Karma) -> None:
    new, old = Account("registered", START - 60, 0), Account("registered", START - 1000 * DAY, 100)
    assert {"ACCOUNT": pytest.approx(0.9)} == dict(karma.assess(SPAMMER, START, new).reasons)
    assert {"ACCOUNT": pytest.approx(-0.6)} == dict(karma.assess(SPAMMER, START, old).reasons)
    assert () == karma.assess(SPAMMER, START, Account()).reasons


def test_a_client_that_answers_and_one_that_does_not(karma: Karma) -> None:
    karma.note(SPAMMER, START, client=False)
    karma.note(SPAMMER, START, picture=True)
    assert {"CLIENT": 0.3, "PICTURE": -0.2} == dict(karma.assess(SPAMMER, START).reasons)


def test_settings_have_bounds() -> None:
    for wrong in ({"pace": 0.0}, {"burst": 0}, {"agreement": 9}, {"retention_days": 7}):
        with pytest.raises(SettingsError):
            KarmaSettings(**wrong)


def test_a_flood_of_reports_about_some_does_not_make_everybody_suspect(
    karma: Karma, users: Callable[[int], list[bytes]]
) -> None:
    for number, user in enumerate(users(300)):
        karma.vote(user, sender_of(f"s{number}@bad{number}.example"), Event.REPORT, START)
    assert ((), 1.0) == karma.assess(sender_of("fresh@fresh.example"), START)
