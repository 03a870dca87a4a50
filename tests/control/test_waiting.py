"""What lets a stanza out of the waiting room, or turns it away."""

from providence.control import Outcome, deny, expire, reconsider, release
from providence.junk import WAITING_SECONDS, Box, Item, Place, WaitingRoom
from providence.pipeline import Correspondents, Exemption, Exemptions, Listing
from providence.vault import Vault

ROMEO = "romeo@montague.example"
TYBALT = "tybalt@capulet.example"
NOW = 2**31


def wait(vault: Vault, sender: str = ROMEO, arrived: int = NOW) -> bytes:
    return WaitingRoom(vault).put(Item(f"{sender}/orchard", arrived, 0.95, (), b"<message/>"))


def senders(vault: Vault, place: Place) -> list[str]:
    return [item.sender.partition("/")[0] for _, item in Box(vault, place)]


def test_nothing_leaves_without_a_change(vault: Vault) -> None:
    wait(vault)

    assert Outcome(0, 0) == reconsider(vault, NOW)
    assert [ROMEO] == senders(vault, Place.WAITING)


def test_who_is_a_correspondent_now_comes_in_and_nobody_else(vault: Vault) -> None:
    wait(vault)
    wait(vault, TYBALT)
    Correspondents(vault).add(ROMEO)

    assert Outcome(released=1) == reconsider(vault, NOW, ROMEO)
    assert ([ROMEO], [TYBALT]) == (senders(vault, Place.RELEASED), senders(vault, Place.WAITING))


def test_exemptions_let_in_and_turn_away_whoever_waits(vault: Vault) -> None:
    for sender in (ROMEO, TYBALT, "nobody@else.example"):
        wait(vault, sender)
    Exemptions(vault).add(Exemption("domain", "montague.example", allow=True))
    Exemptions(vault).add(Exemption("jid", TYBALT, allow=False))

    assert Outcome(released=1, denied=1) == reconsider(vault, NOW)
    assert [[TYBALT], ["nobody@else.example"], [ROMEO]] == [senders(vault, place) for place in Place]


def test_the_servers_list_goes_before_the_users_own(vault: Vault) -> None:
    wait(vault)
    Exemptions(vault).add(Exemption("jid", ROMEO, allow=True))

    assert Outcome(denied=1) == reconsider(vault, NOW, ROMEO, Listing.DENY)


def test_what_leaves_keeps_its_order(vault: Vault) -> None:
    for arrived in (NOW + 2, NOW, NOW + 1):
        wait(vault, arrived=arrived)
    reconsider(vault, NOW, ROMEO, Listing.ALLOW)

    assert [NOW, NOW + 1, NOW + 2] == [item.arrived for _, item in Box(vault, Place.RELEASED)]


def test_what_nobody_decided_about_is_denied_at_its_time_and_not_before(vault: Vault) -> None:
    wait(vault, arrived=NOW - WAITING_SECONDS)
    wait(vault, TYBALT, NOW - WAITING_SECONDS + 1)

    assert Outcome(denied=1) == expire(vault, NOW)
    assert ([ROMEO], [TYBALT]) == (senders(vault, Place.JUNK), senders(vault, Place.WAITING))


def test_the_user_decides(vault: Vault) -> None:
    first, second = wait(vault), wait(vault, TYBALT)

    assert (Outcome(released=1), Outcome(denied=1)) == (release(vault, first), deny(vault, second, NOW))
    assert (Outcome(), Outcome()) == (release(vault, first), deny(vault, second, NOW))
    assert [[TYBALT], [], [ROMEO]] == [senders(vault, place) for place in Place]
