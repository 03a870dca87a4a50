"""The router: owns the sockets, and sends each request to the worker that holds its user."""

import itertools
import json
from collections.abc import Callable, Collection, Mapping, Sequence

from .. import __version__
from ..errors import AccessError, UnreachableError
from ..pnp import VERSION, Frame, FrameProtocol, Refusal, RefusalError, Status
from ..stanza import Jid
from .erasures import Erasure
from .links import Link
from .surveys import Survey

_NONE: Mapping[str, str] = {}

# What a worker has not taken yet may be this much, so that a stopped one costs no more memory.
MAX_BACKLOG = 4 * 2**20

# What PING tells, besides what a worker says of itself: a client uses no feature that is not named here.
ABOUT = {
    "version": __version__,
    "protocols": [VERSION],
    "features": ["ticket", "explain", "junk", "waiting", "passive", "facts", "contact", "faces"],
}
# Every worker is asked, and their answers become one.
SURVEYS = frozenset({"STATS", "VERIFY"})


class Router:
    """Stanzas pass unread: of a request, the router looks at verb, `Id` and `User` and at nothing else.

    What concerns no user is for administrators: local peers who are root or the daemon's own user.
    """

    def __init__(self, links: Sequence[Link], shard_of: Callable[[str], int], admins: Collection[int]) -> None:
        """Find a user's worker by the shard that `shard_of` names; `admins` are uids of local peers."""
        self._links = links
        self._shard_of = shard_of
        self._admins = admins
        self._erasure = Erasure(links)
        self._numbers: dict[FrameProtocol, str] = {}
        self._next = map(str, itertools.count(1))

    def opened(self, connection: FrameProtocol) -> None:
        """Give a connection its number, by which its sessions are known."""
        self._numbers[connection] = next(self._next)

    def closed(self, connection: FrameProtocol) -> None:
        """Tell the workers whose sessions are orphans now; what it asked is answered to nobody."""
        number = self._numbers.pop(connection)
        for link in self._links:
            link.tell("GONE", {"Connection": number})

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        """Send a request to where it is answered."""
        user = frame.headers.get("user")
        if user is not None:
            self._link_of(user).forward(connection, frame, self._extra(connection, frame))
        elif frame.verb == "PING":
            connection.answer(frame.ident, Status.OK, body=json.dumps(ABOUT | self._links[0].about).encode())
        elif connection.peer.uid not in self._admins:
            raise AccessError("this peer may not ask that")
        elif frame.verb in SURVEYS:
            Survey(connection, frame.ident, len(self._links)).ask(self._links, frame)
        elif frame.verb == "COMPACT":
            self._erasure.begin(connection, frame.ident)
        else:
            raise RefusalError(Refusal.UNKNOWN_VERB)

    def _extra(self, connection: FrameProtocol, frame: Frame) -> Mapping[str, str]:
        """Return what a worker must know besides: on which connection a session begins."""
        if frame.verb != "UNLOCK":
            return _NONE
        return {"connection": "" if frame.flag("lasting") else self._numbers[connection]}

    def _link_of(self, user: str) -> Link:
        link = self._links[self._shard_of(str(Jid.parse(user).bare)) % len(self._links)]
        if link.backlog > MAX_BACKLOG:
            raise UnreachableError("a worker takes nothing")
        return link
