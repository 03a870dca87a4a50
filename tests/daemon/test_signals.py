"""REPORT and CONTACT through the socket: what is said of whom, and what it teaches."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from providence.errors import RemoteError
from providence.pnp import Client

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"
STRANGER = "stranger@else.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hello, Rosaline from the choir. Please send me the tenor part"

Message = Callable[..., bytes]


@pytest.fixture
def client(daemon: "Daemon") -> Iterator[Client]:
    """A client of a daemon with one user who is online."""
    with daemon.client() as client:
        daemon.log_in(client)
        yield client


def refused(call: Callable[[], object]) -> int:
    with pytest.raises(RemoteError) as caught:
        call()
    return caught.value.code


def learnt(client: Client) -> tuple[int, int]:
    status = client.status(JULIET).json()
    return status["spam"], status["ham"]


def named(stanza: bytes, ident: str) -> bytes:
    return stanza.replace(b"<message ", f"<message id='{ident}' ".encode(), 1)


def test_a_report_without_a_stanza_teaches_what_its_sender_wrote(client: Client, message: Message) -> None:
    client.check(JULIET, message(SPAM))
    client.check(JULIET, message(HAM, "rosaline@capulet.example"))
    client.report(JULIET, f"{STRANGER}/other")

    assert (1, 0) == learnt(client)
    features = client.check(JULIET, message(SPAM), mode="explain").json()["features"]
    assert all((1, 0) == (spam, ham) for _, spam, ham, *_ in features)


def test_a_report_by_id_teaches_that_stanza_and_no_other(client: Client, message: Message) -> None:
    client.check(JULIET, named(message(SPAM), "a b"))
    client.check(JULIET, named(message(HAM), "2"))
    client.report(JULIET, STRANGER, stanza_id="a b")

    assert (1, 0) == learnt(client)
    assert any(spam for _, spam, *_ in client.check(JULIET, message(SPAM), mode="explain").json()["features"])


def test_a_report_teaches_with_the_stanza_or_with_the_junk_item_and_each_once(client: Client, message: Message) -> None:
    item = client.check(JULIET, message(SPAM), {"Listed": "deny"}).headers["item"]
    client.report(JULIET, STRANGER, item=item)
    client.report(JULIET, STRANGER, message(SPAM))
    client.report(JULIET, STRANGER, message(HAM))

    assert (2, 0) == learnt(client)


def test_who_never_wrote_cannot_be_reported(client: Client, message: Message) -> None:
    client.check(JULIET, message(SPAM), mode="explain")
    assert 404 == refused(lambda: client.report(JULIET, STRANGER))
    client.check(JULIET, message(SPAM))
    assert 404 == refused(lambda: client.report(JULIET, "else.example"))
    assert 404 == refused(lambda: client.report(JULIET, "romeo@montague.example", stanza_id="1"))

    assert (0, 0) == learnt(client)


def test_nobody_is_reported_by_what_somebody_else_wrote(client: Client, message: Message) -> None:
    item = client.check(JULIET, message(SPAM), {"Listed": "deny"}).headers["item"]
    assert 404 == refused(lambda: client.report(JULIET, "romeo@montague.example", item=item))
    assert 400 == refused(lambda: client.report(JULIET, "romeo@montague.example", message(SPAM)))
    nobodys = message(SPAM).replace(b" from='stranger@else.example/x'", b"")
    assert 400 == refused(lambda: client.report(JULIET, "romeo@montague.example", nobodys))

    assert (0, 0) == learnt(client)


def test_an_unblock_takes_back_what_reports_and_blocks_taught(client: Client, message: Message) -> None:
    client.tell(JULIET, message(HAM), spam=False)
    client.check(JULIET, message(SPAM))
    client.check(JULIET, message(HAM))
    before = client.check(JULIET, message(f"{SPAM} {HAM}"), mode="explain").json()
    client.contact(JULIET, STRANGER, "blocked")
    assert (1, 1) == learnt(client)
    client.report(JULIET, STRANGER)
    assert (2, 1) == learnt(client)
    client.contact(JULIET, STRANGER, "unblocked")

    assert before == client.check(JULIET, message(f"{SPAM} {HAM}"), mode="explain").json()


def test_whom_the_user_adds_is_ham_and_no_stranger(client: Client, message: Message) -> None:
    client.check(JULIET, message(HAM))
    client.contact(JULIET, STRANGER, "added")
    assert (0, 1) == learnt(client)
    assert ["CORRESPONDENT"] == reasons(client, message(SPAM))

    client.contact(JULIET, STRANGER, "removed")
    assert (0, 1) == learnt(client)
    assert "BAYES" in reasons(client, message(SPAM))


def reasons(client: Client, stanza: bytes) -> list[str]:
    return [name for name, _ in client.check(JULIET, stanza, mode="explain").json()["reasons"]]


def test_a_plain_block_of_somebody_the_user_wrote_to_is_no_word_about_spam(client: Client, message: Message) -> None:
    client.check(JULIET, message(HAM))
    client.sent(JULIET, message("No, sorry", JULIET, STRANGER))
    before = learnt(client)
    client.contact(JULIET, STRANGER, "blocked")

    assert before == learnt(client)


def test_what_a_locked_user_says_is_heard_at_the_next_login(client: Client, daemon: "Daemon", message: Message) -> None:
    client.check(JULIET, message(SPAM))
    client.lock(JULIET)
    assert 202 == client.report(JULIET, STRANGER).code
    assert 202 == client.report(JULIET, "nobody@else.example").code
    assert 202 == client.report(JULIET, STRANGER, message(HAM)).code
    assert 403 == refused(lambda: client.report(JULIET, STRANGER, item="00"))
    daemon.log_in(client)

    assert (2, 0) == learnt(client)


def test_the_ring_survives_a_restart(client: Client, daemon: "Daemon", message: Message) -> None:
    client.check(JULIET, message(SPAM))
    client.close()
    daemon.stop()
    daemon.start()
    with daemon.client() as again:
        daemon.log_in(again)
        again.check(JULIET, message(HAM))
        again.report(JULIET, STRANGER)

        assert (2, 0) == learnt(again)


def test_what_waited_for_a_locked_user_is_remembered_too(client: Client, daemon: "Daemon", message: Message) -> None:
    client.lock(JULIET)
    client.check(JULIET, message(SPAM))
    daemon.log_in(client)
    client.report(JULIET, STRANGER)

    assert (1, 0) == learnt(client)


def test_a_users_ring_knows_nothing_of_another_users(client: Client, daemon: "Daemon", message: Message) -> None:
    nurse = "nurse@capulet.example"
    daemon.log_in(client, nurse)
    client.check(nurse, message(SPAM, recipient=nurse))

    assert 404 == refused(lambda: client.report(JULIET, STRANGER))
