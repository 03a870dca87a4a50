"""What is readable, and possible, while a vault is locked."""

from typing import NamedTuple

from .host import HostKeys
from .queue import Owner, seal_queued
from .record import open_record
from .secret import Faceless, Octets
from .slots import Facts, print_of
from .unlocks import SlotKind, Unlock


class Slot(NamedTuple):
    """A way to open a vault. Days are counted from 1970-01-01; 0 is never."""

    kind: SlotKind
    hash: str
    created: int
    expires: int

    @classmethod
    def of(cls, facts: Facts) -> "Slot":
        """Leave out what only the keyring needs."""
        return cls(facts.kind, facts.hash, facts.created, facts.expires)


class Envelope(Faceless):
    """The outside of a keyring record, as the host key shows it."""

    __slots__ = ("_body", "_host", "uid")

    def __init__(self, host: HostKeys, uid: bytes, record: Octets) -> None:
        self._host = host
        self._body = open_record(host, uid, record)
        self.uid = uid

    @property
    def vid(self) -> int:
        """Which of the user's vaults this is."""
        return self._body.head.vid

    @property
    def generation(self) -> int:
        """How often the table was folded."""
        return self._body.head.generation

    @property
    def chunks(self) -> int:
        """Of how many chunks the table of this generation is."""
        return self._body.head.chunks

    @property
    def head(self) -> int:
        """How many journal entries there were at the last clean lock."""
        return self._body.head.head

    @property
    def created(self) -> int:
        """The day on which the vault was made."""
        return self._body.head.created

    @property
    def changed(self) -> int:
        """The day on which a slot was last added or dropped."""
        return self._body.head.changed

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What opens the vault."""
        return tuple(Slot.of(facts) for facts in self._body.facts)

    def matches(self, unlock: Unlock) -> bool:
        """Whether a slot is meant for this unlock: a SCRAM one by salt and iterations."""
        mark = print_of(self._host.slot_print.view(), self.uid, unlock)
        return any(facts.matches(unlock, mark) for facts in self._body.facts)

    def seal(self, plain: Octets) -> bytes:
        """Seal a value, at most `MAX_ITEM_BYTES`, that only the open vault can read."""
        owner = Owner(self.uid, self.vid, self._body.head.public_key)
        return seal_queued(self._host, owner, plain)
