"""From a frame to its handler."""

from asyncio import AbstractEventLoop, Task, TimerHandle
from collections.abc import Callable, Coroutine, Mapping

from ...pnp import Frame, FrameProtocol, Refusal, RefusalError
from ...stanza import Jid
from . import access, boxes, checking, faces, personal, teaching, upkeep
from .calls import Call
from .desk import Desk
from .unlocking import Unlocking

Handle = Callable[[Desk, Call], None]
Open = Callable[[Desk, Unlocking, Call], None]
Leave = Callable[[Desk, Call, float], None]
Keep = Callable[[Desk, Call], Coroutine[None, None, None]]

HANDLERS: Mapping[str, Handle] = {
    "CHECK": checking.check,
    "TELL": teaching.tell,
    "SENT": teaching.sent,
    "REPORT": teaching.report,
    "CONTACT": teaching.contact,
    "JUNK": boxes.junk,
    "WAITING": boxes.waiting,
    "RECOVERY": access.recovery,
    "LOCK": access.lock,
    "FORGET": access.forget,
    "COMMAND": faces.command,
    "NEWS": faces.news,
    "EXPORT": faces.export,
    "SETTINGS": personal.settings,
    "STATUS": personal.status,
    "ABOUT": upkeep.about,
    "STATS": upkeep.stats,
}

# These derive keys, or may do so, and their user's other requests wait behind them.
OPENERS: Mapping[str, Open] = {
    "SAY": faces.say,
    "UNLOCK": access.unlock,
    "REWRAP": access.rewrap,
    "RESTORE": access.restore,
}

# These may bring a vault nearer to its locking.
LEAVERS: Mapping[str, Leave] = {
    "END": access.end,
    "GONE": access.gone,
}

# These take their time, and others are served meanwhile.
UPKEEP: Mapping[str, Keep] = {
    "VERIFY": upkeep.verify,
    "EPOCH": upkeep.epoch,
}


class Dispatch:
    """The worker's end of the link to the router: each frame to its handler, each error to an answer."""

    def __init__(
        self, desk: Desk, loop: AbstractEventLoop, uid_of: Callable[[str], bytes], lost: Callable[[], None]
    ) -> None:
        """Name users by `uid_of`; call `lost` when the router is gone."""
        self._desk = desk
        self._loop = loop
        self._uid_of = uid_of
        self._lost = lost
        self._timer: TimerHandle | None = None
        self._tasks: set[Task[None]] = set()
        self.unlocking = Unlocking(desk, loop, self._run)

    def opened(self, connection: FrameProtocol) -> None:
        """Take note of the router."""

    def closed(self, connection: FrameProtocol) -> None:  # noqa: ARG002 - the protocol's signature
        """Stop: without a router nobody asks."""
        self._lost()

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        """Handle a request, unless it must wait behind its user's unlock."""
        user = frame.headers.get("user")
        jid = str(Jid.parse(user).bare) if user else ""
        call = Call(connection, frame, jid, self._uid_of(jid) if jid else b"")
        if not (jid and self.unlocking.waits(call)):
            self._run(call)

    def _run(self, call: Call) -> None:
        self._desk.afterwards.run()
        verb = call.frame.verb
        self._desk.counts[verb] += 1
        try:
            if verb in OPENERS:
                OPENERS[verb](self._desk, self.unlocking, call)
            elif verb in UPKEEP:
                self._keep_up(UPKEEP[verb], call)
            elif verb in LEAVERS:
                LEAVERS[verb](self._desk, call, self._loop.time())
                self._arm()
            else:
                self._handler(verb)(self._desk, call)
        except Exception as error:  # noqa: BLE001 - one request's failure is that request's answer
            call.refuse(error)

    def _keep_up(self, keep: Keep, call: Call) -> None:
        async def kept() -> None:
            try:
                await keep(self._desk, call)
            except Exception as error:  # noqa: BLE001 - as above
                call.refuse(error)

        task = self._loop.create_task(kept())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _handler(self, verb: str) -> Handle:
        try:
            return HANDLERS[verb]
        except KeyError:
            raise RefusalError(Refusal.UNKNOWN_VERB) from None

    def _arm(self) -> None:
        """Set the clock for the next vault that is due to be locked."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._desk.sessions.next_due()
        if due is not None:
            self._timer = self._loop.call_at(due, self._lock_due)

    def _lock_due(self) -> None:
        for uid in self._desk.sessions.due(self._loop.time()):
            self._desk.lock(uid)
        self._desk.commits.flush()
        self._arm()
