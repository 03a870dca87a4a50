"""Stanza (text side): bytes of one message or presence into a frozen value."""

from .jid import Jid
from .reader import parse
from .values import Delay, Encryption, Forwarded, Invite, Kind, Stanza, Wrapper

__all__ = [
    "Delay",
    "Encryption",
    "Forwarded",
    "Invite",
    "Jid",
    "Kind",
    "Stanza",
    "Wrapper",
    "parse",
]
