"""Finds out how well a sender's server is kept (shared): certificates, DNS, registration; never words."""

from .authentication import Authentication, facts_told
from .blocklists import MAX_BLOCKLISTS, BlockList, BlockLists
from .checks import CHECKS
from .evidence import Served
from .names import domain_of, is_public
from .networks import Networks
from .origins import Origins
from .prefixes import MAX_ASN, MAX_BYTES, MAX_LINE, MAX_LINES, Prefixes
from .resolver import Answer, Found, Resolver
from .score import MOST_LOG_ODDS, score
from .settings import AuthenticationSettings, NetworkSettings
from .states import Fact, State

__all__ = [
    "CHECKS",
    "MAX_ASN",
    "MAX_BLOCKLISTS",
    "MAX_BYTES",
    "MAX_LINE",
    "MAX_LINES",
    "MOST_LOG_ODDS",
    "Answer",
    "Authentication",
    "AuthenticationSettings",
    "BlockList",
    "BlockLists",
    "Fact",
    "Found",
    "NetworkSettings",
    "Networks",
    "Origins",
    "Prefixes",
    "Resolver",
    "Served",
    "State",
    "domain_of",
    "facts_told",
    "is_public",
    "score",
]
