"""What an operator sets for one user (providence_user_modes) holds for that one alone, on a host that enforces."""

from collections.abc import Callable
from typing import Any

import pytest

from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, MONTAGUE = "capulet256.example", "montague.example"
MARK = "{urn:xmpp:spim-marker:0}mark"

# User; whether spam is delivered; whether it is marked.
USERS = [("benvolio", True, False), ("mercutio", True, False), ("tybalt", True, True), ("paris", False, False)]


@pytest.mark.parametrize(("user", "delivered", "marked"), USERS, ids=[user for user, *_ in USERS])
def test_a_users_own_mode_comes_before_the_hosts(  # noqa: PLR0913 - three of a row, three fixtures
    user: str,
    *,
    delivered: bool,
    marked: bool,
    capulet: Any,
    montague: Any,
    account: Callable[..., str],
    providence: Any,
) -> None:
    jid = f"{user}@{CAPULET}"
    capulet.register(jid)
    with capulet.client(jid) as client, montague.client(account(montague, MONTAGUE)) as romeo:
        providence.teach(jid, SPAM, HAM)
        romeo.say(jid, SPAM)
        romeo.say(jid, HAM)
        received: list[Any] = []
        while not received or HAM not in "".join(received[-1].itertext()):
            received.append(client.message())

        assert delivered == (len(received) > 1)
        assert marked == (received[0].find(MARK) is not None)
        assert providence.has(jid, junk=0 if delivered else 1)
