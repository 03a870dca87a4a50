"""The whole daemon: a stanza in through the socket, a verdict out, and what lies between restarts."""

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from providence.errors import RemoteError
from providence.keyring import HostKeys
from providence.pnp import AsyncClient, Client, Reply, SlotKind, SlotName

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"
ROMEO = "romeo@montague.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hello, Rosaline from the choir. Please send me the tenor part"

Message = Callable[..., bytes]


def teach(client: Client, message: Message, user: str = JULIET) -> None:
    for number in range(10):
        client.tell(user, message(f"{SPAM} {'!' * number}"), spam=True)
        client.tell(user, message(f"{HAM} {'?' * number}"), spam=False)


def refused(call: Callable[[], object]) -> int:
    with pytest.raises(RemoteError) as caught:
        call()
    return caught.value.code


def test_a_stranger_is_judged_by_what_the_user_taught(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)

        assert client.check(JULIET, message(SPAM)).headers["verdict"] == "junk"
        assert client.check(JULIET, message(HAM)).headers["verdict"] == "deliver"


def test_what_was_unlearnt_is_known_no_more(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        before = client.check(JULIET, message(SPAM)).json()
        teach(client, message)
        for number in range(10):
            client.tell(JULIET, message(f"{SPAM} {'!' * number}"), spam=True, undo=True)
            client.tell(JULIET, message(f"{HAM} {'?' * number}"), spam=False, undo=True)

        assert before == client.check(JULIET, message(SPAM)).json()


def test_a_locked_users_stanzas_wait_and_are_judged_at_the_next_login(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.lock(JULIET)
        assert [client.check(JULIET, message(text)).headers["verdict"] for text in (SPAM, HAM)] == ["delay", "delay"]

        assert daemon.log_in(client).headers["released"] == "1"
        junk = client.junk(JULIET, "list").json()["items"]
        (released,) = client.waiting(JULIET, "list").json()["items"]
        assert [item["from"] for item in junk] == ["stranger@else.example/x"]
        assert message(HAM) == bytes(client.waiting(JULIET, "take", released["item"]).body)


def test_a_released_stanza_is_handed_out_until_the_server_says_it_has_it(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        client.lock(JULIET)
        client.check(JULIET, message(HAM))
        daemon.log_in(client)
        (item,) = client.waiting(JULIET, "list").json()["items"]
        for _ in range(2):
            assert message(HAM) == bytes(client.waiting(JULIET, "take", item["item"]).body)
        client.waiting(JULIET, "done", item["item"])

        assert client.waiting(JULIET, "list").json()["items"] == []
        assert refused(lambda: client.waiting(JULIET, "take", item["item"])) == 404


def test_a_lesson_for_a_locked_user_is_learnt_at_the_next_login(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        client.lock(JULIET)
        assert client.tell(JULIET, message(SPAM), spam=True).code == 202
        daemon.log_in(client)

        assert client.status(JULIET).json()["spam"] == 1


def test_junk_is_shown_released_taught_by_and_deleted(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        names = [client.check(JULIET, message(SPAM)).headers["item"] for _ in range(3)]
        assert sorted(names) == [item["item"] for item in client.junk(JULIET, "list").json()["items"]]
        assert message(SPAM) == bytes(client.junk(JULIET, "show", names[0]).body)

        client.junk(JULIET, "delete", names[0])
        client.junk(JULIET, "spam", names[1])
        assert (client.status(JULIET).json()["spam"], client.status(JULIET).json()["ham"]) == (11, 10)
        client.junk(JULIET, "release", names[1])
        status = client.status(JULIET).json()
        assert (status["spam"], status["ham"], status["junk"], status["released"]) == (10, 11, 1, 1)
        assert client.check(JULIET, message(SPAM)).headers["verdict"] == "deliver"
        assert refused(lambda: client.junk(JULIET, "show", names[0])) == 404


def test_whom_the_user_wrote_to_is_delivered(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.sent(JULIET, message("hello", JULIET, ROMEO))

        assert client.check(JULIET, message(SPAM, ROMEO)).headers["verdict"] == "deliver"


def test_a_user_takes_everything_along_in_one_file(daemon: "Daemon", message: Message, tmp_path: Path) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.check(JULIET, message(SPAM))
    file = tmp_path / "juliet.jsonl"
    command = [sys.executable, "-m", "providence", "export", JULIET, "--socket", str(daemon.socket)]
    subprocess.run([*command, "--output", str(file)], check=True, timeout=60)

    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {"about", "settings", "counts", "slot", "decision", "junk", "learnt"} <= {line["kind"] for line in lines}
    (junk,) = (line for line in lines if line["kind"] == "junk")
    assert message(SPAM).decode() == junk["stanza"]


def test_an_explanation_keeps_nothing(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        headers = {"User": JULIET, "Mode": "explain"}
        told = client.request("CHECK", headers, message(SPAM))

        assert told.headers["verdict"] == "junk"
        assert any(feature.startswith("word:") and spam == 10 for feature, spam, *_ in told.json()["features"])
        assert client.status(JULIET).json()["junk"] == 0


def test_what_was_acknowledged_survives_a_restart(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
    assert daemon.stop() == 0
    daemon.start()
    with daemon.client() as client:
        assert client.status(JULIET).json() == {"state": "locked"}
        daemon.log_in(client)

        assert (client.status(JULIET).json()["spam"], client.status(JULIET).json()["ham"]) == (10, 10)
        assert client.check(JULIET, message(SPAM)).headers["verdict"] == "junk"


def test_a_ticket_opens_the_vault_after_a_restart(daemon: "Daemon") -> None:
    with daemon.client() as client:
        ticket = bytearray(daemon.log_in(client, ticket=True).body)
    daemon.stop()
    daemon.start()
    with daemon.client() as client:
        client.unlock(JULIET, "session", [SlotName(SlotKind.TICKET)], [ticket], enrol=False)

        assert client.status(JULIET).json()["state"] == "open"


def test_what_a_user_locked_no_ticket_reopens(daemon: "Daemon") -> None:
    with daemon.client() as client:
        ticket = bytearray(daemon.log_in(client, ticket=True).body)
        client.lock(JULIET)

        assert 403 == refused(lambda: client.unlock(JULIET, "s", [SlotName(SlotKind.TICKET)], [ticket], enrol=False))


def test_a_lost_connection_ends_its_sessions_and_no_others(daemon: "Daemon") -> None:
    daemon.stop()
    daemon.configure("[sessions]\nlinger = 0\norphan = 0\n")
    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client, ROMEO)
        with daemon.client() as lost:
            daemon.log_in(lost)
            assert "open" == client.status(JULIET).json()["state"]
        while client.status(JULIET).json()["state"] == "open":
            pass

        assert "open" == client.status(ROMEO).json()["state"]


def test_a_killed_worker_locks_its_users_and_the_router_answers_on(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        ticket = bytearray(daemon.log_in(client, ticket=True).body)
        (worker,) = daemon.workers()
        os.kill(worker, signal.SIGKILL)
        while True:
            client.ping()
            with contextlib.suppress(RemoteError):
                state = client.status(JULIET).json()["state"]
                break

        assert state == "locked"
        client.unlock(JULIET, "session", [SlotName(SlotKind.TICKET)], [ticket], enrol=False)
        assert client.check(JULIET, message(HAM)).headers["verdict"] == "deliver"


def test_a_killed_router_takes_its_worker_along_and_the_store_opens_again(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
    (worker,) = daemon.workers()
    ended = os.pidfd_open(worker)
    daemon.stop(signal.SIGKILL)
    assert [ended] == select.select([ended], [], [], 30)[0]
    os.close(ended)

    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client)
        assert (10, 10) == (client.status(JULIET).json()["spam"], client.status(JULIET).json()["ham"])


def test_the_vault_locks_when_the_last_session_ends(daemon: "Daemon") -> None:
    daemon.stop()
    daemon.configure("[sessions]\nlinger = 0\n")
    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client)
        client.end(JULIET, "another")
        assert client.status(JULIET).json()["state"] == "open"
        client.end(JULIET, "session")
        while client.status(JULIET).json()["state"] == "open":
            pass

        assert client.status(JULIET).json() == {"state": "locked"}


def test_a_changed_password_opens_and_the_old_one_does_not(daemon: "Daemon") -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        new = SlotName(SlotKind.SCRAM, "sha-256", b"new salt", 4096)
        client.rewrap(JULIET, [new], [bytearray(b"n" * 32)])
        client.lock(JULIET)
        client.unlock(JULIET, "session", [new], [bytearray(b"n" * 32)], enrol=False)
        client.lock(JULIET)

        wrong = SlotName(SlotKind.SCRAM, "sha-256", b"new salt", 4096)
        assert refused(lambda: client.unlock(JULIET, "s", [wrong], [bytearray(b"o" * 32)], enrol=False)) == 403


def test_a_password_changed_behind_our_back_sets_the_vault_aside_and_a_recovery_code_brings_it_back(
    daemon: "Daemon", message: Message
) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        code = bytearray(client.recovery(JULIET).body)
        client.lock(JULIET)
        daemon.log_in(client, password="changed")
        assert client.status(JULIET).json()["spam"] == 0

        client.restore(JULIET, [SlotName(SlotKind.RECOVERY)], [code])
        assert client.status(JULIET).json()["spam"] == 10
        client.lock(JULIET)
        daemon.log_in(client, password="changed")
        assert client.status(JULIET).json()["spam"] == 10


def test_a_resident_vault_is_judged_with_while_its_user_is_away(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.settings(JULIET, {"opening": "resident", "linger_hours": 0})
        client.lock(JULIET)
        assert client.check(JULIET, message(SPAM)).headers["verdict"] == "junk"

        client.settings(JULIET, {"opening": "session", "linger_hours": 0})
        client.lock(JULIET)
        assert client.check(JULIET, message(SPAM)).headers["verdict"] == "delay"


@pytest.mark.parametrize(
    "change",
    [b"{", b"[]", b'{"opening":"always"}', b'{"opening":"linger","linger_hours":337}', b'{"closing":"never"}'],
)
def test_settings_that_are_none_change_nothing(daemon: "Daemon", change: bytes) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        before = client.settings(JULIET).json()
        assert refused(lambda: client.request("SETTINGS", {"User": JULIET}, change)) == 400

        assert before == client.settings(JULIET).json()


def test_a_forgotten_user_is_as_one_who_never_was(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.forget(JULIET)
        assert refused(lambda: client.junk(JULIET, "list")) == 403
        daemon.log_in(client)

        assert client.status(JULIET).json()["spam"] == 0


def test_without_a_vault_a_stranger_is_delivered_and_nothing_is_kept(daemon: "Daemon", message: Message) -> None:
    """
    There is nobody to seal a stanza to: in doubt the user gets it.
    """
    with daemon.client() as client:
        assert client.check(JULIET, message(HAM)).headers["verdict"] == "deliver"


def test_several_workers_share_the_users_and_an_erasure_reaches_all(daemon: "Daemon", message: Message) -> None:
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
        assert client.verify().json() == {"workers": 3, "users": 11, "problems": []}
        client.compact()

        for user in users[1:]:
            assert client.check(user, message(SPAM)).headers["verdict"] == "junk"
        assert len(users) - 1 == client.stats().json()["open_vaults"]
    assert daemon.stop() == 0


@pytest.mark.parametrize("workers", [1, 3])
def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start(
    daemon: "Daemon", message: Message, workers: int
) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
    daemon.stop()
    HostKeys.load(daemon.host_key).rotate()
    daemon.configure(f"[workers]\ncount = {workers}\n")
    daemon.start()
    assert 1 == len(HostKeys.load(daemon.host_key).epochs)

    with daemon.client() as client:
        daemon.log_in(client)
        assert "junk" == client.check(JULIET, message(SPAM)).headers["verdict"]


def test_a_users_requests_wait_behind_that_users_unlock(daemon: "Daemon", message: Message) -> None:
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

    assert asyncio.run(both()) == ("junk", "0")


def test_a_login_storm_delays_nobody_else(daemon: "Daemon", message: Message) -> None:
    """
    Each login of the storm costs a key derivation; a check of another user overtakes all that still wait.
    """
    daemon.stop()
    daemon.configure("", kdf="argon2id")
    daemon.start()

    async def storm() -> list[str]:
        order: list[str] = []

        async def note(name: str, asked: Coroutine[Any, Any, Reply]) -> None:
            await asked
            order.append(name)

        async with await AsyncClient.unix(daemon.socket) as client:
            await daemon.log_in(client)
            logins = [
                asyncio.create_task(note("login", daemon.log_in(client, f"user{number}@capulet.example")))
                for number in range(20)
            ]
            await asyncio.sleep(0)
            await note("check", client.check(JULIET, message(HAM)))
            await asyncio.gather(*logins)
        return order

    order = asyncio.run(storm())
    assert 21 == len(order)
    assert order.index("check") < 5


def test_a_secret_that_does_not_fit_and_an_unknown_user_are_refused_alike(daemon: "Daemon") -> None:
    slot = SlotName(SlotKind.PASSWORD)
    with daemon.client() as client:
        client.unlock(JULIET, "s", [slot], [bytearray(b"right")], enrol=True)
        client.lock(JULIET)
        assert 403 == refused(lambda: client.unlock(JULIET, "s", [slot], [bytearray(b"wrong")], enrol=False))
        assert 403 == refused(lambda: client.unlock(ROMEO, "s", [slot], [bytearray(b"wrong")], enrol=False))
        client.unlock(JULIET, "s", [slot], [bytearray(b"right")], enrol=False)
