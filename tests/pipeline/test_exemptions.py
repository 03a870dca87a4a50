"""Whom a user lets through, or never wants."""

import pytest

from providence.errors import InputError, IntegrityError
from providence.pipeline import MAX_EXEMPTIONS, Exemption, Exemptions, Listing
from providence.pipeline.facts import MAX_GROUP
from providence.stanza import Jid
from providence.vault import Store, Vault

ROMEO = Jid.parse("romeo@montague.example/orchard")
OPPOSITE = {Listing.ALLOW: Listing.DENY, Listing.DENY: Listing.ALLOW}


def test_nobody_is_exempt_to_begin_with(vault: Vault) -> None:
    assert Exemptions(vault).listing(ROMEO, ["Friends"]) is Listing.NONE
    assert [] == Exemptions(vault).all()


@pytest.mark.parametrize(("allow", "listing"), [(True, Listing.ALLOW), (False, Listing.DENY)])
@pytest.mark.parametrize(
    ("kind", "value"), [("jid", "Romeo@Montague.example"), ("domain", "MONTAGUE.example"), ("group", "Old friends")]
)
def test_a_rule_holds_for_its_kind_until_it_is_removed(
    vault: Vault, kind: str, value: str, listing: Listing, *, allow: bool
) -> None:
    exemptions = Exemptions(vault)
    exemptions.add(Exemption(kind, value, allow))
    assert listing is exemptions.listing(ROMEO, ["Work", "Old friends"])
    assert exemptions.listing(Jid.parse("mercutio@verona.example"), ["Work"]) is Listing.NONE

    exemptions.remove(Exemption(kind, value, not allow))
    exemptions.remove(Exemption(kind, value, allow))
    assert exemptions.listing(ROMEO, ["Old friends"]) is Listing.NONE


@pytest.mark.parametrize("listing", OPPOSITE)
def test_the_more_specific_rule_wins(vault: Vault, listing: Listing) -> None:
    exemptions = Exemptions(vault)
    allow = listing is Listing.ALLOW
    exemptions.add(Exemption("group", "Friends", allow))
    assert listing is exemptions.listing(ROMEO, ["Friends"])
    exemptions.add(Exemption("domain", "montague.example", not allow))
    assert OPPOSITE[listing] is exemptions.listing(ROMEO, ["Friends"])
    exemptions.add(Exemption("jid", "romeo@montague.example", allow))
    assert listing is exemptions.listing(ROMEO, ["Friends"])


def test_a_sender_in_groups_that_say_both_is_allowed(vault: Vault) -> None:
    exemptions = Exemptions(vault)
    exemptions.add(Exemption("group", "Pests", allow=False))
    exemptions.add(Exemption("group", "Friends", allow=True))

    assert exemptions.listing(ROMEO, ["Pests", "Friends"]) is Listing.ALLOW


def test_a_domain_is_that_one_and_none_below_it(vault: Vault) -> None:
    Exemptions(vault).add(Exemption("domain", "montague.example", allow=True))

    assert Exemptions(vault).listing(Jid.parse("romeo@sub.montague.example")) is Listing.NONE
    assert Exemptions(vault).listing(Jid.parse("montague.example")) is Listing.ALLOW


def test_the_opposite_rule_takes_the_place_of_the_one_before(vault: Vault) -> None:
    exemptions = Exemptions(vault)
    exemptions.add(Exemption("jid", "romeo@montague.example", allow=True))
    exemptions.add(Exemption("group", "Friends", allow=True))
    exemptions.add(Exemption("jid", "romeo@montague.example/orchard", allow=False))

    assert [
        Exemption("group", "Friends", allow=True),
        Exemption("jid", "romeo@montague.example", allow=False),
    ] == exemptions.all()


def test_there_are_so_many_rules_and_no_more(vault: Vault, store: Store) -> None:
    exemptions = Exemptions(vault)
    for number in range(MAX_EXEMPTIONS):
        exemptions.add(Exemption("domain", f"{number}.example", allow=True))
    exemptions.add(Exemption("domain", "0.example", allow=False))
    store.commit()
    assert MAX_EXEMPTIONS == len(exemptions.all())

    with pytest.raises(InputError):
        exemptions.add(Exemption("domain", "one-more.example", allow=True))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("jid", "montague.example"),
        ("jid", "@"),
        ("jid", ""),
        ("domain", "romeo@montague.example"),
        ("domain", "montague.example/x"),
        ("domain", "a..example"),
        ("group", ""),
        ("group", "x" * (MAX_GROUP + 1)),
        ("group", "two\nlines"),
        ("country", "verona"),
    ],
)
def test_what_names_nothing_of_its_kind_is_refused(kind: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        Exemption(kind, value, allow=True)
    assert not value or value not in str(caught.value)


def test_a_group_may_be_as_long_as_its_bound_and_hold_any_letters(vault: Vault) -> None:
    for name in ("x" * MAX_GROUP, "Семья 👨‍👩‍👧", "+jid romeo@montague.example"):
        Exemptions(vault).add(Exemption("group", name, allow=True))
        assert Exemptions(vault).listing(Jid.parse("a@b.example"), [name]) is Listing.ALLOW

    assert Exemptions(vault).listing(ROMEO) is Listing.NONE


def test_a_malformed_list_is_an_integrity_error(vault: Vault) -> None:
    vault.items.put(b"book", b"exemptions", b"+jid romeo@montague.example")

    with pytest.raises(IntegrityError):
        Exemptions(vault).all()


def test_a_rule_shows_nobody() -> None:
    assert "romeo" not in repr(Exemption("jid", "romeo@montague.example", allow=True))


def test_what_is_said_of_a_room_holds_for_its_participants_and_nobody_elses(vault: Vault) -> None:
    Exemptions(vault).add(Exemption("jid", "garden@rooms.example", allow=True))
    nurse, tybalt = (Jid.parse(f"{room}@rooms.example/a").participant("dd72") for room in ("garden", "crypt"))

    assert (Listing.ALLOW, Listing.NONE) == (Exemptions(vault).listing(nurse), Exemptions(vault).listing(tybalt))
