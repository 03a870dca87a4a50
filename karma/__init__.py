"""Remembers how senders behaved, under keyed hashes (shared): accounts, hosts, addresses; never words."""

from .accounts import Account
from .assessment import Assessment
from .events import Event
from .formula import BASE_RATE, Standing, estimate
from .karma import Karma
from .lists import MAX_LIST, MAX_LISTS
from .senders import Sender, sender_of
from .settings import KarmaSettings
from .throttle import Throttle

__all__ = [
    "BASE_RATE",
    "MAX_LIST",
    "MAX_LISTS",
    "Account",
    "Assessment",
    "Event",
    "Karma",
    "KarmaSettings",
    "Sender",
    "Standing",
    "Throttle",
    "estimate",
    "sender_of",
]
