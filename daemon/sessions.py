"""Who keeps which vault open."""

from heapq import heappop, heappush

from ..errors import BusyError

# A user with more clients at once than this is a module that forgets to end its sessions.
MAX_SESSIONS = 256

_VAULT = ""  # no session has this name: the moment is the whole vault's


class Sessions:
    """The sessions of every open vault, counted by name and never by JID.

    A resumed stream is announced before its predecessor ends (XEP-0198), so the same user may begin and end
    in any order. A vault is due to be locked some seconds after its last session ended: as many as its
    user chose, and `linger` at least. Time is handed in as monotonic seconds.

    A session belongs to the connection it was last announced on. When that is lost, as it is when a server
    dies, the session ends `orphan` seconds later, unless it is announced anew before.
    """

    def __init__(self, linger: float, orphan: float) -> None:
        """Let vaults stay open for `linger` seconds after their last session, sessions for `orphan` alone."""
        self._least = linger
        self._orphan = orphan
        self._names: dict[bytes, dict[str, str]] = {}
        self._due: dict[bytes, float] = {}
        self._linger: dict[bytes, float] = {}
        self._orphans: dict[tuple[bytes, str], float] = {}
        # Every moment of the two dicts, the next one first, and some that no longer hold: tens of thousands of
        # users linger after a restart of their server, and each END asks for the next.
        self._moments: list[tuple[float, bytes, str]] = []

    def begin(self, uid: bytes, name: str, connection: str = "") -> None:
        """Count a session in; a name known already counts once. Without a connection it never is an orphan.

        Raises BusyError past MAX_SESSIONS of one user.
        """
        names = self._names.setdefault(uid, {})
        if len(names) >= MAX_SESSIONS and name not in names:
            raise BusyError("too many sessions of one user")
        names[name] = connection
        self._orphans.pop((uid, name), None)
        self._due.pop(uid, None)

    def lose(self, connection: str, now: float) -> None:
        """Take note of a connection that is no more."""
        for uid, names in self._names.items():
            for name, owner in names.items():
                if owner == connection:
                    when = self._orphans[uid, name] = now + self._orphan
                    heappush(self._moments, (when, uid, name))

    def linger(self, uid: bytes, seconds: float) -> None:
        """Let this user's vault stay open for `seconds`, if that is longer than everybody's."""
        if seconds > self._least:
            self._linger[uid] = seconds
        else:
            self._linger.pop(uid, None)

    def end(self, uid: bytes, name: str, now: float) -> None:
        """Count a session out; unknown names are no error, since a worker may have been started anew."""
        names = self._names.get(uid)
        if names is None or name not in names:
            return
        del names[name]
        self._orphans.pop((uid, name), None)
        if not names:
            when = self._due[uid] = now + self._linger.get(uid, self._least)
            heappush(self._moments, (when, uid, _VAULT))

    def forget(self, uid: bytes) -> None:
        """Count every session of a user out: the vault was locked."""
        for name in self._names.pop(uid, {}):
            self._orphans.pop((uid, name), None)
        self._due.pop(uid, None)
        self._linger.pop(uid, None)

    def due(self, now: float) -> list[bytes]:
        """Return the users whose vaults are to be locked now, until they are; orphans whose time is over end first."""
        found: list[tuple[float, bytes, str]] = []
        while (when := self.next_due()) is not None and when <= now:
            moment = heappop(self._moments)
            _, uid, name = moment
            if name == _VAULT:
                found.append(moment)
            else:
                self.end(uid, name, now)
        for moment in found:
            heappush(self._moments, moment)
        return [uid for _, uid, _ in found]

    def next_due(self) -> float | None:
        """Return when `due` is to be asked next, or None."""
        while self._moments and not self._holds(*self._moments[0]):
            heappop(self._moments)
        return self._moments[0][0] if self._moments else None

    def _holds(self, when: float, uid: bytes, name: str) -> bool:
        return when == (self._due.get(uid) if name == _VAULT else self._orphans.get((uid, name)))

    def __len__(self) -> int:
        """Count the sessions of all users."""
        return sum(map(len, self._names.values()))
