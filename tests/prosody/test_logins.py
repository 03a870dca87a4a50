"""What a login opens, and what closes it again."""

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from providence.errors import RemoteError, UnreachableError

CAPULET, CAPULET_256, CAPULET_PLAIN = "capulet.example", "capulet256.example", "plain.example"
REGISTER = "<query xmlns='jabber:iq:register'>{}</query>"

Account = Callable[..., str]
Message = Callable[..., bytes]


def state(providence: Any, jid: str) -> str:
    with providence.client() as pnp:
        return str(pnp.status(jid).json()["state"])


def taught(providence: Any, jid: str) -> int:
    """How many hams the user's vault knows; none where it is locked or another one."""
    with providence.client() as pnp:
        return int(pnp.status(jid).json().get("ham", 0))


def teach(providence: Any, jid: str, message: Message) -> None:
    with providence.client() as pnp:
        pnp.tell(jid, message("wherefore art thou"), spam=False)


def until(what: Callable[[], bool], seconds: float = 10) -> bool:
    """Ask again until it is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return True
        except (RemoteError, UnreachableError):
            pass
    return False


@pytest.mark.parametrize("domain", [CAPULET, CAPULET_256])
def test_every_mechanism_opens_the_same_vault(
    domain: str, capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, domain)
    scram = "SCRAM-SHA-1" if domain == CAPULET else "SCRAM-SHA-256"
    for count, mechanism in enumerate(["PLAIN", scram, f"{scram}-PLUS"]):
        with capulet.client(jid, mechanism=mechanism):
            assert until(lambda: state(providence, jid) == "open")
            assert count == taught(providence, jid)
            teach(providence, jid, message)
        assert until(lambda: state(providence, jid) == "locked")


def test_failed_tries_on_the_same_stream_do_no_harm(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid, mechanism="") as juliet:
        assert not juliet.authenticate("PLAIN", "wrong")
        assert not juliet.authenticate("SCRAM-SHA-1", "wrong")
        assert state(providence, jid) == "locked"
        assert juliet.authenticate("SCRAM-SHA-1")
        juliet.bind("balcony")

        assert until(lambda: state(providence, jid) == "open")


def test_a_vault_stays_open_until_the_last_session_ends(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid, resource="one"):
        with capulet.client(jid, resource="two"):
            assert until(lambda: state(providence, jid) == "open")
        # The server says so after all that it does at a log-out.
        with capulet.client(jid, resource="three"):
            assert state(providence, jid) == "open"
        assert state(providence, jid) == "open"
    assert until(lambda: state(providence, jid) == "locked")


def test_a_hibernating_session_keeps_the_vault_open_and_a_resumed_one_too(
    capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    juliet = capulet.client(jid)
    juliet.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    enabled = juliet.wait(lambda element: element.tag.endswith("enabled"))
    juliet.cut()
    assert until(lambda: bool(capulet.log_lines("going into hibernation")))
    assert state(providence, jid) == "open"

    with capulet.client(jid, mechanism="") as again:
        again.authenticate("SCRAM-SHA-1")
        again.send(f"<resume xmlns='urn:xmpp:sm:3' h='0' previd='{enabled.get('id')}'/>")
        again.wait(lambda element: element.tag.endswith("resumed"))
        again.flush()
        assert state(providence, jid) == "open"
    assert until(lambda: state(providence, jid) == "locked")


def test_a_new_password_opens_the_vault_of_the_old_one(
    capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        until(lambda: state(providence, jid) == "open")
        teach(providence, jid, message)
        user = jid.partition("@")[0]
        juliet.ask("set", REGISTER.format(f"<username>{user}</username><password>eraser</password>"), CAPULET)
    assert until(lambda: state(providence, jid) == "locked")

    with capulet.client(jid, password="eraser", mechanism="SCRAM-SHA-1"):
        assert until(lambda: taught(providence, jid) == 1)


def test_a_password_set_by_another_process_starts_an_empty_vault(
    capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid):
        until(lambda: state(providence, jid) == "open")
        teach(providence, jid, message)
    until(lambda: state(providence, jid) == "locked")
    capulet.register(jid, "eraser")

    with capulet.client(jid, password="eraser"):
        assert until(lambda: state(providence, jid) == "open")
        assert 0 == taught(providence, jid)


def test_a_deleted_account_leaves_nothing_even_if_the_daemon_was_away(
    capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        until(lambda: state(providence, jid) == "open")
        teach(providence, jid, message)
        providence.stop()
        juliet.send(f"<iq type='set' id='bye' to='{CAPULET}'>{REGISTER.format('<remove/>')}</iq>")
    providence.start()

    capulet.register(jid)
    with capulet.client(jid):
        assert until(lambda: state(providence, jid) == "open")
        assert 0 == taught(providence, jid)


def test_no_vault_is_opened_where_passwords_are_kept_plain(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET_PLAIN)
    with capulet.client(jid, mechanism="SCRAM-SHA-1") as juliet:
        juliet.flush()
        assert state(providence, jid) == "locked"
    assert capulet.log_lines("no vault is opened. Set authentication")


@pytest.mark.parametrize("away", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_that_was_started_anew_reopens_by_ticket(
    away: signal.Signals, capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid), capulet.client(jid, resource="two"):
        until(lambda: state(providence, jid) == "open")
        teach(providence, jid, message)
        providence.stop(away)
        providence.start()

        assert until(lambda: taught(providence, jid) == 1)
        with capulet.client(jid, resource="three"):
            pass
        assert 1 == taught(providence, jid)
    assert until(lambda: state(providence, jid) == "locked")


def test_a_login_goes_on_while_the_daemon_is_away_or_frozen(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    providence.stop()
    with capulet.client(jid) as juliet:
        assert juliet.jid
    providence.start()
    providence.signal(signal.SIGSTOP)
    try:
        with capulet.client(jid) as juliet:
            assert juliet.jid
    finally:
        providence.signal(signal.SIGCONT)
    with capulet.client(jid):
        assert until(lambda: state(providence, jid) == "open")
    assert until(lambda: state(providence, jid) == "locked")


def test_a_reload_of_the_module_keeps_vaults_open(
    capulet: Any, providence: Any, account: Account, message: Message
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        until(lambda: state(providence, jid) == "open")
        teach(providence, jid, message)
        capulet.control("shell", f"module:reload('providence', '{CAPULET}')")
        juliet.flush()
        assert 1 == taught(providence, jid)
        with capulet.client(jid, resource="two"):
            pass
        assert 1 == taught(providence, jid)
    assert until(lambda: state(providence, jid) == "locked")
