"""The ways into an open vault: adding, replacing and dropping its slots."""

from collections.abc import Collection

from .holders import BOX, ROOT, Holder
from .secret import Secret
from .slots import Wrapper
from .unlocks import RECOVERY_BYTES, TICKET_BYTES, SlotKind, Unlock
from .wrapping import prepare


class Locks(Holder):
    """The slots of an open vault, one of each kind and hash. Each change is for the caller to store."""

    __slots__ = ()

    def add(self, prepared: Collection[Wrapper], today: int) -> None:
        """Complete what `Keyring.prepare` made; each slot replaces another of its kind and hash."""
        slots = self._slots()
        for wrapper in prepared:
            slots[wrapper.facts.name] = wrapper.wrap(self.uid, self._part(ROOT))
        if prepared:
            self._set_slots(slots.values(), today)

    def drop(self, kind: SlotKind, hash: str, today: int) -> None:  # noqa: A002  # SCRAM's own word
        """Remove a slot by its kind and hash, if there is one."""
        slots = self._slots()
        if slots.pop((kind, hash), None):
            self._set_slots(slots.values(), today)

    def ticket(self, today: int) -> Secret:
        """Enrol a fresh ticket for some days; it replaces the one before."""
        return self._generate(SlotKind.TICKET, TICKET_BYTES, today)

    def recovery(self, today: int) -> Secret:
        """Enrol a fresh recovery code; it replaces the one before. `spell` makes it readable."""
        return self._generate(SlotKind.RECOVERY, RECOVERY_BYTES, today)

    def adopt(self, old: Holder) -> None:
        """Become another vault of the same user, under the slots of this one.

        From here on this is the old vault: its vid, generation, table, journal, items and queue.
        What was stored of this vault under its own vid is lost with its keys.
        """
        if old.uid != self.uid:
            raise ValueError("a vault adopts only one of the same user")
        taken = old._head  # noqa: SLF001  # its own kind
        self._part(BOX)[:] = old._part(BOX)  # noqa: SLF001  # its own kind
        self._set_head(taken._replace(changed=self._head.changed, slots=self._head.slots))

    def _generate(self, kind: SlotKind, length: int, today: int) -> Secret:
        secret = Secret.random(length)
        unlocks = [Unlock(kind, secret)]
        self.add(prepare(self._host, self._settings, self.uid, unlocks, today), today)
        return secret
