"""What the daemon does for a user who asks for it in a chat or a form."""

from dataclasses import dataclass

from ...control import Choices
from ...keyring import SlotKind
from .desk import Desk


@dataclass(frozen=True, slots=True)
class Stewardship:
    """The `Steward` of one user's affairs."""

    desk: Desk
    uid: bytes
    jid: str

    def now(self) -> int:
        """Return the time in seconds since 1970."""
        return self.desk.now()

    def lock(self) -> None:
        """Lock the vault now; no ticket reopens it, only a login."""
        self.desk.shut(self.uid)

    def erase(self) -> None:
        """Erase everything of the user; the next compaction makes it final."""
        self.desk.erase(self.uid)

    def abide(self, choices: Choices) -> None:
        """Keep the vault open as long as the user chose."""
        slots = self.desk.open_vault(self.uid).keys.slots
        resident = choices.opening == "resident"
        if resident != any(slot.kind is SlotKind.RESIDENT for slot in slots):
            self.desk.reside(self.uid, resident=resident)
        self.desk.sessions.linger(self.uid, choices.linger_seconds)

    def count(self, name: str) -> None:
        """Count something, without the user's name."""
        self.desk.counts[name] += 1
