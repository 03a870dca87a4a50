"""Any bytes are a stanza or a StanzaError, and what a writer wrote is read."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import StanzaError
from providence.stanza import Invite, Jid, Kind, Stanza, parse

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "stanza").glob("*.txt"))
DOCUMENTS = [path.read_bytes().partition(b"\n\n")[2] for path in VECTORS]

words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=40,
).filter(lambda text: not text.lstrip().startswith("?OTR"))
languages = st.sampled_from(["", "en", "cs-cz", "zh-hant"])
texts = st.lists(st.tuples(languages, words), max_size=3).map(tuple)
addresses = st.none() | st.builds(
    Jid,
    st.sampled_from(["", "juliet", "j\u00fcrgen", "o\\27malley"]),
    st.sampled_from(["capulet.example", "b\u00fccher.example", "[::1]"]),
    st.sampled_from(["", "balcony", "a@b/c", "\U0001f600 \u00e9"]),
)
messages = st.builds(
    Stanza,
    kind=st.just(Kind.MESSAGE),
    type=st.sampled_from(["normal", "chat", "groupchat", "headline", "error"]),
    sender=addresses,
    recipient=addresses,
    id=st.none() | words,
    replaces=st.none() | words,
    nick=st.just("") | words,
    bodies=texts,
    subjects=texts,
    links=st.lists(words, max_size=2).map(tuple),
)
presences = st.builds(
    Stanza,
    kind=st.just(Kind.PRESENCE),
    type=st.sampled_from(["available", "subscribe", "unavailable"]),
    sender=addresses,
    recipient=addresses,
    nick=st.just("") | words,
    statuses=texts,
)
stanzas = st.one_of(messages, presences)


def write(stanza: Stanza) -> bytes:
    """A small writer for what the strategies above make."""
    kind = stanza.kind.value
    attributes = {"from": stanza.sender, "to": stanza.recipient, "id": stanza.id}
    head = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items() if value)
    if stanza.type not in {"normal", "available"}:
        head += f" type='{stanza.type}'"
    spoken = {"body": stanza.bodies, "subject": stanza.subjects, "status": stanza.statuses}
    inside = "".join(
        f"<{name} xml:lang='{language}'>{escape(text)}</{name}>"
        for name, found in spoken.items()
        for language, text in found
    )
    if stanza.nick:
        inside += f"<nick xmlns='http://jabber.org/protocol/nick'>{escape(stanza.nick)}</nick>"
    if stanza.replaces:
        inside += f"<replace xmlns='urn:xmpp:message-correct:0' id={quoteattr(stanza.replaces)}/>"
    for link in stanza.links:
        inside += f"<x xmlns='jabber:x:oob'><url>{escape(link)}</url></x>"
    return f"<{kind} xmlns='jabber:client'{head}>{inside}</{kind}>".encode()


def read_or_refuse(document: bytes) -> None:
    """Let any error but ours through."""
    with contextlib.suppress(StanzaError):
        parse(document)


@given(stanzas)
def test_what_was_written_is_read(stanza: Stanza) -> None:
    assert parse(write(stanza)) == stanza


@given(st.binary(max_size=300))
def test_any_bytes_are_a_stanza_or_an_error(document: bytes) -> None:
    read_or_refuse(document)


@given(st.data())
def test_a_damaged_document_is_a_stanza_or_an_error(data: st.DataObject) -> None:
    """
    Two documents are cut anywhere and put together, with something between.
    """
    pieces = []
    for document in (data.draw(st.sampled_from(DOCUMENTS)), data.draw(st.sampled_from(DOCUMENTS))):
        end, start = data.draw(st.integers(0, len(document))), data.draw(st.integers(0, len(document)))
        pieces += [document[:end], data.draw(st.binary(max_size=3)), document[start:]]
    read_or_refuse(b"".join(pieces))


@pytest.mark.parametrize("buffer", [bytearray, memoryview])
@given(stanza=messages)
def test_every_kind_of_buffer_reads_the_same(buffer: Callable[[bytes], memoryview], stanza: Stanza) -> None:
    document = write(stanza)

    assert parse(buffer(document)) == parse(document)


@given(stanzas)
def test_no_repr_shows_a_text_or_an_address(stanza: Stanza) -> None:
    """
    A repr is the same whatever the texts are: only kinds, types and states show.
    """
    empty = Jid("", "")
    bare = Stanza(
        kind=stanza.kind,
        type=stanza.type,
        sender=stanza.sender and empty,
        recipient=stanza.recipient and empty,
    )

    assert repr(stanza) == repr(bare)


def test_the_repr_of_an_invite_shows_no_reason() -> None:
    assert "Come" not in repr(Invite(direct=True, reason="Come in"))


@given(st.sampled_from(DOCUMENTS), words)
def test_an_error_holds_nothing_of_the_input(document: bytes, word: str) -> None:
    """
    It is one of our names alone, whatever word stands where the document breaks.
    """
    with pytest.raises(StanzaError) as caught:
        parse(document.replace(b">", word.encode() + b">", 1)[:-1] + b"</" + word.encode())

    assert str(caught.value).replace("-", "").isalnum()
    assert caught.value.args == (str(caught.value),)
    assert caught.value.__cause__ is None
