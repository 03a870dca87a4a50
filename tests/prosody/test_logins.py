"""What a login opens, and what closes it again."""

import signal
from collections.abc import Callable
from typing import Any

import pytest

CAPULET, CAPULET_256, CAPULET_PLAIN, TOKENS = "capulet.example", "capulet256.example", "plain.example", "tokens.example"
REGISTER = "<query xmlns='jabber:iq:register'>{}</query>"

Account = Callable[..., str]


@pytest.mark.parametrize("domain", [CAPULET, CAPULET_256])
def test_every_mechanism_opens_the_same_vault(domain: str, capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, domain)
    scram = "SCRAM-SHA-1" if domain == CAPULET else "SCRAM-SHA-256"
    for count, mechanism in enumerate(["PLAIN", scram, f"{scram}-PLUS"]):
        with capulet.client(jid, mechanism=mechanism):
            assert providence.has(jid, state="open")
            assert count == providence.status(jid)["ham"]
            providence.learn(jid)
        assert providence.has(jid, state="locked")


def test_failed_tries_on_the_same_stream_do_no_harm(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid, mechanism="") as juliet:
        assert not juliet.authenticate("PLAIN", "wrong")
        assert not juliet.authenticate("SCRAM-SHA-1", "wrong")
        assert providence.status(jid)["state"] == "locked"
        assert juliet.authenticate("SCRAM-SHA-1")
        juliet.bind("balcony")

        assert providence.has(jid, state="open")


def test_a_vault_stays_open_until_the_last_session_ends(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid, resource="one"):
        with capulet.client(jid, resource="two"):
            assert providence.has(jid, state="open")
        # The server says so after all that it does at a log-out.
        with capulet.client(jid, resource="three"):
            assert providence.status(jid)["state"] == "open"
        assert providence.status(jid)["state"] == "open"
    assert providence.has(jid, state="locked")


def test_a_hibernating_session_keeps_the_vault_open_and_a_resumed_one_too(
    capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    juliet = capulet.client(jid)
    juliet.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    enabled = juliet.wait(lambda element: element.tag.endswith("enabled"))
    juliet.cut()
    assert providence.until(lambda: bool(capulet.log_lines("going into hibernation")))
    assert providence.status(jid)["state"] == "open"

    with capulet.client(jid, mechanism="") as again:
        again.authenticate("SCRAM-SHA-1")
        again.send(f"<resume xmlns='urn:xmpp:sm:3' h='0' previd='{enabled.get('id')}'/>")
        again.wait(lambda element: element.tag.endswith("resumed"))
        again.flush()
        assert providence.status(jid)["state"] == "open"
    assert providence.has(jid, state="locked")


def test_a_password_set_by_another_process_starts_an_empty_vault(
    capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")
    capulet.register(jid, "eraser")

    with capulet.client(jid, password="eraser"):
        assert providence.has(jid, state="open")
        assert 0 == providence.status(jid)["ham"]


def test_a_deleted_account_leaves_nothing_even_if_the_daemon_was_away(
    capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        assert providence.has(jid, state="open")
        providence.learn(jid)
        providence.stop()
        juliet.send(f"<iq type='set' id='bye' to='{CAPULET}'>{REGISTER.format('<remove/>')}</iq>")
    providence.start()

    capulet.register(jid)
    with capulet.client(jid):
        assert providence.has(jid, state="open")
        assert 0 == providence.status(jid)["ham"]


def test_no_vault_is_opened_where_passwords_are_kept_plain(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET_PLAIN)
    with capulet.client(jid, mechanism="SCRAM-SHA-1") as juliet:
        juliet.flush()
        assert providence.status(jid)["state"] == "locked"
    assert capulet.log_lines("no vault is opened. Set authentication")


@pytest.mark.parametrize("away", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_that_was_started_anew_reopens_by_ticket(
    away: signal.Signals, capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid), capulet.client(jid, resource="two"):
        assert providence.has(jid, state="open")
        providence.learn(jid)
        providence.stop(away)
        providence.start()

        assert providence.has(jid, ham=1)
        with capulet.client(jid, resource="three"):
            pass
        assert 1 == providence.status(jid)["ham"]
    assert providence.has(jid, state="locked")


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
        assert providence.has(jid, state="open")
    assert providence.has(jid, state="locked")


def test_a_reload_of_the_module_keeps_vaults_open(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        assert providence.has(jid, state="open")
        providence.learn(jid)
        capulet.control("shell", f"module:reload('providence', '{CAPULET}')")
        juliet.flush()
        assert 1 == providence.status(jid)["ham"]
        with capulet.client(jid, resource="two"):
            pass
        assert 1 == providence.status(jid)["ham"]
    assert providence.has(jid, state="locked")


def test_a_worker_that_died_is_noticed_and_the_vault_opened_by_ticket(
    capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid) as juliet:
        assert providence.has(jid, state="open")
        providence.learn(jid)
        providence.kill_worker()
        juliet.say("romeo@nowhere.example", "parting is such sweet sorrow")

        assert providence.has(jid, state="open")
        assert providence.until(lambda: providence.status(jid)["ham"] >= 1)


def test_a_login_without_a_secret_opens_the_vault_by_the_ticket_of_an_earlier_one(
    capulet: Any, providence: Any
) -> None:
    jid = f"juliet@{TOKENS}"
    capulet.control("shell", f"user:create('{jid}', 'pencil')")
    with capulet.client(jid, password="token") as juliet:
        juliet.flush()
        assert providence.status(jid)["state"] == "locked"
    with capulet.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")

    with capulet.client(jid, password="token"):
        assert providence.has(jid, ham=1)
    assert providence.has(jid, state="locked")


@pytest.mark.parametrize("module", ["auth_internal_hashed", "providence"])
def test_a_login_opens_a_vault_once_however_often_modules_were_reloaded(
    module: str, capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    for _ in range(2):
        capulet.control("shell", f"module:reload('{module}', '{CAPULET}')")
    with providence.client() as pnp:
        before = pnp.stats().json()["counts"].get("unlock", 0)
        with capulet.client(jid, mechanism="SCRAM-SHA-1"):
            assert providence.has(jid, state="open")
            assert before + 1 == pnp.stats().json()["counts"]["unlock"]


def test_an_unloaded_module_locks_what_it_opened(capulet: Any, providence: Any, account: Account) -> None:
    jid = account(capulet, CAPULET_256)
    with capulet.client(jid):
        assert providence.has(jid, state="open")
        capulet.control("shell", f"module:unload('providence', '{CAPULET_256}')")
        try:
            assert providence.has(jid, state="locked")
        finally:
            capulet.control("shell", f"module:load('providence', '{CAPULET_256}')")


@pytest.mark.parametrize(
    "how",
    [signal.SIGTERM, signal.SIGKILL],
)
def test_a_server_that_ends_locks_its_vaults(
    how: signal.Signals, capulet: Any, providence: Any, account: Account
) -> None:
    jid = account(capulet, CAPULET)
    client = capulet.client(jid)
    assert providence.has(jid, state="open")
    capulet.stop(how)
    try:
        assert providence.has(jid, state="locked", patience=3)
    finally:
        capulet.start()
        client.close()
