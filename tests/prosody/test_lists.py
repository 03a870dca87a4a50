"""Public lists of senders of spam, from real services, handed to the daemon whole and with each change."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from providence.tests.prosody.verona.plays import needs_lua, play

CELL, CAPULET, MONTAGUE = "cell.example", "capulet.example", "montague.example"
THERE, HERE, UNREACHABLE = "lists.montague.example", "lists.capulet.example", "nowhere.example"
# As the servers are set up: service and node by number.
DOMAINS, BANS, PAGES, NOTHING = "0", "1", "2", "3"
NODES = {DOMAINS: (THERE, "spam_source_domains"), BANS: (HERE, "muc_bans_sha256")}
MAX_PART = 200 * 1024
PUBSUB, OWNER = "http://jabber.org/protocol/pubsub", "http://jabber.org/protocol/pubsub#owner"
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><text>Spam</text></report>"
EXPECTED = """
error: providence_lists: number 2 has no service and node, or is one too many
# connected
LIST 0 replace x y
LIST 1 replace x y
# a change, one of another node, one of a stranger
LIST 0 add z w
LIST 0 remove x
true
true
nil
LIST 1 replace
true
# within the day, and after it
LIST 0 replace x y
LIST 1 replace x y
# cannot be had
info: No subscription to the list a of one.example: item-not-found
warn: The list a of one.example cannot be had: item-not-found
info: No subscription to the list b of two.example: item-not-found
warn: The list b of two.example cannot be had: item-not-found
# a new stream of the service, soon and later
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
# the daemon does not take it
LIST 0 replace x
warn: The list a of one.example cannot be had: the daemon did not take it
LIST 1 replace x
warn: The list b of two.example cannot be had: the daemon did not take it
LIST 0 replace x
LIST 1 replace x
# nor a change: all of it
LIST 0 add z
LIST 0 replace x
warn: The list a of one.example cannot be had: the daemon did not take it
LIST 0 replace x
# what changes while it is read comes after it
LIST 0 replace x
LIST 1 replace x
LIST 1 remove x
LIST 1 add z
# too many changes meanwhile, and one that is too large: asked again
LIST 0 replace x
LIST 1 replace x
LIST 1 replace x
LIST 1 replace x
# no more often than it may be
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 1 replace x
# and an hour later again
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
LIST 0 replace x
LIST 1 replace x
12 questions
LIST 0 replace x
LIST 1 replace x
2 questions
# too long
LIST 0 begin 204797 bytes
LIST 0 more 204797 bytes
warn: The list a of one.example is too long: its rest is left out
LIST 0 end 190404 bytes
LIST 1 begin 204797 bytes
LIST 1 more 204797 bytes
warn: The list b of two.example is too long: its rest is left out
LIST 1 end 190404 bytes
# another host of the same daemon
error: providence_lists: number 2 has no service and node, or is one too many
# once the first one is no more
LIST 0 replace x
LIST 1 replace x
# a daemon without lists
# none, by the operator's word and without
LIST 0 replace
LIST 1 replace
"""


class Keeper:
    """Looks after one list at its service."""

    def __init__(self, client: Any, number: str) -> None:
        self._client, self.number = client, number
        self._service, self._node = NODES[number]

    def _ask(self, what: str, xmlns: str = PUBSUB) -> Any:
        return self._client.ask("set", f"<pubsub xmlns='{xmlns}'>{what}</pubsub>", self._service)

    def create(self) -> None:
        """Make the list, if it is not there."""
        self._ask(f"<create node='{self._node}'/>")

    def add(self, *entries: str) -> None:
        """Publish entries, one after the other."""
        for entry in entries:
            done = self._ask(f"<publish node='{self._node}'><item id='{entry}'>{REPORT}</item></publish>")
            assert "result" == done.get("type")

    def remove(self, entry: str) -> None:
        """Take one back."""
        self._ask(f"<retract node='{self._node}' notify='true'><item id='{entry}'/></retract>")

    def purge(self) -> None:
        """Take all back."""
        assert "result" == self._ask(f"<purge node='{self._node}'/>", OWNER).get("type")


def keeper_of(number: str, server: Any, domain: str) -> Iterator[Keeper]:
    server.register(f"keeper@{domain}")
    with server.client(f"keeper@{domain}", resource=secrets.token_hex(4)) as client:
        keeper = Keeper(client, number)
        keeper.create()
        keeper.purge()
        yield keeper


@pytest.fixture
def domains(montague: Any) -> Iterator[Keeper]:
    """Who keeps the list of another server."""
    yield from keeper_of(DOMAINS, montague, MONTAGUE)


@pytest.fixture
def bans(capulet: Any) -> Iterator[Keeper]:
    """Who keeps the list of a service on our own."""
    yield from keeper_of(BANS, capulet, CAPULET)


def entries(told: Iterable[tuple[Any, bytes]]) -> list[str]:
    return [entry for _, body in told for entry in body.decode().split("\n") if entry]


def wait(friar: Any, number: str, action: str, *wanted: str) -> None:
    """Wait until the daemon is told just that of a list."""
    count = 1
    while set(wanted) != set(entries(friar.told("LIST", count, number=number, action=action)[count - 1 : count])):
        count += 1


@needs_lua
def test_lists_keep_their_time_their_order_and_their_bounds() -> None:
    lines = [line.rstrip() for line in play("lists", "lists")]

    # Numbers without a list are emptied at each connection.
    emptied = tuple(f"LIST {number} replace" for number in range(2, 8))
    assert EXPECTED.split("\n")[1:-1] == [line for line in lines if line not in emptied]
    assert 19 * len(emptied) == len([line for line in lines if line in emptied])


def test_lists_of_ours_and_of_other_servers_are_told_whole_to_a_new_daemon_and_then_each_change(
    domains: Keeper, bans: Keeper, friar: Any
) -> None:
    one, two, three = (f"{secrets.token_hex(8)}.example" for _ in range(3))
    for keeper in (domains, bans):
        keeper.add(one, two)
    friar.hang_up()
    for keeper in (domains, bans):
        wait(friar, keeper.number, "replace", one, two)

        keeper.add(three)
        wait(friar, keeper.number, "add", three)
        keeper.remove(one)
        wait(friar, keeper.number, "remove", one)
        before = len(friar.told("LIST", number=keeper.number))
        keeper.purge()
        [(headers, body)] = friar.told("LIST", before + 1, number=keeper.number)[before:]
        assert ("replace", b"") == (headers["action"], body)


def test_a_long_list_comes_in_pages_and_goes_on_in_parts(verona: Any, friar: Any) -> None:
    del verona
    friar.told("LIST", number=PAGES, action="end")
    parts = friar.told("LIST", number=PAGES)

    assert ["begin", "end"] == [headers["action"] for headers, _ in parts[:2]]
    assert all(len(body) <= MAX_PART for _, body in parts)
    assert [f"{i:099}" for i in range(1, 2501)] == entries(parts[:2])


def test_numbers_without_a_list_are_emptied_and_a_service_out_of_reach_leaves_its_list_as_it_is(
    capulet: Any, friar: Any
) -> None:
    for number in range(4, 8):
        assert b"" == friar.told("LIST", number=str(number), action="replace")[0][1]
    assert not friar.was_told("LIST", number=NOTHING)
    assert capulet.log_lines(f"The list nothing of {UNREACHABLE} cannot be had")


def test_nobody_but_the_service_is_believed(
    domains: Keeper, montague: Any, friar: Any, account: Callable[..., str]
) -> None:
    entry = secrets.token_hex(32)
    event = f"<items node='spam_source_domains'><item id='{entry}'/></items>"
    with montague.client(account(montague, MONTAGUE)) as romeo:
        for kind in ("headline", "normal"):
            romeo.send(
                f"<message to='{CELL}' type='{kind}'><event xmlns='{PUBSUB}#event'>{event}</event></message>",
            )
        romeo.reach(CELL)
    domains.add("true.example")
    wait(friar, DOMAINS, "add", "true.example")

    assert entry not in entries(friar.told("LIST", number=DOMAINS))


def test_a_change_that_the_daemon_does_not_take_is_made_up_for_by_the_whole_list(bans: Keeper, friar: Any) -> None:
    one = secrets.token_hex(32)
    friar.answers["LIST"] = lambda headers: (507 if headers["action"] == "add" else 200, {}, b"")
    bans.add(one)

    wait(friar, BANS, "replace", one)


def test_a_daemon_without_the_feature_is_told_no_list(
    bans: Keeper, capulet: Any, friar: Any, account: Callable[..., str]
) -> None:
    one, two = secrets.token_hex(32), secrets.token_hex(32)
    friar.answers["PING"] = 200, {}, json.dumps({"features": ["learnt"]}).encode()
    friar.hang_up()
    # What the daemon said first was heard when this was delivered.
    with capulet.client(account(capulet, CELL)) as juliet, capulet.client(account(capulet, CAPULET)) as tybalt:
        tybalt.say(juliet.jid, "peace?")
        juliet.body()
    bans.add(one)
    del friar.answers["PING"]
    friar.hang_up()
    wait(friar, BANS, "replace", one)
    bans.add(two)
    wait(friar, BANS, "add", two)

    assert one not in entries(friar.told("LIST", number=BANS, action="add"))
