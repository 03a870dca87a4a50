"""A worker that is killed locks its own users and nobody else's, and their tickets open them again."""

import os
import select
import signal
from collections.abc import Callable
from typing import Any

import pytest

from providence.errors import UnreachableError
from providence.keyring import HostKeys

Daemon = Any  # what conftest.py says
Tools = Any

TWO = '[workers]\ncount = 2\n[keyring]\nkdf = "hkdf"\n'


def users_of_both(daemon: Daemon) -> tuple[str, str]:
    """Return a user of the first worker and one of the second."""
    pin = HostKeys.load(daemon.host_key).pin
    names = [f"user{number}@montague.example" for number in range(100)]
    first, second = (next(name for name in names if pin(name) % 2 == worker) for worker in range(2))
    return first, second


def kill(pid: int) -> None:
    """Kill a process and wait until it is gone."""
    gone = os.pidfd_open(pid)
    signal.pidfd_send_signal(gone, signal.SIGKILL)
    os.close(gone)


def come_back(daemon: Daemon, user: str) -> None:
    """Ask until the user's worker is there again."""
    while daemon.code("STATUS", user) == 503:
        pass


def test_a_ticket_opens_again_what_a_killed_worker_locked(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """The router answers on; what was acknowledged is there; no password is needed."""
    with make_daemon() as daemon:
        user = "juliet@capulet.example"
        ticket = bytes(daemon.unlock(user, b"a password", ticket=True).body)
        daemon.ask("TELL", user, {"Label": "spam"}, tools.stanza("won a prize"))
        kill(daemon.workers[0])

        assert daemon.json("PING")["protocols"]
        come_back(daemon, user)
        assert {"state": "locked"} == daemon.json("STATUS", user)
        daemon.unlock(user, ticket, "ticket", enrol=False)
        assert 1 == daemon.json("STATUS", user)["spam"]


def test_the_users_of_other_workers_notice_nothing(make_daemon: Callable[..., Daemon]) -> None:
    """Their vaults stay open all the while."""
    with make_daemon(settings=TWO) as daemon:
        first, second = users_of_both(daemon)
        for user in (first, second):
            daemon.unlock(user, os.urandom(32), "scram")
        kill(daemon.workers[0])

        assert "open" == daemon.json("STATUS", second)["state"]
        come_back(daemon, first)
        assert "locked" == daemon.json("STATUS", first)["state"]
        assert "open" == daemon.json("STATUS", second)["state"]


def test_what_was_under_way_is_answered_with_503(make_daemon: Callable[..., Daemon]) -> None:
    """A stopped worker takes nothing; when it is killed, each request that waits for it gets its answer."""
    with make_daemon() as daemon:
        worker = daemon.workers[0]
        os.kill(worker, signal.SIGSTOP)
        asked = b"".join(b"STATUS PNP/1.0\r\nId: %d\r\nUser: a@b.example\r\n\r\n" % number for number in range(50))

        with daemon.connected() as sock:
            sock.sendall(asked + b"PING PNP/1.0\r\nId: ping\r\n\r\n")
            assert b"Id: ping" in sock.recv(65_536)
            os.kill(worker, signal.SIGKILL)
            answers = b""
            while answers.count(b"PNP/1.0 503") < 50:
                answers += sock.recv(65_536)

        assert {b"Id: %d\r" % number for number in range(50)} <= {line + b"\r" for line in answers.split(b"\r\n")}


def test_a_worker_without_its_router_ends_too(make_daemon: Callable[..., Daemon]) -> None:
    """No vault stays open in a process that nobody can ask to lock it."""
    with make_daemon() as daemon:
        daemon.unlock("juliet@capulet.example", b"a password")
        worker = os.pidfd_open(daemon.workers[0])
        kill(daemon.router)
        ended, _, _ = select.select([worker], [], [], 60)
        os.close(worker)

        assert [worker] == ended
        with pytest.raises(UnreachableError):
            daemon.client()
