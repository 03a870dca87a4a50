"""The whole daemon: a stanza in through the socket, a verdict out, and what lies between restarts."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from providence.errors import RemoteError
from providence.pnp import AsyncClient, Client, SlotKind, SlotName

JULIET = "juliet@capulet.example"
ROMEO = "romeo@montague.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hi, it is Rosaline from the choir, do you still have the tenor part?"

Message = Callable[..., bytes]


def teach(client: Client, message: Message, user: str = JULIET) -> None:
    for number in range(10):
        client.tell(user, message(f"{SPAM} {'!' * number}"), spam=True)
        client.tell(user, message(f"{HAM} {'?' * number}"), spam=False)


def refused(call: Callable[[], object]) -> int:
    with pytest.raises(RemoteError) as caught:
        call()
    return caught.value.code


def test_a_stranger_is_judged_by_what_the_user_taught(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)

        assert "junk" == client.check(JULIET, message(SPAM)).headers["verdict"]
        assert "deliver" == client.check(JULIET, message(HAM)).headers["verdict"]


def test_what_was_unlearnt_is_known_no_more(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        before = client.check(JULIET, message(SPAM)).json()
        teach(client, message)
        for number in range(10):
            client.tell(JULIET, message(f"{SPAM} {'!' * number}"), spam=True, undo=True)
            client.tell(JULIET, message(f"{HAM} {'?' * number}"), spam=False, undo=True)

        assert before == client.check(JULIET, message(SPAM)).json()


def test_a_locked_users_stanzas_wait_and_are_judged_at_the_next_login(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.lock(JULIET)
        assert ["delay", "delay"] == [client.check(JULIET, message(text)).headers["verdict"] for text in (SPAM, HAM)]

        assert "1" == daemon.log_in(client).headers["released"]
        junk = client.junk(JULIET, "list").json()["items"]
        (released,) = client.waiting(JULIET, "list").json()["items"]
        assert ["stranger@else.example/x"] == [item["from"] for item in junk]
        assert message(HAM) == bytes(client.waiting(JULIET, "take", released["item"]).body)


def test_a_released_stanza_is_handed_out_until_the_server_says_it_has_it(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        client.lock(JULIET)
        client.check(JULIET, message(HAM))
        daemon.log_in(client)
        (item,) = client.waiting(JULIET, "list").json()["items"]
        for _ in range(2):
            assert message(HAM) == bytes(client.waiting(JULIET, "take", item["item"]).body)
        client.waiting(JULIET, "done", item["item"])

        assert [] == client.waiting(JULIET, "list").json()["items"]
        assert 404 == refused(lambda: client.waiting(JULIET, "take", item["item"]))


def test_a_lesson_for_a_locked_user_is_learnt_at_the_next_login(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        client.lock(JULIET)
        assert 202 == client.tell(JULIET, message(SPAM), spam=True).code
        daemon.log_in(client)

        assert 1 == client.status(JULIET).json()["spam"]


def test_junk_is_shown_released_taught_by_and_deleted(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        names = [client.check(JULIET, message(SPAM)).headers["item"] for _ in range(3)]
        assert sorted(names) == [item["item"] for item in client.junk(JULIET, "list").json()["items"]]
        assert message(SPAM) == bytes(client.junk(JULIET, "show", names[0]).body)

        client.junk(JULIET, "delete", names[0])
        client.junk(JULIET, "spam", names[1])
        assert (11, 10) == (client.status(JULIET).json()["spam"], client.status(JULIET).json()["ham"])
        client.junk(JULIET, "release", names[1])
        status = client.status(JULIET).json()
        assert (11, 11, 1, 1) == (status["spam"], status["ham"], status["junk"], status["released"])
        assert "deliver" == client.check(JULIET, message(SPAM)).headers["verdict"]
        assert 404 == refused(lambda: client.junk(JULIET, "show", names[0]))


def test_whom_the_user_wrote_to_is_delivered(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.sent(JULIET, message("hello", JULIET, ROMEO))

        assert "deliver" == client.check(JULIET, message(SPAM, ROMEO)).headers["verdict"]


def test_a_report_teaches_with_the_stanza_or_with_the_junk_item(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        item = client.check(JULIET, message(SPAM)).headers["item"]
        client.request("REPORT", {"User": JULIET, "From": ROMEO, "Reason": "spam", "Item": item})
        client.request("REPORT", {"User": JULIET, "From": ROMEO, "Reason": "spam"}, message(SPAM))

        assert 12 == client.status(JULIET).json()["spam"]


def test_an_explanation_keeps_nothing(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        headers = {"User": JULIET, "Mode": "explain"}
        told = client.request("CHECK", headers, message(SPAM))

        assert "junk" == told.headers["verdict"]
        assert any(feature.startswith("word:") and spam == 10 for feature, spam, _, _ in told.json()["features"])
        assert 0 == client.status(JULIET).json()["junk"]


def test_what_was_acknowledged_survives_a_restart(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
    assert 0 == daemon.stop()
    daemon.start()
    with daemon.client() as client:
        assert {"state": "locked"} == client.status(JULIET).json()
        daemon.log_in(client)

        assert (10, 10) == (client.status(JULIET).json()["spam"], client.status(JULIET).json()["ham"])
        assert "junk" == client.check(JULIET, message(SPAM)).headers["verdict"]


def test_a_ticket_opens_the_vault_after_a_restart(daemon) -> None:
    with daemon.client() as client:
        ticket = bytearray(daemon.log_in(client, ticket=True).body)
    daemon.stop()
    daemon.start()
    with daemon.client() as client:
        client.unlock(JULIET, "session", [SlotName(SlotKind.TICKET)], [ticket], enrol=False)

        assert "open" == client.status(JULIET).json()["state"]


def test_a_killed_worker_locks_its_users_and_the_router_answers_on(daemon, message) -> None:
    with daemon.client() as client:
        ticket = bytearray(daemon.log_in(client, ticket=True).body)
        (worker,) = daemon.workers()
        os.kill(worker, signal.SIGKILL)
        while True:
            client.ping()
            try:
                state = client.status(JULIET).json()["state"]
            except RemoteError as error:
                assert 503 == error.code
            else:
                break

        assert "locked" == state
        client.unlock(JULIET, "session", [SlotName(SlotKind.TICKET)], [ticket], enrol=False)
        assert "deliver" == client.check(JULIET, message(HAM)).headers["verdict"]


def test_the_vault_locks_when_the_last_session_ends(daemon) -> None:
    daemon.stop()
    daemon.configure("[sessions]\nlinger = 0\n")
    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client)
        client.end(JULIET, "another")
        assert "open" == client.status(JULIET).json()["state"]
        client.end(JULIET, "session")
        while "open" == client.status(JULIET).json()["state"]:
            pass

        assert {"state": "locked"} == client.status(JULIET).json()


def test_a_changed_password_opens_and_the_old_one_does_not(daemon) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        new = SlotName(SlotKind.SCRAM, "sha-256", b"new salt", 4096)
        client.rewrap(JULIET, [new], [bytearray(b"n" * 32)])
        client.lock(JULIET)
        client.unlock(JULIET, "session", [new], [bytearray(b"n" * 32)], enrol=False)
        client.lock(JULIET)

        wrong = SlotName(SlotKind.SCRAM, "sha-256", b"new salt", 4096)
        assert 403 == refused(lambda: client.unlock(JULIET, "s", [wrong], [bytearray(b"o" * 32)], enrol=False))


def test_a_password_changed_behind_our_back_sets_the_vault_aside_and_a_recovery_code_brings_it_back(
    daemon, message
) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        code = bytearray(client.recovery(JULIET).body)
        client.lock(JULIET)
        daemon.log_in(client, password="changed")
        assert 0 == client.status(JULIET).json()["spam"]

        client.restore(JULIET, [SlotName(SlotKind.RECOVERY)], [code])
        assert 10 == client.status(JULIET).json()["spam"]
        client.lock(JULIET)
        daemon.log_in(client, password="changed")
        assert 10 == client.status(JULIET).json()["spam"]


def test_a_resident_vault_is_judged_with_while_its_user_is_away(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.settings(JULIET, {"opening": "resident", "linger_hours": 0})
        client.lock(JULIET)
        assert "junk" == client.check(JULIET, message(SPAM)).headers["verdict"]

        client.settings(JULIET, {"opening": "session", "linger_hours": 0})
        client.lock(JULIET)
        assert "delay" == client.check(JULIET, message(SPAM)).headers["verdict"]


@pytest.mark.parametrize(
    "change",
    [b"{", b"[]", b'{"opening":"always","linger_hours":0}', b'{"opening":"linger","linger_hours":337}', b"{}"],
)
def test_settings_that_are_none_change_nothing(daemon, change: bytes) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        assert 400 == refused(lambda: client.request("SETTINGS", {"User": JULIET}, change))

        assert {"opening": "session", "linger_hours": 0} == client.settings(JULIET).json()


def test_a_forgotten_user_is_as_one_who_never_was(daemon, message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.forget(JULIET)
        assert 403 == refused(lambda: client.junk(JULIET, "list"))
        daemon.log_in(client)

        assert 0 == client.status(JULIET).json()["spam"]


def test_without_a_vault_a_stranger_is_delivered_and_nothing_is_kept(daemon, message) -> None:
    """
    There is nobody to seal a stanza to: in doubt the user gets it.
    """
    with daemon.client() as client:
        assert "deliver" == client.check(JULIET, message(HAM)).headers["verdict"]


def test_several_workers_share_the_users_and_an_erasure_reaches_all(daemon, message) -> None:
    users = [f"user{number}@capulet.example" for number in range(12)]
    daemon.stop()
    daemon.configure("[workers]\ncount = 3\n")
    daemon.start()
    with daemon.client() as client:
        for user in users:
            daemon.log_in(client, user)
            teach(client, message, user)
        client.forget(users[0])
        client.compact()
        assert {"workers": 3, "users": 11, "problems": []} == client.verify().json()
        client.compact()

        for user in users[1:]:
            assert "junk" == client.check(user, message(SPAM)).headers["verdict"]
        assert len(users) - 1 == client.stats().json()["open_vaults"]
    assert 0 == daemon.stop()


def test_a_users_requests_wait_behind_that_users_unlock(daemon, message) -> None:
    """
    Sent in one go and answered in any order, the check is judged with the open vault.
    """
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.lock(JULIET)

    async def both() -> tuple[str, str]:
        async with await AsyncClient.unix(daemon.socket) as client:
            login = asyncio.create_task(daemon.log_in(client))
            check = asyncio.create_task(client.check(JULIET, message(SPAM)))
            return (await check).headers["verdict"], (await login).headers["released"]

    assert ("junk", "0") == asyncio.run(both())
