"""What a user chose: how long the vault stays open, and what becomes of stanzas from strangers."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from ..errors import InputError, IntegrityError
from ..keyring import wipe
from ..vault import Vault

MAX_CHOICES_BYTES = 4096
MAX_LINGER_HOURS = 14 * 24
OPENINGS = ("session", "linger", "resident")
# The first is no choice of the user's: as the server is set up.
MODES = ("", "enforce", "mark", "passive", "off")
DOUBTFUL = ("flag", "delay")

_BOX = b"book"
_IDENT = b"settings"


@dataclass(frozen=True, slots=True)
class Choices:
    """One user's choices; what is out of bounds is an InputError.

    opening: `session`, as long as a session lives; `linger`, `linger_hours` longer; `resident`, always, opened
    by the host key alone, for who trusts the machine and wants stanzas judged while away.
    mode: what becomes of spam, as docs/prosody.md has it; empty for what the server does.
    doubtful: what looks like spam and is not clearly so is delivered with a flag, or waits (`delay`).
    digest: the bot says once a day what came into the junk box.
    program: the test program: the bot shows each decision, and the user says whether it was right.
    forward: what the user's client adds to each report by itself, that others may have it, counts.
    """

    opening: str = "session"
    linger_hours: int = 0
    mode: str = ""
    doubtful: str = "flag"
    digest: bool = False
    program: bool = False
    forward: bool = False

    def __post_init__(self) -> None:
        """Hold every value to its type and its bounds."""
        right_types = all(type(getattr(self, field.name)) is field.type for field in fields(self))
        if not (
            right_types
            and self.opening in OPENINGS
            and 0 <= self.linger_hours <= MAX_LINGER_HOURS
            and self.mode in MODES
            and self.doubtful in DOUBTFUL
        ):
            raise InputError("a setting is of the wrong type or out of its bounds")

    @classmethod
    def parse(cls, raw: bytes | bytearray | memoryview, before: "Choices | None" = None) -> Self:
        """Read a JSON object; what it does not name stays as `before`, or is the default.

        An unknown name, a wrong type or a value out of bounds is an InputError.
        """
        if len(raw) > MAX_CHOICES_BYTES:
            raise InputError("settings are too long")
        try:
            chosen = json.loads(bytes(raw))
        except (ValueError, RecursionError):
            raise InputError("settings are no JSON") from None
        if not isinstance(chosen, dict):
            raise InputError("settings are a JSON object")
        return cls.made(chosen, before)

    @classmethod
    def made(cls, changes: Mapping[str, object], before: "Choices | None" = None) -> Self:
        """Return `before`, or the default, with these changes; InputError as above."""
        if not changes.keys() <= {field.name for field in fields(cls)}:
            raise InputError("no setting has this name")
        known = {} if before is None else asdict(before)
        return cls(**(known | dict(changes)))

    @property
    def linger_seconds(self) -> float:
        """How long the vault stays open after the last session, if that is longer than everybody's."""
        return self.linger_hours * 3600.0 if self.opening == "linger" else 0.0

    @property
    def preferences(self) -> str:
        """What the server's module must know while the vault is locked, as the `Preferences` header has it."""
        flags = {"forward": self.forward, "program": self.program}
        said = [f"{name}={'yes' if flag else 'no'}" for name, flag in flags.items()]
        return ", ".join([f"mode={self.mode or 'server'}", *said])

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
    finally:
        wipe(raw)


def keep(vault: Vault, choices: Choices) -> None:
    """Seal what the user chose; durable after the store's next commit."""
    vault.items.put(_BOX, _IDENT, choices.to_bytes())
