"""What a user says of a stranger, outright or in passing, and what it teaches."""

from contextlib import suppress
from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.control import Change, Signal, heed, seen_of
from providence.errors import IntegrityError, VersionError
from providence.junk import PAIR, Ring, Seen
from providence.pipeline import NOTHING, Action, Correspondents, Exemption, Exemptions, Verdict, read
from providence.stanza import parse
from providence.vault import Vault

ROMEO = "romeo@montague.example"
NOW = 2**31
INVITE = "<x xmlns='jabber:x:conference' jid='room@muc.example'/>"

signals = st.builds(
    Signal,
    st.sampled_from(Change),
    st.text(max_size=50),
    st.integers(0, 2**32),
    st.text(max_size=50),
    st.none() | st.binary(max_size=4).map(lambda data: data * 16),
)


def hashes(text: str) -> bytes:
    return read(parse(f"<message xmlns='jabber:client'><body>{text}</body></message>".encode())).hashes


def came(vault: Vault, text: str, sender: str = ROMEO, ident: str = "", taught: str = "") -> bytes:
    return Ring(vault).note(Seen(sender, NOW, ident, "message", "deliver", 0.3, (), hashes(text), taught=taught))


def hear(vault: Vault, change: Change, sender: str = ROMEO, ident: str = "", text: str = "") -> bool:
    return heed(vault, Signal(change, sender, NOW, ident, hashes(text) if text else None), NOW).known


def learnt(vault: Vault) -> tuple[int, int]:
    stats = vault.stats()
    return stats.spam, stats.ham


def taught(vault: Vault) -> list[str]:
    return [seen.taught for _, seen in Ring(vault).latest(99)]


@given(signals)
def test_a_signal_comes_out_as_it_went_in(signal: Signal) -> None:
    assert signal == Signal.from_bytes(signal.to_bytes())


@given(st.binary(max_size=200))
def test_no_bytes_bring_another_error_than_ours(data: bytes) -> None:
    with suppress(IntegrityError, VersionError):
        Signal.from_bytes(data)


def test_a_newer_signal_is_told_from_a_damaged_one() -> None:
    with pytest.raises(VersionError):
        Signal.from_bytes(msgpack.packb([2, "what"]))
    with pytest.raises(IntegrityError):
        Signal.from_bytes(msgpack.packb([1, "poked", ROMEO, NOW, "", b""]))


def test_a_report_teaches_the_last_few_stanzas_of_its_sender(vault: Vault) -> None:
    for number in range(PAIR + 1):
        came(vault, f"buy coins {'now ' * number}")
    came(vault, "the tenor part", "rosaline@capulet.example")

    assert hear(vault, Change.REPORTED)
    assert (PAIR, 0) == learnt(vault)
    assert ["", *["spam"] * PAIR, ""] == taught(vault)


def test_a_report_with_an_id_teaches_that_stanza_alone(vault: Vault) -> None:
    came(vault, "buy coins", ident="1")
    came(vault, "the tenor part", ident="2")
    hear(vault, Change.REPORTED, ident="1")

    assert ["", "spam"] == taught(vault)
    assert [(1, 0)] * 2 == vault.counts(hashes("buy coins")).features[:2]


def test_a_report_of_a_stanza_that_is_at_hand_teaches_it_once(vault: Vault) -> None:
    came(vault, "buy coins")
    for _ in range(2):
        assert hear(vault, Change.REPORTED, text="buy coins")

    assert (1, 0) == learnt(vault)
    assert ["spam"] == taught(vault)


def test_a_stanza_that_passed_unjudged_can_be_reported_and_that_taken_back(vault: Vault) -> None:
    assert hear(vault, Change.REPORTED, text="buy coins")
    assert (1, 0) == learnt(vault)

    hear(vault, Change.UNBLOCKED)
    assert (0, 0) == learnt(vault)


def test_a_report_of_what_nobody_can_read_teaches_nothing_else_instead(vault: Vault) -> None:
    came(vault, "the tenor part")

    assert heed(vault, Signal(Change.REPORTED, ROMEO, NOW, "7", b""), NOW).known
    assert (0, 0) == learnt(vault)


@pytest.mark.parametrize("change", [Change.REPORTED, Change.BLOCKED, Change.UNBLOCKED])
def test_who_never_wrote_teaches_nothing(vault: Vault, change: Change) -> None:
    came(vault, "buy coins", "other@else.example")

    assert not hear(vault, change, ident="1")
    assert (0, 0) == learnt(vault)


def test_a_report_makes_a_stranger_of_a_correspondent(vault: Vault) -> None:
    came(vault, "buy coins")
    Correspondents(vault).add(ROMEO)
    hear(vault, Change.REPORTED)

    assert not Correspondents(vault).knows(ROMEO)


def test_whom_the_user_adds_is_ham_and_a_correspondent(vault: Vault) -> None:
    came(vault, "buy coins", taught="")
    came(vault, "the tenor part")
    hear(vault, Change.ADDED)

    assert (0, 2) == learnt(vault)
    assert Correspondents(vault).knows(ROMEO)


def test_a_plain_block_takes_the_last_stanza_for_spam(vault: Vault) -> None:
    came(vault, "hello")
    came(vault, "buy coins")
    for _ in range(2):
        hear(vault, Change.BLOCKED)

    assert (1, 0) == learnt(vault)
    assert ["spam", ""] == taught(vault)


def test_a_plain_block_teaches_nothing_where_something_speaks_against_it(vault: Vault) -> None:
    name = came(vault, "hello", taught="ham")
    hear(vault, Change.BLOCKED)
    assert ["ham"] == taught(vault)

    seen = Ring(vault).get(name)
    assert seen is not None
    Ring(vault).replace(name, replace(seen, taught="", answer="invalid", action="junk"))
    hear(vault, Change.BLOCKED)
    assert [""] == taught(vault)

    Ring(vault).replace(name, replace(seen, taught=""))
    Correspondents(vault).add(ROMEO)
    hear(vault, Change.BLOCKED)
    assert [""] == taught(vault)

    Correspondents(vault).remove(ROMEO)
    Exemptions(vault).add(Exemption("domain", "montague.example", allow=True))
    hear(vault, Change.BLOCKED)
    assert [""] == taught(vault)
    assert (0, 0) == learnt(vault)


def test_an_unblock_takes_back_exactly_what_was_taught(vault: Vault) -> None:
    vault.learn(hashes("buy coins"), spam=True)
    vault.learn(hashes("the tenor part"), spam=False)
    for text in ("buy coins", "hello", "the tenor part"):
        came(vault, text)
    before = vault.counts(hashes("buy coins hello the tenor part"))
    for change in (Change.REPORTED, Change.BLOCKED, Change.UNBLOCKED, Change.UNBLOCKED):
        hear(vault, change)

    assert before == vault.counts(hashes("buy coins hello the tenor part"))
    assert [""] * 3 == taught(vault)


def test_who_thinks_again_leaves_no_trace_of_before(vault: Vault) -> None:
    came(vault, "hello")
    hear(vault, Change.REPORTED)
    hear(vault, Change.ADDED)

    assert (0, 1) == learnt(vault)
    assert (0, 1) == vault.counts(hashes("hello")).features[0]


def test_who_is_removed_is_a_stranger_again_and_teaches_nothing(vault: Vault) -> None:
    came(vault, "hello")
    Correspondents(vault).add(ROMEO)
    hear(vault, Change.REMOVED)

    assert not Correspondents(vault).knows(ROMEO)
    assert (0, 0) == learnt(vault)


def test_what_cannot_be_read_is_known_and_teaches_nothing(vault: Vault) -> None:
    Ring(vault).note(Seen(ROMEO, NOW, "", "message", "deliver", 0.3, (), b""))

    for change in (Change.REPORTED, Change.UNBLOCKED, Change.ADDED):
        assert hear(vault, change)
    assert (0, 0) == learnt(vault)


@pytest.mark.parametrize(
    ("stanza", "kind"),
    [
        ("<message xmlns='jabber:client' from='a@b.example/c' id='7'><body>hi</body></message>", "message"),
        ("<presence xmlns='jabber:client' from='a@b.example/c' id='7' type='subscribe'/>", "subscribe"),
        (f"<message xmlns='jabber:client' from='a@b.example/c' id='7'>{INVITE}</message>", "invite"),
    ],
)
def test_the_ring_knows_of_what_kind_a_stanza_was(stanza: str, kind: str) -> None:
    seen = seen_of(parse(stanza.encode()), NOW, Verdict(Action.JUNK, 0.99, ()), NOTHING)

    assert ("a@b.example", NOW, "7", kind, "junk", 0.99) == (
        seen.sender,
        seen.arrived,
        seen.ident,
        seen.kind,
        seen.action,
        seen.probability,
    )


def test_a_signal_shows_nobody() -> None:
    assert "romeo" not in repr(Signal(Change.REPORTED, ROMEO, NOW, "secret"))
