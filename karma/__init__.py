"""Remembers how senders behaved, under keyed hashes (shared): accounts, hosts, addresses; never words."""

from .accounts import Account
from .assessment import Assessment
from .events import Event
from .karma import Karma, Neighbourhood
from .ledger import FILE
from .lists import MAX_LIST, MAX_LISTS, Lists
from .pseudonyms import SECRET_BYTES
from .publication import Finding, Imprint, publish
from .senders import Level, Sender, sender_of
from .settings import KarmaSettings

__all__ = [
    "FILE",
    "MAX_LIST",
    "MAX_LISTS",
    "SECRET_BYTES",
    "Account",
    "Assessment",
    "Event",
    "Finding",
    "Imprint",
    "Karma",
    "KarmaSettings",
    "Level",
    "Lists",
    "Neighbourhood",
    "Sender",
    "publish",
    "sender_of",
]
