"""What only the daemon can do for a user."""

from typing import Protocol

from .choices import Choices


class Steward(Protocol):
    """The daemon, as it serves the user of one open vault."""

    @property
    def jid(self) -> str:
        """The user's bare JID."""

    def now(self) -> int:
        """Return the time in seconds since 1970."""

    def lock(self) -> None:
        """Lock the vault now; only a login opens it again."""

    def erase(self) -> None:
        """Delete everything of the user; the next compaction makes it final."""

    def abide(self, choices: Choices) -> None:
        """Keep the vault open as long as the user chose."""

    def count(self, name: str) -> None:
        """Count something, without the user's name."""
