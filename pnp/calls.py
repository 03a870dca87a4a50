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
        mode: str = "judge",
    ) -> _Answer:
        """Have a stanza judged; `facts` are headers such as `Peer-IP`.

        `explain` keeps nothing and changes nothing; `passive` keeps nothing back.
        """
        return self.request("CHECK", {"User": user, "Mode": mode, **facts}, stanza)

    def tell(self, user: str, stanza: Data, *, spam: bool, undo: bool = False) -> _Answer:
        """Learn, or unlearn, a stanza."""
        headers = {"User": user, "Label": "spam" if spam else "ham", "Undo": _yes(undo)}
        return self.request("TELL", headers, stanza)

    def sent(self, user: str, stanza: Data, *, occupant: str = "") -> _Answer:
        """Say what the user sent; `occupant` is the stable id of the participant of a room to whom it was."""
        return self.request("SENT", {"User": user, **_occupant(occupant)}, stanza)

    def report(  # noqa: PLR0913 - one header a name
        self,
        user: str,
        sender: str,
        stanza: Data = b"",
        *,
        abuse: bool = False,
        item: str = "",
        stanza_id: str = "",
        occupant: str = "",
    ) -> _Answer:
        """Report a sender (XEP-0377), with the stanza, the item or the stanza's id if there is one."""
        headers = {
            "User": user,
            "From": sender,
            "Reason": "abuse" if abuse else "spam",
            **_item(item),
            **({"Stanza-Id": stanza_id} if stanza_id else {}),
            **_occupant(occupant),
        }
        return self.request("REPORT", headers, stanza)

    def contact(self, user: str, sender: str, change: str, *, occupant: str = "") -> _Answer:
        """Say that a user added, removed, blocked or unblocked somebody."""
        return self.request("CONTACT", {"User": user, "From": sender, "Change": change, **_occupant(occupant)})

    def learnt(self, sender: str, facts: Mapping[str, str]) -> _Answer:
        """Tell what was found out of a sender; `facts` are headers of LEARNT."""
        return self.request("LEARNT", {"From": sender, **facts})

    def listing(self, number: int, action: str, entries: Sequence[str] = ()) -> _Answer:
        """Tell what stands in a public list, or what changed in it."""
        return self.request("LIST", {"Number": str(number), "Action": action}, "\n".join(entries).encode())

    def junk(self, user: str, action: str, item: str = "") -> _Answer:
        """List, show, release, delete or train from the junk box."""
        return self.request("JUNK", {"User": user, "Action": action, **_item(item)})

    def waiting(self, user: str, action: str, item: str = "") -> _Answer:
        """List what waits, take what is released, or say that it was delivered."""
        return self.request("WAITING", {"User": user, "Action": action, **_item(item)})

    def say(self, user: str, text: str) -> _Answer:
        """Hand over what a user wrote to the junk box's bot."""
        return self.request("SAY", {"User": user}, text.encode())

    def command(
        self, user: str, node: str, action: str = "execute", fields: Mapping[str, Sequence[str]] | None = None
    ) -> _Answer:
        """Take a step of an ad-hoc command (XEP-0050), with the fields of the form if there is one."""
        body = b"" if fields is None else json.dumps({"fields": fields}, ensure_ascii=False).encode()
        return self.request("COMMAND", {"User": user, "Node": node, "Action": action}, body)

    def news(self, user: str) -> _Answer:
        """Ask what the bot has to say to a user unasked."""
        return self.request("NEWS", {"User": user})

    def export(self, user: str, part: int = 0) -> _Answer:
        """Return a part of all that is kept of a user."""
        return self.request("EXPORT", {"User": user, "Part": str(part)})

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

    def publish(self) -> _Answer:
        """Ask what may be published of senders; for administrators."""
        return self.request("PUBLISH")

    def unlist(self, sender: str) -> _Answer:
        """Have a sender forgotten, and published no more; for administrators."""
        return self.request("UNLIST", {"From": sender})

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


def _occupant(ident: str) -> dict[str, str]:
    return {"Occupant": ident} if ident else {}
