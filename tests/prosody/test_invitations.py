"""A password that is reset by an invitation (XEP-0401, as Prosody's mod_invites makes them)."""

import re
from collections.abc import Callable
from typing import Any

CAPULET = "capulet256.example"


def reset(server: Any, jid: str, password: str) -> None:
    """Set a new password as a client does that was sent a link."""
    user, domain = jid.split("@")
    link = server.control("mod_invites", "generate", domain, "--reset", user)
    (token,) = re.findall(r"preauth=([A-Za-z0-9_-]+)", link)
    client = server.client(jid, mechanism="")
    allowed = client.ask("set", f"<preauth xmlns='urn:xmpp:pars:0' token='{token}'/>", domain)
    assert allowed.get("type") == "result"
    query = f"<username>{user}</username><password>{password}</password>"
    done = client.ask("set", f"<query xmlns='jabber:iq:register'>{query}</query>", domain)
    assert done.get("type") == "result"
    client.close()


def test_an_open_vault_goes_on_with_a_password_that_was_reset_by_an_invitation(
    capulet: Any, account: Callable[..., str], providence: Any
) -> None:
    jid = account(capulet, CAPULET)
    with capulet.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
        reset(capulet, jid, "a new one")
    assert providence.has(jid, state="locked")

    with capulet.client(jid, password="a new one", mechanism="SCRAM-SHA-256"):
        assert providence.has(jid, state="open", ham=1)
