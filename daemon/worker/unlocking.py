"""Opening vaults beside the event loop: the key derivation takes its time, and nobody else's."""

from asyncio import AbstractEventLoop, Future
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ...errors import AccessError, BusyError
from ...keyring import Unlock
from ...vault import Attempt, Recall, Rewrap, Vault
from .calls import Call
from .desk import Desk

# A login storm waits here at some 200 bytes a user; past it a module is told to come back.
MAX_ATTEMPTS = 10_000
# Requests of one user that wait behind that user's unlock.
MAX_BEHIND = 256
# A refusal leaves this long after its request (or later, never sooner): wrong secret and unknown user look
# alike. Well above what the key derivation takes on a busy machine.
REFUSAL_SECONDS = 0.25

Prepare = Callable[[], Attempt | Recall | Rewrap]
Opened = Callable[[Call, Vault], None]


class Unlocking:
    """The queue of key derivations: one at a time, in order of arrival, so its memory is that of one.

    A user's other requests wait behind it (the ordering rule of PNP).
    """

    def __init__(self, desk: Desk, loop: AbstractEventLoop, run: Callable[[Call], None]) -> None:
        """Hand requests that waited to `run`."""
        self._desk = desk
        self._loop = loop
        self._run = run
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="kdf")
        self._behind: dict[bytes, deque[Call]] = {}

    def waits(self, call: Call) -> bool:
        """Take a request that must wait behind its user's unlock; say whether it does. BusyError past MAX_BEHIND."""
        behind = self._behind.get(call.uid)
        if behind is None:
            return False
        if len(behind) >= MAX_BEHIND:
            raise BusyError("too many requests wait for one unlock")
        call.frame = call.frame.detach()
        behind.append(call)
        return True

    def begin(self, call: Call, unlocks: Sequence[Unlock], prepare: Prepare, opened: Opened) -> None:
        """Prepare an attempt, derive its keys in their turn, then finish it and call `opened`.

        The unlocks are wiped as soon as they have served. BusyError past MAX_ATTEMPTS.
        """
        # The clock starts before anything that depends on what there is of the user.
        started = self._loop.time()
        if len(self._behind) >= MAX_ATTEMPTS:
            _wipe(unlocks)
            raise BusyError("too many logins at once")
        attempt = prepare()
        self._behind[call.uid] = deque()

        def derive() -> None:
            try:
                attempt.derive()
            finally:
                _wipe(unlocks)

        def finish(done: "Future[None]") -> None:
            try:
                done.result()
                opened(call, self._desk.store.finish(attempt))
            except AccessError as error:
                self._desk.counts["refused"] += 1
                self._loop.call_at(started + REFUSAL_SECONDS, self._refuse, call, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, this login is answered and the next is served
                self._refuse(call, error)
            else:
                self._release(call.uid)

        self._loop.run_in_executor(self._pool, derive).add_done_callback(finish)

    def close(self) -> None:
        """Derive nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _refuse(self, call: Call, error: Exception) -> None:
        """Refuse a login, and only then run what waits behind it: its answers would tell the time it took."""
        call.refuse(error)
        self._release(call.uid)

    def _release(self, uid: bytes) -> None:
        behind = self._behind.pop(uid)
        while behind:
            call = behind.popleft()
            frame = call.frame
            self._run(call)
            frame.wipe()
            if uid in self._behind:
                # It was an unlock itself: the rest waits behind that one.
                self._behind[uid].extend(behind)
                return


def _wipe(unlocks: Sequence[Unlock]) -> None:
    for unlock in unlocks:
        unlock.secret.wipe()
