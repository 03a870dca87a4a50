"""Finds out how well a sender's server is kept (shared): certificates, DNS, registration; never words."""

from .authentication import Authentication, facts_told
from .blocklists import MAX_BLOCKLISTS, BlockList, BlockLists
from .checks import CHECKS
from .evidence import Served
from .names import domain_of, is_public
from .resolver import Answer, Found, Resolver
from .score import MOST_LOG_ODDS, score
from .settings import AuthenticationSettings
from .states import Fact, State

__all__ = [
    "CHECKS",
    "MAX_BLOCKLISTS",
    "MOST_LOG_ODDS",
    "Answer",
    "Authentication",
    "AuthenticationSettings",
    "BlockList",
    "BlockLists",
    "Fact",
    "Found",
    "Resolver",
    "Served",
    "State",
    "domain_of",
    "facts_told",
    "is_public",
    "score",
]
