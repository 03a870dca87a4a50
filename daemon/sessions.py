"""Who keeps which vault open."""

from ..errors import BusyError

# A user with more clients at once than this is a module that forgets to end its sessions.
MAX_SESSIONS = 256


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
                    self._orphans[uid, name] = now + self._orphan

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
            self._due[uid] = now + self._linger.get(uid, self._least)

    def forget(self, uid: bytes) -> None:
        """Count every session of a user out: the vault was locked."""
        for name in self._names.pop(uid, {}):
            self._orphans.pop((uid, name), None)
        self._due.pop(uid, None)
        self._linger.pop(uid, None)

    def due(self, now: float) -> list[bytes]:
        """Return the users whose vaults are to be locked now; orphans whose time is over end first."""
        for uid, name in [orphan for orphan, when in self._orphans.items() if when <= now]:
            self.end(uid, name, now)
        return [uid for uid, when in self._due.items() if when <= now]

    def next_due(self) -> float | None:
        """Return when `due` is to be asked next, or None."""
        return min([*self._due.values(), *self._orphans.values()], default=None)

    def __len__(self) -> int:
        """Count the sessions of all users."""
        return sum(map(len, self._names.values()))
