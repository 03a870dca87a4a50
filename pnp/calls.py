"""The verbs as methods, the same for a client that blocks and for one that awaits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from .buffers import wipe
from .frames import Data
from .heads import request_head
from .slots import SlotKind, SlotName, format_slots

_Answer = TypeVar("_Answer")
_NONE: Mapping[str, str] = {}
_PADDED = 512
"""A request with a password is filled up to a multiple of so many bytes."""

Secret = bytearray | memoryview
"""A writable buffer; it is zeroed once it was handed over."""


class Calls(Generic[_Answer]):
    """What can be asked; each method returns what `request` returns."""

    def request(
        self,
        verb: str,
        headers: Mapping[str, str] = _NONE,
        body: Data = b"",
        *,
        wiping: bool = False,
    ) -> _Answer:
        """Ask and return the answer; with `wiping` the body is zeroed once sent."""
        raise NotImplementedError

    def ping(self) -> _Answer:
        """Ask which versions and features there are."""
        return self.request("PING")

    def unlock(  # noqa: PLR0913 - one header a name
        self,
        user: str,
        session: str,
        slots: Sequence[SlotName],
        secrets: Sequence[Secret],
        *,
        enrol: bool = True,
        ticket: bool = False,
        lasting: bool = False,
    ) -> _Answer:
        """Open a vault for a session; with `ticket` the answer's body is one.

        A `lasting` session outlives the connection, until END or LOCK.
        """
        headers = {
            "User": user,
            "Session": session,
            "Enrol": _yes(enrol),
            "Ticket": _yes(ticket),
            "Lasting": _yes(lasting),
        }
        return self._hand_over("UNLOCK", headers, slots, secrets)

    def rewrap(self, user: str, slots: Sequence[SlotName], secrets: Sequence[Secret]) -> _Answer:
        """Let new secrets open an open vault, in place of old ones of their kind."""
        return self._hand_over("REWRAP", {"User": user}, slots, secrets)

    def restore(self, user: str, slots: Sequence[SlotName], secrets: Sequence[Secret]) -> _Answer:
        """Take back a vault that was set aside when no secret fitted."""
        return self._hand_over("RESTORE", {"User": user}, slots, secrets)

    def recovery(self, user: str) -> _Answer:
        """Make a recovery code; it is the answer's body (wipe it)."""
        return self.request("RECOVERY", {"User": user})

    def end(self, user: str, session: str) -> _Answer:
        """Say that a session ended."""
        return self.request("END", {"User": user, "Session": session})

    def lock(self, user: str) -> _Answer:
        """Lock a vault now, whatever sessions there are."""
        return self.request("LOCK", {"User": user})

    def check(
        self,
        user: str,
        stanza: Data,
        facts: Mapping[str, str] = _NONE,
        *,
        explain: bool = False,
    ) -> _Answer:
        """Have a stanza judged; `facts` are headers such as `Peer-IP`.

        To `explain` keeps nothing and changes nothing.
        """
        return self.request(
            "CHECK",
            {"User": user, "Mode": "explain" if explain else "judge", **facts},
            stanza,
        )

    def tell(self, user: str, stanza: Data, *, spam: bool, undo: bool = False) -> _Answer:
        """Learn, or unlearn, a stanza."""
        headers = {"User": user, "Label": "spam" if spam else "ham", "Undo": _yes(undo)}
        return self.request("TELL", headers, stanza)

    def sent(self, user: str, stanza: Data) -> _Answer:
        """Say what the user sent."""
        return self.request("SENT", {"User": user}, stanza)

    def report(
        self,
        user: str,
        sender: str,
        stanza: Data = b"",
        *,
        abuse: bool = False,
        item: str = "",
    ) -> _Answer:
        """Report a sender (XEP-0377), with the stanza or the item if there is one."""
        headers = {
            "User": user,
            "From": sender,
            "Reason": "abuse" if abuse else "spam",
            **_item(item),
        }
        return self.request("REPORT", headers, stanza)

    def junk(self, user: str, action: str, item: str = "") -> _Answer:
        """List, show, release, delete or train from the junk box."""
        return self.request("JUNK", {"User": user, "Action": action, **_item(item)})

    def waiting(self, user: str, action: str, item: str = "") -> _Answer:
        """List what waits, take what is released, or say that it was delivered."""
        return self.request("WAITING", {"User": user, "Action": action, **_item(item)})

    def settings(self, user: str, change: Mapping[str, Any] | None = None) -> _Answer:
        """Return a user's settings, after a change if there is one."""
        body = b"" if change is None else json.dumps(change, ensure_ascii=False).encode()
        return self.request("SETTINGS", {"User": user}, body)

    def status(self, user: str) -> _Answer:
        """Return how a user's vault stands."""
        return self.request("STATUS", {"User": user})

    def forget(self, user: str) -> _Answer:
        """Erase a user."""
        return self.request("FORGET", {"User": user})

    def stats(self) -> _Answer:
        """Return the daemon's counters."""
        return self.request("STATS")

    def verify(self) -> _Answer:
        """Check the store."""
        return self.request("VERIFY")

    def compact(self) -> _Answer:
        """Rewrite the store under a new host key, so that what was deleted is gone."""
        return self.request("COMPACT")

    def _hand_over(
        self,
        verb: str,
        headers: dict[str, str],
        slots: Sequence[SlotName],
        secrets: Sequence[Secret],
    ) -> _Answer:
        headers["Slots"] = format_slots(slots)
        body = bytearray(sum(map(len, secrets)))
        start = 0
        with memoryview(body) as whole:
            for secret in secrets:
                stop = start + len(secret)
                whole[start:stop] = secret
                start = stop
                with memoryview(secret) as view:
                    wipe(view)
        if any(slot.kind is SlotKind.PASSWORD for slot in slots):
            # The network sees the length of a TLS record, and a password's says a lot.
            headers["Padding"] = ""
            used = len(request_head(verb, headers, len(body))) + len(body)
            headers["Padding"] = "." * (-used % _PADDED)
        return self.request(verb, headers, body, wiping=True)


def _yes(value: bool) -> str:  # noqa: FBT001 - it is what the function is about
    return "yes" if value else "no"


def _item(item: str) -> dict[str, str]:
    return {"Item": item} if item else {}
