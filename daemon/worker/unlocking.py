"""Opening vaults beside the event loop: the key derivation takes its time, and nobody else's."""

from asyncio import AbstractEventLoop, Future
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ...errors import AccessError, BusyError, ProvidenceError
from ...keyring import Unlock
from ...pnp import Status
from ...vault import Attempt, Vault
from .calls import Call
from .desk import Desk

# A login storm waits here at some 200 bytes a user; past it a module is told to come back.
MAX_ATTEMPTS = 10_000
# Requests of one user that wait behind that user's unlock.
MAX_BEHIND = 256
# A refusal leaves this long after its request (or later, never sooner): wrong secret and unknown user look
# alike. Well above what the key derivation takes on a busy machine.
REFUSAL_SECONDS = 0.25

Opened = Callable[[Call, Vault], None]


class Unlocking:
    """
    The queue of key derivations: one at a time, in order of arrival, so its memory is that of one.

    A user's other requests wait behind it (the ordering rule of PNP); `busy` holds them.
    """

    def __init__(self, desk: Desk, loop: AbstractEventLoop, run: Callable[[Call], None]) -> None:
        """Hand requests that waited to `run`."""
        self._desk = desk
        self._loop = loop
        self._run = run
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="kdf")
        self._behind: dict[bytes, deque[Call]] = {}

    def waits(self, call: Call) -> bool:
        """Take a request that must wait behind its user's unlock; say whether it does."""
        behind = self._behind.get(call.uid)
        if behind is None:
            return False
        if len(behind) >= MAX_BEHIND:
            raise BusyError("too many requests wait for one unlock")
        call.frame = call.frame.detach()
        behind.append(call)
        return True

    def begin(self, call: Call, attempt: Attempt, opened: Opened) -> None:
        """
        Derive the keys of an attempt in their turn, then finish it and call `opened`.

        Raises BusyError when too many wait.
        """
        if len(self._behind) >= MAX_ATTEMPTS:
            attempt.abandon()
            raise BusyError("too many logins at once")
        self._behind[call.uid] = deque()
        started = self._loop.time()
        future = self._loop.run_in_executor(self._pool, attempt.derive)
        future.add_done_callback(lambda done: self._finish(call, attempt, opened, started, done))

    def close(self) -> None:
        """Derive nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _finish(
        self, call: Call, attempt: Attempt, opened: Opened, started: float, done: "Future[None]"
    ) -> None:
        try:
            done.result()
            vault = self._desk.store.finish(attempt)
            opened(call, vault)
        except AccessError as error:
            self._desk.counts["refused"] += 1
            self._loop.call_at(started + REFUSAL_SECONDS, call.refuse, error)
        except ProvidenceError as error:
            call.refuse(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, this login is answered and the next is served
            call.refuse(error)
        finally:
            self._release(call.uid)

    def _release(self, uid: bytes) -> None:
        behind = self._behind.pop(uid)
        while behind:
            call = behind.popleft()
            self._run(call)
            if uid in self._behind:
                # It was an unlock itself: the rest waits behind that one.
                self._behind[uid].extend(behind)
                return
            call.frame.wipe()
