"""Addresses: one spelling for each, and no spelling for what is none."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import StanzaError
from providence.stanza import Jid


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("capulet.example", "capulet.example"),
        ("Juliet@Capulet.Example", "juliet@capulet.example"),
        ("juliet@capulet.example/Balcony", "juliet@capulet.example/Balcony"),
        ("juliet@capulet.example/a@b/c", "juliet@capulet.example/a@b/c"),
        ("capulet.example.", "capulet.example"),
        ("\uff4auliet@capulet.example", "juliet@capulet.example"),
        ("JU\u0308RGEN@a.example", "j\u00fcrgen@a.example"),
        ("\u212a@a.example", "k@a.example"),
        ("a@B\u00dcCHER.example", "a@b\u00fccher.example"),
        ("a@xn--bcher-kva.example", "a@b\u00fccher.example"),
        ("a@XN--BCHER-KVA.example", "a@b\u00fccher.example"),
        ("a@xn--a.example", "a@xn--a.example"),
        ("a@xn--bcher-kva1.example", "a@xn--bcher-kva1.example"),
        ("a@b\u3002example", "a@b.example"),
        ("a@[2001:DB8:0:0::1]", "a@[2001:db8::1]"),
        ("a@192.0.2.1", "a@192.0.2.1"),
        ("a@b.example/e\u0301\u00a0x", "a@b.example/\u00e9 x"),
        ("a@b.example/\U0001f468\u200d\U0001f469", "a@b.example/\U0001f468\u200d\U0001f469"),
        ("o\\27malley@a.example", "o\\27malley@a.example"),
    ],
)
def test_an_address_has_one_spelling(written: str, read: str) -> None:
    assert str(Jid.parse(written)) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "/", "@a.example", "a@", "a.example/", "a@/b", ".", "a..b", ".a"),
        *(f"a{point}b@c.example" for point in "\"&':<>@ \t\n\x00\x7f"),
        *(f"a{point}b@c.example" for point in "\u00ad\u200d\u2028\u3000\ue000\ud800"),
        *(f"a@b{point}c" for point in " !#$%&*+,:;<=>?^`{|}~\x00\u200b\ud800\u2024"),
        *("a@b.example..", "a@[::1", "a@[::1]x", "a@[fe80::1%eth0]", "a@[1.2.3.4]"),
        *("a@b/\x00", "a@b/\u2028", "a@b/\ud800", "a\uff20b@c.example"),
    ],
)
def test_what_is_no_address_has_no_spelling(text: str) -> None:
    with pytest.raises(StanzaError, match=r"\Abad-jid\Z"):
        Jid.parse(text)


def test_bare_leaves_out_the_resource() -> None:
    assert Jid.parse("juliet@capulet.example/balcony").bare == Jid.parse("juliet@capulet.example")
    assert str(Jid.parse("juliet@capulet.example").bare) == "juliet@capulet.example"


def test_the_repr_of_an_address_shows_nothing_of_it() -> None:
    assert repr(Jid.parse("juliet@capulet.example/balcony")) == "Jid()"


def test_equal_addresses_are_one_key() -> None:
    one, other = Jid.parse("Juliet@capulet.example"), Jid.parse("juliet@CAPULET.example")

    assert {one: 1}[other] == 1
    assert copy.copy(one) == other


def test_a_participant_is_one_person_whatever_the_nickname_and_nobody_elses_address() -> None:
    nurse = Jid.parse("garden@rooms.example/Nurse").participant("dd72")

    assert nurse.bare == Jid.parse("garden@rooms.example/Angelica").participant("dd72").bare
    assert nurse.bare != Jid.parse("garden@rooms.example/Nurse").participant("dd73").bare
    assert nurse.bare != Jid.parse("balcony@rooms.example/Nurse").participant("dd72").bare
    assert ("rooms.example", "Nurse", 32) == (nurse.domain, nurse.resource, len(nurse.occupant))
    assert Jid.parse("garden@rooms.example/Nurse") == nurse.plain
    assert read(str(nurse)) is None


def test_without_an_id_there_is_no_participant() -> None:
    address = Jid.parse("garden@rooms.example/Nurse")

    assert (address, "", address) == (address.participant(""), address.occupant, address.plain)


names = st.text(max_size=70)
addresses = st.one_of(names, st.builds("{}@{}".format, names, names), st.builds("{}.{}".format, names, names))


def read(text: str) -> Jid | None:
    try:
        return Jid.parse(text)
    except StanzaError:
        return None


@given(addresses)
def test_what_was_read_reads_the_same_again(text: str) -> None:
    address = read(text)

    assert address is None or address == read(str(address))


@given(st.text(st.characters(categories=["Ll", "Lo", "Nd"], min_codepoint=128), min_size=1, max_size=20))
def test_an_international_domain_is_the_same_in_both_forms(label: str) -> None:
    address = read(f"{label}.example")
    if address:
        u_label = address.domain.removesuffix(".example")

        assert address == read(f"xn--{u_label.encode('punycode').decode()}.example")


@given(addresses, st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=128))
def test_an_address_and_its_participants_are_read_back_as_they_were_written(text: str, ident: str) -> None:
    address = read(text)
    if address:
        participant = address.participant(ident)

        assert (address, participant) == (Jid.read(str(address)), Jid.read(str(participant)))
        assert (address, "") == (participant.plain, address.occupant)
