"""What the XMPP server knows about a stanza besides its bytes."""

from dataclasses import dataclass
from enum import StrEnum


class Listing(StrEnum):
    """How the user's own lists judge the sender (XEP-0016, XEP-0159 §3)."""

    ALLOW = "allow"
    DENY = "deny"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that travel along with one stanza."""

    listed: Listing = Listing.NONE
