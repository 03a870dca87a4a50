"""Each way to log in, and whether it opens a vault.

SASL2 and FAST come from community modules; where they are not at hand, or the server is too old for them, their
tests are skipped (docs/prosody.md says how to run them).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.tests.prosody.verona.friar import Friar
from providence.tests.prosody.verona.modern import FAST_MECHANISM, ModernClient

SHA_1, SHA_256, TOKENS = "sha1.example", "sha256.example", "tokens.example"
ASKING, UNASKED, OVERHEARD = "asking.example", "unasked.example", "overheard.example"
TICKET = bytes(32)
FRAME = 512

Account = Callable[..., str]


@pytest.fixture(scope="module")
def friar(folder: Path) -> Iterator[Friar]:
    """A daemon that writes down what it is told."""
    friar = Friar(folder / "overheard")
    friar.answers["UNLOCK"] = 200, {"Released": "0"}, TICKET
    friar.start()
    yield friar
    friar.close()


@pytest.fixture(scope="module")
def school(stage: Callable[..., Any], folder: Path, providence: Any, friar: Friar) -> Any:
    """A server that knows every way to log in."""
    hosts = f"""
providence_socket = "{providence.socket}"
VirtualHost "{SHA_1}"
  password_hash = "SHA-1"
VirtualHost "{SHA_256}"
  password_hash = "SHA-256"
VirtualHost "{TOKENS}"
  authentication = "tests"
  ssl = {{ verify = {{ "peer" }}; cafile = "{folder}/school-pki/ca.pem" }}
VirtualHost "{ASKING}"
  authentication = "asking"
VirtualHost "{UNASKED}"
  authentication = "asking"
  providence_passwords = false
VirtualHost "{OVERHEARD}"
  authentication = "asking"
  providence_socket = "{friar.path}"
"""
    school = stage("school", hosts, SHA_1, SHA_256, TOKENS, ASKING, UNASKED, OVERHEARD, "juliet")
    for domain in (TOKENS, ASKING, UNASKED, OVERHEARD):
        school.control("shell", f"user:create('juliet@{domain}', 'pencil')")
    return school


def modern(school: Any, jid: str, mechanism: str, password: str = "pencil") -> ModernClient:
    """Log in by SASL2, or skip the test."""
    client = ModernClient(school.c2s, school.authority.path, jid, mechanism="", password=password)
    if not client.offers("authentication"):
        client.close()
        pytest.skip("no SASL2 here: a Prosody from 13.0 with PROVIDENCE_PROSODY_MODULES")
    if mechanism:
        assert client.authenticate(mechanism)
    return client


def unlocks(pnp: Any) -> int:
    return int(pnp.stats().json()["counts"].get("unlock", 0))


@pytest.mark.parametrize(("domain", "scram"), [(SHA_1, "SCRAM-SHA-1"), (SHA_256, "SCRAM-SHA-256")])
def test_every_mechanism_opens_the_same_vault_in_sasl2_too(
    domain: str, scram: str, school: Any, providence: Any, account: Account
) -> None:
    jid = account(school, domain)
    for count, mechanism in enumerate(["PLAIN", scram, f"{scram}-PLUS"]):
        with modern(school, jid, mechanism):
            assert providence.has(jid, state="open")
            assert count == providence.status(jid)["ham"]
            providence.learn(jid)
        assert providence.has(jid, state="locked")
    with school.client(jid, mechanism=f"{scram}-PLUS"):
        assert providence.has(jid, ham=3)


@pytest.mark.parametrize("domain", [SHA_1, SHA_256])
def test_a_fast_login_opens_the_vault_by_ticket(domain: str, school: Any, providence: Any, account: Account) -> None:
    jid = account(school, domain)
    with modern(school, jid, "PLAIN") as juliet:
        token = juliet.token
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")

    with modern(school, jid, FAST_MECHANISM, token):
        assert providence.has(jid, ham=1)
    assert providence.has(jid, state="locked")


def test_a_session_that_fast_resumed_keeps_the_vault_open(school: Any, providence: Any, account: Account) -> None:
    jid = account(school, SHA_1)
    juliet = modern(school, jid, "SCRAM-SHA-1")
    assert providence.has(jid, state="open")
    juliet.cut()
    assert providence.until(lambda: bool(school.log_lines("going into hibernation")))

    with modern(school, jid, "") as again:
        assert again.authenticate(FAST_MECHANISM, juliet.token, resume=juliet.stream)
        assert again.resumed
        again.flush()
        assert providence.status(jid)["state"] == "open"
    assert providence.has(jid, state="locked")


def test_a_login_by_certificate_opens_the_vault_by_ticket(school: Any, providence: Any) -> None:
    jid = f"juliet@{TOKENS}"
    certificate = school.authority.folder / "juliet.crt"
    with school.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
        before = providence.status(jid)["ham"]
    assert providence.has(jid, state="locked")

    with school.client(jid, mechanism="EXTERNAL", certificate=certificate) as juliet:
        assert jid == juliet.bare
        assert providence.has(jid, ham=before)
    assert providence.has(jid, state="locked")


def test_a_login_by_oauth_opens_the_vault_by_ticket(school: Any, providence: Any, account: Account) -> None:
    jid = account(school, SHA_256)
    with school.client(jid, mechanism="") as juliet:
        if not any(element.text == "OAUTHBEARER" for element in juliet.features.iter()):
            pytest.skip("this Prosody has no OAUTHBEARER: 13.0 has")
    with school.client(jid):
        assert providence.has(jid, state="open")
        providence.learn(jid)
    assert providence.has(jid, state="locked")
    tokens = f"prosody.hosts['{SHA_256}'].modules.tokenauth"
    made = school.control(
        "shell",
        f"> local t = {tokens}; local g = t.create_grant('{jid}', '{jid}', 3600);"
        f" return (t.create_token('{jid}', g, nil, 3600, 'oauth2'))",
    )
    token = "secret-token:" + made.partition("secret-token:")[2].split()[0].strip("'\"")

    with school.client(jid, mechanism="OAUTHBEARER", password=token):
        assert providence.has(jid, ham=1)
    assert providence.has(jid, state="locked")


def test_a_session_without_a_secret_keeps_open_what_another_one_opened(school: Any, providence: Any) -> None:
    jid = f"juliet@{TOKENS}"
    # No ticket of an earlier login.
    school.stop()
    school.start()
    with school.client(jid, password="token") as silent, providence.client() as pnp:
        silent.flush()
        assert providence.has(jid, state="locked")
        before = unlocks(pnp)
        with school.client(jid, resource="other"):
            assert providence.until(lambda: before + 2 == unlocks(pnp))
        with school.client(jid, password="token", resource="third"):
            assert providence.status(jid)["state"] == "open"
        assert providence.status(jid)["state"] == "open"
    assert providence.has(jid, state="locked")


def test_a_password_opens_where_the_server_has_no_record_of_it(school: Any, providence: Any) -> None:
    jid = f"juliet@{ASKING}"
    with school.client(jid, mechanism="") as juliet:
        assert not juliet.authenticate("PLAIN", "wrong")
        assert providence.status(jid)["state"] == "locked"
    for count in range(2):
        with school.client(jid):
            assert providence.has(jid, state="open")
            assert count == providence.status(jid)["ham"]
            providence.learn(jid)
            if count:
                school.control("shell", f"user:password('{jid}', 'eraser')")
        assert providence.has(jid, state="locked")
    with school.client(jid, password="eraser"):
        assert providence.has(jid, ham=2)
    assert school.log_lines(f"There are no SCRAM records of {ASKING}: vaults open by the passwords of PLAIN logins")


def test_a_password_is_not_handed_over_where_the_operator_says_no(school: Any, providence: Any) -> None:
    jid = f"juliet@{UNASKED}"
    with school.client(jid) as juliet:
        juliet.flush()
        assert providence.status(jid)["state"] == "locked"
    assert school.log_lines(f"There are no SCRAM records of {UNASKED}: no vault is opened")


def test_a_password_waits_in_no_memory_for_a_daemon_that_is_away(school: Any, providence: Any) -> None:
    jid = f"juliet@{ASKING}"
    school.control("shell", f"user:password('{jid}', 'pencil')")
    school.stop()
    providence.stop()
    school.start()
    greeting = f"{ASKING}:providence\tinfo\tConnected"
    before = len(school.log_lines(greeting))
    with school.client(jid) as juliet:
        providence.start()
        assert providence.until(lambda: before < len(school.log_lines(greeting)))
        juliet.flush()
        assert providence.status(jid)["state"] == "locked"
    with school.client(jid):
        assert providence.has(jid, state="open")
    assert providence.has(jid, state="locked")


def test_the_length_of_a_password_is_hidden(school: Any, friar: Friar) -> None:
    jid = f"juliet@{OVERHEARD}"
    for number, password in enumerate(["pencil", "I gave thee mine before thou didst request it"], 1):
        school.control("shell", f"user:password('{jid}', '{password}')")
        with school.client(jid, password=password):
            pass
        headers, body = friar.told("UNLOCK", number, user=jid)[-1]
        assert ("password", password.encode()) == (headers["slots"], body)
        sent = {**headers, "content-length": len(body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if name != "id")
        assert 0 == len(f"UNLOCK PNP/1.0\r\n{head}\r\n".encode() + body) % FRAME
