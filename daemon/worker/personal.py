"""STATUS and SETTINGS: what a user sees and chooses of their own vault."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from ...errors import InputError, IntegrityError
from ...junk import Box, Place
from ...vault import Vault
from .calls import Call
from .desk import Desk

MAX_SETTINGS_BYTES = 4096
MAX_LINGER_HOURS = 14 * 24
OPENINGS = ("session", "linger", "resident")

_BOX = b"book"
_IDENT = b"settings"


@dataclass(frozen=True, slots=True)
class Choices:
    """How long a user's vault stays open.

    `session`: as long as a session lives. `linger`: `linger_hours` longer. `resident`: always, opened by the
    host key alone, for who trusts the machine and wants stanzas judged while away.
    """

    opening: str = "session"
    linger_hours: int = 0

    @classmethod
    def parse(cls, raw: bytes | bytearray | memoryview) -> Self:
        """Read a JSON object; an unknown name, a wrong type or a value out of range is an InputError."""
        if len(raw) > MAX_SETTINGS_BYTES:
            raise InputError("settings are too long")
        try:
            chosen = json.loads(bytes(raw))
        except (ValueError, RecursionError):
            raise InputError("settings are no JSON") from None
        match chosen:
            case {"opening": str(opening), "linger_hours": int(hours)} if (
                len(chosen) == 2  # noqa: PLR2004 - the two names above and no other
                and opening in OPENINGS
                and not isinstance(hours, bool)
                and 0 <= hours <= MAX_LINGER_HOURS
            ):
                return cls(opening, hours)
        raise InputError("settings are opening and linger_hours within their bounds")

    @property
    def linger_seconds(self) -> float:
        """How long the vault stays open after the last session, if that is longer than everybody's."""
        return self.linger_hours * 3600.0 if self.opening == "linger" else 0.0

    def to_bytes(self) -> bytes:
        """Return the JSON object."""
        return json.dumps(asdict(self)).encode()


def choices_of(vault: Vault) -> Choices:
    """Return what the user chose; the default where nothing was chosen."""
    raw = vault.items.get(_BOX, _IDENT)
    if raw is None:
        return Choices()
    try:
        return Choices.parse(raw)
    except InputError:
        raise IntegrityError("a user's settings are malformed") from None


def settings(desk: Desk, call: Call) -> None:
    """Return the user's choices, or take new ones."""
    vault = desk.open_vault(call.uid)
    if not call.frame.body:
        call.answer_json(asdict(choices_of(vault)))
        return
    chosen = Choices.parse(call.frame.body)
    vault.items.put(_BOX, _IDENT, chosen.to_bytes())
    desk.reside(call.uid, resident=chosen.opening == "resident")
    desk.sessions.linger(call.uid, chosen.linger_seconds)
    desk.when_durable(call, call.answer)


def status(desk: Desk, call: Call) -> None:
    """Say whether the user's vault is open, and if it is, what it holds."""
    vault = desk.vault(call.uid)
    if vault is None:
        call.answer_json({"state": "locked"})
        return
    stats = vault.stats()
    boxes = {place.name.lower(): len(Box(vault, place)) for place in Place}
    call.answer_json({"state": "open", "spam": stats.spam, "ham": stats.ham, "features": stats.ids, **boxes})
