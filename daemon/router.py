"""The router: owns the sockets, and sends each request to the worker that holds its user."""

import asyncio
import itertools
import json
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

from .. import __version__
from ..errors import AccessError, ProvidenceError, UnreachableError
from ..pnp import VERSION, Frame, FrameProtocol, Refusal, RefusalError, Status, log_fault, status_of
from ..stanza import Jid
from .erasures import Erasure
from .feeds import Feeds
from .links import Link
from .reputation import NOTHING_TOLD, Reputation
from .surveys import Survey

_NONE: Mapping[str, str] = {}
_NOTHING: Mapping[str, object] = {}

# What a worker has not taken yet may be this much, so that a stopped one costs no more memory.
MAX_BACKLOG = 4 * 2**20

# What PING tells, besides what a worker says of itself: a client uses no feature that is not named here.
ABOUT = {
    "version": __version__,
    "protocols": [VERSION],
    "features": [
        *("ticket", "explain", "junk", "waiting", "passive", "facts", "contact", "faces", "learnt", "lists"),
        "occupants",
    ],
}
# What concerns senders, and no user; LEARNT and LIST are for servers, the others for administrators.
SENDERS: Mapping[str, Callable[[Reputation, Frame], bytes]] = {
    "LEARNT": Reputation.learn,
    "PUBLISH": Reputation.publish,
    "UNLIST": Reputation.unlist,
}
FOR_SERVERS = frozenset({"LEARNT", "LIST"})
# Who comes and who goes.
PEOPLE: Mapping[str, Callable[[Reputation, str], None]] = {"UNLOCK": Reputation.meet, "FORGET": Reputation.forget}
# Every worker is asked, and their answers become one.
SURVEYS = frozenset({"STATS", "VERIFY"})


class Router:
    """Stanzas pass unread: of a request, the router looks at verb, `Id` and `User` and at nothing else.

    What concerns no user is for administrators: local peers who are root or the daemon's own user.
    """

    def __init__(
        self,
        links: Sequence[Link],
        shard_of: Callable[[str], int],
        admins: Collection[int],
        reputation: Reputation | None = None,
    ) -> None:
        """Find a user's worker by the shard that `shard_of` names; `admins` are uids of local peers."""
        self._reputation = reputation
        self._tasks: set[asyncio.Task[None]] = set()
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
        if self._reputation is not None:
            self._reputation.feeds.lose(number)
        for link in self._links:
            link.tell("GONE", {"Connection": number})

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        """Send a request to where it is answered."""
        user = frame.headers.get("user")
        if user is not None:
            self._about_user(connection, frame, user)
        elif frame.verb == "PING":
            connection.answer(frame.ident, Status.OK, body=json.dumps(ABOUT | self._links[0].about).encode())
        elif frame.verb not in FOR_SERVERS and connection.peer.uid not in self._admins:
            raise AccessError("this peer may not ask that")
        elif frame.verb in SURVEYS:
            own = self._reputation.stats() if self._reputation is not None and frame.verb == "STATS" else _NOTHING
            Survey(connection, frame.ident, len(self._links), own).ask(self._links, frame)
        elif frame.verb == "COMPACT":
            self._erasure.begin(connection, frame.ident)
        elif frame.verb == "LIST" and self._reputation is not None:
            self._list(connection, frame, self._reputation.feeds)
        elif frame.verb in SENDERS and self._reputation is not None:
            connection.answer(frame.ident, Status.OK, body=SENDERS[frame.verb](self._reputation, frame))
        else:
            raise RefusalError(Refusal.UNKNOWN_VERB)

    def _about_user(self, connection: FrameProtocol, frame: Frame, user: str) -> None:
        if frame.verb == "CHECK":
            self._check(connection, frame, user)
            return
        self._link_of(user).forward(connection, frame, self._extra(connection, frame))
        if self._reputation is not None and frame.verb in PEOPLE:
            PEOPLE[frame.verb](self._reputation, str(Jid.parse(user).bare))

    def _check(self, connection: FrameProtocol, frame: Frame, user: str) -> None:
        """Send a CHECK on with what is known of its sender, now or as soon as it is found out."""
        told = self._reputation.headers(frame) if self._reputation is not None else NOTHING_TOLD
        if isinstance(told, Mapping):
            self._link_of(user).forward(connection, frame, told)
            return
        self._keep(self._check_later(connection, frame.detach(), user, told))

    async def _check_later(
        self, connection: FrameProtocol, frame: Frame, user: str, told: Coroutine[Any, Any, Mapping[str, str]]
    ) -> None:
        try:
            try:
                headers = await told
            except Exception as error:  # noqa: BLE001 - what fails beside a stanza does not keep it from being judged
                log_fault(error)
                headers = NOTHING_TOLD
            self._link_of(user).forward(connection, frame, headers)
        except ProvidenceError as error:
            connection.answer(frame.ident, status_of(error))
        finally:
            frame.wipe()

    def _list(self, connection: FrameProtocol, frame: Frame, feeds: Feeds) -> None:
        """Answer a LIST, now or as soon as a whole copy is in its place."""
        taken = feeds.take(self._numbers[connection], frame)
        if isinstance(taken, Status):
            connection.answer(frame.ident, taken)
        else:
            self._keep(self._answer_later(connection, frame.ident, taken))

    async def _answer_later(self, connection: FrameProtocol, ident: str, task: Coroutine[Any, Any, Status]) -> None:
        try:
            connection.answer(ident, await task)
        except ProvidenceError as error:
            connection.answer(ident, status_of(error))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
