"""Kept stanzas and past decisions, told in a line or in full."""

from ..errors import StanzaError
from ..junk import Item, Seen
from ..stanza import Encryption, Jid, Kind, Stanza
from .lessons import Taught, stanza_of
from .rendering import address, inline, percent, quoted, when

KINDS = {"message": "message", "subscribe": "contact request", "invite": "invitation"}

_ACTIONS = {"deliver": "delivered", "junk": "junk", "delay": "to wait"}
_ANSWERS = {"": "", "valid": ", you said: right", "invalid": ", you said: wrong"}
# In the order in which a person wants to read them, and each said by name but the last.
_FIELDS = ("subject", "nick", "reason", "status", "body", "form", "file", "link", "markup")


def heading(item: Item) -> str:
    """Return one line about a kept stanza: what it is, from whom, since when, how sure."""
    return (
        f"{kind_of(stanza_of(item))} from {address(bare(item.sender))}, "
        f"{when(item.arrived)}, {percent(item.probability)} spam"
    )


def preview(item: Item) -> str:
    """Return the beginning of a stanza's words, or nothing where there are none."""
    stanza = stanza_of(item)
    texts = [text for field, text in (stanza.texts if stanza else ()) if field != "nick"]
    return inline(" ".join(texts)) if texts else ""


def full(item: Item) -> str:
    """Return who sent a stanza, when, what it is, and its words as a quotation."""
    stanza = stanza_of(item)
    head = [f"From: {address(item.sender)}", f"Came: {when(item.arrived)}", f"What: {kind_of(stanza)}"]
    if stanza is None:
        return "\n".join([*head, "I cannot read it any more; releasing it delivers it as it came."])
    if stanza.encryption is Encryption.HIDDEN:
        return "\n".join([*head, "It is encrypted, and only your own client can read it."])
    texts = sorted(stanza.texts, key=lambda text: _FIELDS.index(text[0]))
    words = "\n".join(text if field == "body" else f"{field}: {text}" for field, text in texts)
    return "\n".join([*head, quoted(words) if words else "There are no words in it."])


def decided(seen: Seen) -> str:
    """Return one line about a past decision."""
    return (
        f"{KINDS[seen.kind]} from {address(seen.sender)}, {when(seen.arrived)}, "
        f"{percent(seen.probability)} spam: {_ACTIONS[seen.action]}{_ANSWERS[seen.answer]}"
    )


def kind_of(stanza: Stanza | None) -> str:
    """Say what a stanza is."""
    if stanza is None:
        return "stanza"
    if stanza.kind is Kind.PRESENCE:
        return KINDS["subscribe"]
    if stanza.invites:
        room = stanza.invites[0].room
        return f"{KINDS['invite']} to {address(str(room))}" if room is not None else KINDS["invite"]
    return "encrypted message" if stanza.encryption is Encryption.HIDDEN else KINDS["message"]


def bare(jid: str) -> str:
    """Return an address without its resource; what is no address stays as it is."""
    try:
        return str(Jid.parse(jid).bare)
    except StanzaError:
        return jid


def of_lessons(taught: list[Taught]) -> str:
    """Say what became of lessons."""
    said = {
        Taught.LEARNT: f"I learnt {some(taught.count(Taught.LEARNT), 'stanza')}.",
        Taught.KNOWN: "That I knew already.",
        Taught.EMPTY: "Where there are no words to learn from, I learnt nothing.",
    }
    return " ".join(said[what] for what in Taught if what in taught) or GONE


GONE = "It is no longer there."


def some(count: int, noun: str) -> str:
    """Return a number of things, such as `1 stanza` or `no stanzas`."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
