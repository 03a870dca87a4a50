"""What a stanza is once it has been read; no repr here shows text or an address."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from .jid import Jid

Texts = tuple[tuple[str, str], ...]  # (language or "", text)


class Kind(Enum):
    """Which of the two stanzas that a stranger can bother somebody with."""

    MESSAGE = "message"
    PRESENCE = "presence"


class Encryption(Enum):
    """Whether the content of a message can be read."""

    NONE = "none"
    HIDDEN = "hidden"  # really encrypted: there is no content to judge, learn or log
    CLAIMED = "claimed"  # says so without an encrypted payload: judged as the plaintext it is


class Wrapper(Enum):
    """What a forwarded stanza came in."""

    FORWARDED = "forwarded"  # XEP-0297 alone
    RECEIVED = "received"  # XEP-0280
    SENT = "sent"  # XEP-0280
    ARCHIVED = "archived"  # XEP-0313


@dataclass(frozen=True, slots=True)
class Delay:
    """When a held stanza was sent (XEP-0203), in UTC, and who says so."""

    stamp: datetime
    source: Jid | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation to a room: direct (XEP-0249) or through the room (XEP-0045).

    `room` and `inviter` are None where the stranger wrote no valid address. Of a
    mediated invitation `room` is who sent the stanza: that it is a room at all is for
    the caller to know.
    """

    direct: bool
    room: Jid | None = None
    inviter: Jid | None = None
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A stanza inside the stanza; what that one forwards itself is left out."""

    wrapper: Wrapper
    stanza: "Stanza"
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class Stanza:
    """One message or presence.

    `type` is "normal" for a message and "available" for a presence without one. With
    `Encryption.HIDDEN` bodies, subjects, markup, files, links and fallbacks are empty
    whatever was sent. `fallbacks` hold what XEP-0428 ranges cut from bodies and
    subjects: often the recipient's own words, so at most judged and never learnt, and
    no part of `texts`. `truncated` says that texts were cut in their middles to fit
    MAX_TEXT.
    """

    kind: Kind
    type: str
    sender: Jid | None = None
    recipient: Jid | None = None
    id: str | None = field(default=None, repr=False)
    replaces: str | None = field(default=None, repr=False)
    encryption: Encryption = Encryption.NONE
    bodies: Texts = field(default=(), repr=False)
    subjects: Texts = field(default=(), repr=False)
    statuses: Texts = field(default=(), repr=False)
    nick: str = field(default="", repr=False)
    markup: str = field(default="", repr=False)
    forms: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    fallbacks: tuple[str, ...] = field(default=(), repr=False)
    invites: tuple[Invite, ...] = ()
    delay: Delay | None = None
    forwarded: tuple[Forwarded, ...] = ()
    truncated: bool = False

    def by(self, ident: str) -> "Stanza":
        """Return the stanza as one of the participant of this stable id (`Jid.participant`)."""
        return replace(self, sender=self.sender.participant(ident)) if self.sender and ident else self

    @property
    def texts(self) -> Texts:
        """Every text a person may read, as (field, text), also of what is forwarded.

        Fields: subject, body, status, nick, reason, markup (XHTML-IM without its tags),
        form, file (names and descriptions) and link (addresses beside the text).
        """
        return tuple(self._read())

    def _read(self) -> Iterator[tuple[str, str]]:
        yield from (("subject", text) for _, text in self.subjects)
        yield from (("body", text) for _, text in self.bodies)
        yield from (("status", text) for _, text in self.statuses)
        if self.nick:
            yield "nick", self.nick
        yield from (("reason", invite.reason) for invite in self.invites if invite.reason)
        if self.markup:
            yield "markup", self.markup
        yield from (("form", text) for text in self.forms)
        yield from (("file", text) for text in self.files)
        yield from (("link", text) for text in self.links)
        for inner in self.forwarded:
            yield from inner.stanza.texts
