"""What becomes of a vault when the account changes: new passwords, and its end."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

SHA_1, SHA_256 = "sha1.example", "sha256.example"
PRINCE = "prince"
COMMAND = (
    "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#{}' {}>{}</command>"
)
REGISTER = "<query xmlns='jabber:iq:register'>{}</query>"

Account = Callable[..., str]
Change = Callable[[Any, str], None]


@pytest.fixture(scope="module")
def court(stage: Callable[..., Any], providence: Any) -> Any:
    """A server with an administrator."""
    hosts = f"""
providence_socket = "{providence.socket}"
admins = {{ "{PRINCE}@{SHA_1}", "{PRINCE}@{SHA_256}" }}
VirtualHost "{SHA_1}"
  password_hash = "SHA-1"
VirtualHost "{SHA_256}"
  password_hash = "SHA-256"
"""
    court = stage("court", hosts, SHA_1, SHA_256, modules='"admin_adhoc", "providence"')
    for domain in (SHA_1, SHA_256):
        court.register(f"{PRINCE}@{domain}")
    return court


def command(court: Any, jid: str, node: str, **fields: str) -> None:
    """Run an administrator's command (XEP-0133)."""
    domain = jid.partition("@")[2]
    with court.client(f"{PRINCE}@{domain}") as prince:
        form = prince.ask("set", COMMAND.format(node, "action='execute'", ""), domain)
        session = next(element.get("sessionid") for element in form.iter() if element.get("sessionid"))
        answers = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in fields.items())
        kind = f"<field var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>{answers}"
        data = f"<x xmlns='jabber:x:data' type='submit'>{kind}</x>"
        done = prince.ask("set", COMMAND.format(node, f"action='complete' sessionid='{session}'", data), domain)
        assert "completed" in ET.tostring(done).decode()


def in_band(court: Any, jid: str) -> None:
    """By the user (XEP-0077)."""
    user, domain = jid.split("@")
    with court.client(jid, resource="changing") as juliet:
        juliet.ask("set", REGISTER.format(f"<username>{user}</username><password>eraser</password>"), domain)


def by_command(court: Any, jid: str) -> None:
    """By an administrator's command."""
    command(court, jid, "change-user-password", accountjid=jid, password="eraser")


def by_shell(court: Any, jid: str) -> None:
    """By prosodyctl."""
    court.control("shell", f"user:password('{jid}', 'eraser')")


@pytest.mark.parametrize("domain", [SHA_1, SHA_256])
@pytest.mark.parametrize("change", [in_band, by_command, by_shell])
def test_a_new_password_opens_the_vault_of_a_user_who_is_online(
    change: Change, domain: str, court: Any, providence: Any, account: Account
) -> None:
    jid = account(court, domain)
    scram = "SCRAM-SHA-1" if domain == SHA_1 else "SCRAM-SHA-256"
    with court.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
        change(court, jid)
    assert providence.has(jid, state="locked")

    for mechanism in (scram, "PLAIN"):
        with court.client(jid, password="eraser", mechanism=mechanism):
            assert providence.has(jid, ham=1)
        assert providence.has(jid, state="locked")


@pytest.mark.parametrize("change", [by_command, by_shell])
def test_a_password_that_others_set_for_a_user_who_is_away_starts_an_empty_vault(
    change: Change, court: Any, providence: Any, account: Account
) -> None:
    jid = account(court, SHA_1)
    with court.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")
    change(court, jid)

    with court.client(jid, password="eraser"):
        assert providence.has(jid, state="open")
        assert 0 == providence.status(jid)["ham"]
    assert court.log_lines("A vault does not know its user's new password: 403")


def leave(court: Any, jid: str) -> None:
    """By the user (XEP-0077)."""
    with court.client(jid, resource="leaving") as juliet:
        juliet.send(f"<iq type='set' id='bye' to='{jid.partition('@')[2]}'>{REGISTER.format('<remove/>')}</iq>")


def delete_by_command(court: Any, jid: str) -> None:
    """By an administrator's command."""
    command(court, jid, "delete-user", accountjids=jid)


def delete_by_shell(court: Any, jid: str) -> None:
    """By prosodyctl."""
    court.control("shell", f"user:delete('{jid}')")


@pytest.mark.parametrize("delete", [leave, delete_by_command, delete_by_shell])
def test_a_deleted_account_leaves_nothing(delete: Change, court: Any, providence: Any, account: Account) -> None:
    jid = account(court, SHA_256)
    with court.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")
    with providence.client() as pnp:
        before = pnp.stats().json()["counts"].get("forget", 0)
        delete(court, jid)
        assert providence.until(lambda: before + 1 == pnp.stats().json()["counts"].get("forget", 0))

    court.register(jid)
    with court.client(jid):
        assert providence.has(jid, state="open")
        assert 0 == providence.status(jid)["ham"]
