"""What the test program tells its members: each decision against a stanza, so that they say whether it was right.

Only the member is told. Who runs the server sees how many answers there were, and no more.
"""

from ..junk import Seen
from ..stanza import Stanza
from .rendering import address, inline, percent
from .talks import code_of
from .telling import kind_of


def notice(name: bytes, seen: Seen, stanza: Stanza) -> str:
    """Return what to tell a member of a decision, by its name in the ring; nothing where nothing spoke for spam."""
    if seen.action == "deliver":
        return ""
    code = code_of(name)
    words = inline(" ".join(text for field, text in stanza.texts if field != "nick"))
    return (
        f"Test program: I would have kept back the {kind_of(stanza)} from {address(seen.sender)} "
        f"({percent(seen.probability)} spam){f': {words}' if words else ''}\n"
        f"Was that right? Please answer `valid {code}` or `invalid {code}`; `why {code}` tells you more."
    )
