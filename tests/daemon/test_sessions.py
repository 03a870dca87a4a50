"""Who keeps which vault open; time is moved by hand."""

import pytest

from providence.daemon.sessions import MAX_SESSIONS, Sessions
from providence.errors import BusyError

UID, OTHER = b"u" * 16, b"o" * 16
ORPHAN = 30.0


def test_a_vault_is_due_after_its_last_session_and_the_linger() -> None:
    sessions = Sessions(10.0, ORPHAN)
    sessions.begin(UID, "phone")
    sessions.begin(UID, "laptop")
    sessions.end(UID, "phone", 100.0)
    assert sessions.next_due() is None

    sessions.end(UID, "laptop", 200.0)
    assert 210.0 == sessions.next_due()
    assert [] == sessions.due(209.9)
    assert [UID] == sessions.due(210.0)


def test_a_resumed_session_keeps_the_vault_open() -> None:
    """
    The new stream is announced before the old one ends, under another name.
    """
    sessions = Sessions(0.0, ORPHAN)
    sessions.begin(UID, "stream-1")
    sessions.begin(UID, "stream-2")
    sessions.end(UID, "stream-1", 1.0)

    assert [] == sessions.due(99.0)


def test_a_session_within_the_linger_keeps_the_vault_open() -> None:
    sessions = Sessions(10.0, ORPHAN)
    sessions.begin(UID, "a")
    sessions.end(UID, "a", 0.0)
    sessions.begin(UID, "b")

    assert [] == sessions.due(99.0)


def test_the_same_name_twice_is_one_session_and_an_unknown_name_none() -> None:
    sessions = Sessions(0.0, ORPHAN)
    sessions.begin(UID, "a")
    sessions.begin(UID, "a")
    sessions.end(UID, "never", 1.0)
    assert 1 == len(sessions)

    sessions.end(UID, "a", 1.0)
    sessions.end(UID, "a", 5.0)
    assert [UID] == sessions.due(1.0)


def test_a_user_may_choose_to_linger_longer_and_never_shorter() -> None:
    sessions = Sessions(10.0, ORPHAN)
    for uid, seconds in ((UID, 60.0), (OTHER, 1.0)):
        sessions.begin(uid, "a")
        sessions.linger(uid, seconds)
        sessions.end(uid, "a", 0.0)

    assert [OTHER] == sessions.due(59.9)
    assert {UID, OTHER} == set(sessions.due(60.0))


def test_a_locked_vaults_sessions_are_forgotten() -> None:
    sessions = Sessions(0.0, ORPHAN)
    sessions.begin(UID, "a")
    sessions.forget(UID)
    sessions.end(UID, "a", 1.0)

    assert (0, []) == (len(sessions), sessions.due(99.0))


def test_one_session_too_many_is_refused() -> None:
    sessions = Sessions(0.0, ORPHAN)
    for number in range(MAX_SESSIONS):
        sessions.begin(UID, str(number))
    sessions.begin(UID, "0")
    sessions.begin(OTHER, "0")

    with pytest.raises(BusyError):
        sessions.begin(UID, "one more")
    assert MAX_SESSIONS + 1 == len(sessions)


def test_the_sessions_of_a_lost_connection_end_after_their_time() -> None:
    sessions = Sessions(10.0, ORPHAN)
    sessions.begin(UID, "a", "1")
    sessions.begin(OTHER, "a", "2")
    sessions.lose("1", 100.0)
    assert 130.0 == sessions.next_due()
    assert [] == sessions.due(130.0)

    assert 140.0 == sessions.next_due()
    assert [UID] == sessions.due(140.0)


def test_a_session_announced_on_a_new_connection_is_no_orphan() -> None:
    sessions = Sessions(0.0, ORPHAN)
    sessions.begin(UID, "a", "1")
    sessions.lose("1", 100.0)
    sessions.begin(UID, "a", "2")

    assert ([], None) == (sessions.due(999.0), sessions.next_due())


def test_a_session_without_a_connection_stays() -> None:
    """
    The command line opens a vault and goes; `lock` ends it.
    """
    sessions = Sessions(0.0, ORPHAN)
    sessions.begin(UID, "command-line")
    sessions.lose("1", 100.0)

    assert [] == sessions.due(999.0)
