"""A tree into a Stanza.

What a server answers for (root, type, addresses) is refused when it is wrong. What the
stranger wrote inside is left out when it is wrong, and the rest is read: a broken
extension must not take the text beside it out of judgement.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from ..errors import StanzaError
from .bound import MAX_TEXT, clip
from .encryption import Index, detect
from .extras import read_files, read_forms, read_links, read_markup
from .fallback import cut, find_spans
from .jid import Jid
from .tree import Element, grow
from .values import Delay, Encryption, Forwarded, Invite, Kind, Stanza, Texts, Wrapper

MAX_ID: Final = 1_024  # code points of a stanza id
MAX_INVITES: Final = 4  # later ones are left out: clients show one
MAX_FORWARDED: Final = 4  # likewise

_KINDS = {"message": Kind.MESSAGE, "presence": Kind.PRESENCE}
_MESSAGE_TYPES = {"chat", "error", "groupchat", "headline", "normal"}
_SUBSCRIPTION_TYPES = {"subscribe", "subscribed", "unsubscribe", "unsubscribed"}
_PRESENCE_TYPES = _SUBSCRIPTION_TYPES | {"error", "probe", "unavailable"}
_CARBONS = "urn:xmpp:carbons:2"
_DELAY = "urn:xmpp:delay delay"
_FORWARDED = "urn:xmpp:forward:0 forwarded"
_NICK = "http://jabber.org/protocol/nick nick"
_REPLACE = "urn:xmpp:message-correct:0 replace"
_WRAPPERS = {
    f"{_CARBONS} received": Wrapper.RECEIVED,
    f"{_CARBONS} sent": Wrapper.SENT,
    "urn:xmpp:mam:2 result": Wrapper.ARCHIVED,
}
_MUC_USER = "http://jabber.org/protocol/muc#user "
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,35}")  # the longest tag that BCP 47 foresees
_STAMP = re.compile(  # XEP-0082
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def parse(data: bytes | bytearray | memoryview) -> Stanza:
    """Read exactly one message or presence from its bytes in UTF-8.

    Its namespace is jabber:client, jabber:server or none.

    The input is not kept, and all texts together are at most MAX_TEXT code points.

    Raises StanzaError. Its text is one of these names and holds nothing of the input: too-large, too-deep,
    too-many-elements, too-many-children, too-many-attributes, long-name; declaration, doctype, entity,
    comment, processing-instruction; not-xml, bad-character, bad-name, unbound-prefix, duplicate-attribute,
    tag-mismatch, cut-off, two-roots; not-a-stanza, bad-type, bad-jid.
    """
    root = grow(data)
    stanza = _read(root, "")
    for key, address in (("from", stanza.sender), ("to", stanza.recipient)):
        if address is None and key in root.attributes:
            raise StanzaError("bad-jid")
    # No text is longer in code points than its document in bytes.
    return stanza if memoryview(data).nbytes <= MAX_TEXT else clip(stanza)


def _read(element: Element, language: str, *, outer: bool = True) -> Stanza:
    attributes = element.attributes
    kind = _KINDS.get(element.name)
    if kind is None:
        raise StanzaError("not-a-stanza")
    language = _language(element, language)
    index: dict[str, list[Element]] = {}
    for child in element.children:
        index.setdefault(child.name, []).append(child)
    bodies = _texts(index.get("body", ()), language)
    subjects = _texts(index.get("subject", ()), language)
    encryption = detect(index, bodies)
    hidden = encryption is Encryption.HIDDEN
    fallbacks: tuple[str, ...] = ()
    if hidden:
        bodies = subjects = ()
    elif encryption is Encryption.NONE:  # a false claim does not cut its body away
        bodies, gone = cut(bodies, find_spans(element.children, "body"))
        subjects, titles = cut(subjects, find_spans(element.children, "subject"))
        fallbacks = titles + gone
    sender = _address(attributes, "from")
    forwarded = _forwarded(element.children, language) if outer else ()
    return Stanza(
        kind=kind,
        type=_type(kind, attributes.get("type")),
        sender=sender,
        recipient=_address(attributes, "to"),
        id=_identifier(attributes),
        replaces=_replaced(index),
        encryption=encryption,
        bodies=bodies,
        subjects=subjects,
        statuses=_texts(index.get("status", ()), language),
        nick="\n".join([child.text for child in index.get(_NICK, ())]),
        markup="" if hidden else read_markup(index),
        forms=read_forms(index),
        files=() if hidden else read_files(index),
        links=() if hidden else read_links(index),
        fallbacks=fallbacks,
        invites=tuple(islice(_invites(index, sender), MAX_INVITES)),
        delay=_delay(element.children),
        forwarded=tuple(islice(forwarded, MAX_FORWARDED)),
    )


def _type(kind: Kind, name: str | None) -> str:
    if kind is Kind.MESSAGE:  # RFC 6121 §5.2.2: unknown types are read as normal
        return name if name in _MESSAGE_TYPES else "normal"
    if name is None:
        return "available"
    if name not in _PRESENCE_TYPES:
        raise StanzaError("bad-type")
    return name


def _language(element: Element, inherited: str) -> str:
    tag = element.attributes.get("xml:lang")
    if tag is None:
        return inherited
    return tag.lower() if _LANGUAGE.fullmatch(tag) else ""


def _texts(elements: Iterable[Element], language: str) -> Texts:
    return tuple((_language(item, language), text) for item in elements if (text := item.text))


def _address(attributes: Mapping[str, str], key: str) -> Jid | None:
    text = attributes.get(key)
    if text is None:
        return None
    try:
        return Jid.parse(text)
    except StanzaError:
        return None


def _identifier(attributes: Mapping[str, str]) -> str | None:
    name = attributes.get("id")
    return name if name and len(name) <= MAX_ID else None


def _replaced(index: Index) -> str | None:
    for child in index.get(_REPLACE, ()):
        return _identifier(child.attributes)
    return None


def _delay(elements: Iterable[Element]) -> Delay | None:
    for child in elements:
        text = child.attributes.get("stamp", "")
        if child.name == _DELAY and _STAMP.fullmatch(text):
            try:
                stamp = datetime.fromisoformat(text).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
            return Delay(stamp, _address(child.attributes, "from"))
    return None


def _invites(index: Index, sender: Jid | None) -> Iterator[Invite]:
    for outer in index.get(f"{_MUC_USER}x", ()):
        for child in outer.children:
            if child.name == f"{_MUC_USER}invite":
                reason = "\n".join(part.text for part in child.children if part.name == f"{_MUC_USER}reason")
                yield Invite(
                    direct=False,
                    room=sender.bare if sender else None,
                    inviter=_address(child.attributes, "from"),
                    reason=reason,
                )
    for child in index.get("jabber:x:conference x", ()):
        yield Invite(
            direct=True,
            room=_address(child.attributes, "jid"),
            inviter=sender,
            reason=child.attributes.get("reason", ""),
        )


def _forwarded(children: Iterable[Element], language: str) -> Iterator[Forwarded]:
    for child in children:
        if child.name == _FORWARDED:
            yield from _unwrap(child, Wrapper.FORWARDED, language)
        elif wrapper := _WRAPPERS.get(child.name):
            for inner in child.children:
                if inner.name == _FORWARDED:
                    yield from _unwrap(inner, wrapper, language)


def _unwrap(element: Element, wrapper: Wrapper, language: str) -> Iterator[Forwarded]:
    delay = _delay(element.children)
    for child in element.children:
        try:
            stanza = _read(child, language, outer=False)
        except StanzaError:
            continue
        yield Forwarded(wrapper, stanza, delay)
