"""Everything that users can do with what is theirs, whoever carries the wish here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..errors import InputError
from ..junk import MAX_RING, Box, Item, Place, Ring, Seen
from ..keyring import Secret
from ..pipeline import Correspondents, Exemption, Exemptions
from ..vault import Vault
from .choices import Choices, choices_of, keep
from .lessons import Taught, sender_of, teach, teach_seen
from .stewards import Steward
from .waiting import deny, reconsider, release

# What may be decided in one go where each decision is a lesson.
MAX_AT_ONCE = 50

# What karma hears of a sender whose stanza a user calls spam, or takes out.
_EVENTS = {True: "report", False: "release"}


@dataclass(slots=True)
class Effects:
    """What the caller must know of what was done, besides the answer."""

    testimony: list[tuple[str, str]] = field(default_factory=list)
    """What the decisions say of senders: events of karma, and bare JIDs."""
    changed: bool = False
    released: bool = False
    chosen: bool = False
    export: bool = False
    erased: bool = False


class Sums(NamedTuple):
    """How much there is: of what was learnt, and of each list."""

    spam: int
    ham: int
    buckets: int
    junk: int
    waiting: int
    decisions: int
    correspondents: int
    exemptions: int


class Affairs:
    """The affairs of one user, whose vault is open; `effects` grow with what is done.

    Items go by their names. One that is no longer there is no error: the answer counts those that were.
    """

    def __init__(self, vault: Vault, steward: Steward) -> None:
        """Look after this vault."""
        self.vault = vault
        self.steward = steward
        self.effects = Effects()

    def names(self, place: Place) -> list[bytes]:
        """Return the names in a box, the newest first."""
        return Box(self.vault, place).names()[::-1]

    def sizes(self, place: Place) -> list[tuple[bytes, int]]:
        """Return the same with the bytes that each takes, sealed."""
        return Box(self.vault, place).sizes()[::-1]

    def items(self, place: Place, names: Collection[bytes]) -> list[tuple[bytes, Item]]:
        """Open the items of these names, leaving out those that are gone."""
        box = Box(self.vault, place)
        found = [(name, box.get(name)) for name in names]
        return [(name, item) for name, item in found if item is not None]

    def release(self, place: Place, names: Collection[bytes]) -> int:
        """Have stanzas delivered; they are ham, and who sent them is a correspondent now.

        InputError past MAX_AT_ONCE.
        """
        released = self._few(place, names)
        for name, item in released:
            teach(self.vault, item, spam=False)
            self._testify(item, spam=False)
            if place is Place.WAITING:
                release(self.vault, name)
            else:
                Box(self.vault, Place.RELEASED).put(item)
                Box(self.vault, place).delete(name)
        for sender in {sender_of(item) for _, item in released} - {""}:
            Correspondents(self.vault).add(sender)
            # Who was let in once is let in with all that waits (XEP-0159, note 9).
            reconsider(self.vault, self.steward.now(), sender)
        if released:
            self.effects.changed = self.effects.released = True
        return len(released)

    def condemn(self, names: Collection[bytes]) -> int:
        """Put what waits into the junk box, and learn it as spam. InputError past MAX_AT_ONCE."""
        condemned = self._few(Place.WAITING, names)
        for name, item in condemned:
            teach(self.vault, item, spam=True)
            self._testify(item, spam=True)
            deny(self.vault, name, self.steward.now())
        self.effects.changed |= bool(condemned)
        return len(condemned)

    def delete(self, place: Place, names: Collection[bytes]) -> int:
        """Delete items; nothing is learnt from it."""
        box = Box(self.vault, place)
        there = set(box.names()) & set(names)
        for name in there:
            box.delete(name)
        self.effects.changed |= bool(there)
        return len(there)

    def teach(self, names: Collection[bytes], *, spam: bool) -> list[Taught]:
        """Learn items of the junk box as spam or ham; they stay where they are. InputError past MAX_AT_ONCE."""
        taught = []
        for _, item in self._few(Place.JUNK, names):
            taught.append(teach(self.vault, item, spam=spam))
            self._testify(item, spam=spam)
        self.effects.changed |= Taught.LEARNT in taught
        return taught

    def decisions(self, count: int = MAX_RING) -> list[tuple[bytes, Seen]]:
        """Return the last decisions, the newest first."""
        return Ring(self.vault).latest(count)

    def decision(self, name: bytes) -> Seen | None:
        """Return one of them."""
        return Ring(self.vault).get(name)

    def answer(self, name: bytes, *, valid: bool) -> Seen | None:
        """Take the user's word for whether a decision was right, and learn from it; return it as it was before.

        Right and kept back is spam, as is wrong and delivered; the others are ham. An answer can be changed.
        """
        seen = Ring(self.vault).get(name)
        if seen is None:
            return None
        answer = "valid" if valid else "invalid"
        if seen.answer != answer:
            noted = replace(seen, answer=answer)
            Ring(self.vault).replace(name, noted)
            spam = valid == (seen.action != "deliver")
            teach_seen(self.vault, name, noted, spam=spam)
            self.effects.testimony.append((_EVENTS[spam], seen.sender))
            self.steward.count("program-changed" if seen.answer else f"program-{answer}")
            self.effects.changed = True
        return seen

    @property
    def exemptions(self) -> list[Exemption]:
        """Whom the user exempted, the newest at the end."""
        return Exemptions(self.vault).all()

    def exempt(self, exemption: Exemption) -> None:
        """Add an exemption, in place of the opposite one; InputError if there are too many."""
        Exemptions(self.vault).add(exemption)
        self._decided()

    def unexempt(self, exemptions: Sequence[Exemption]) -> None:
        """Remove exemptions."""
        for exemption in exemptions:
            Exemptions(self.vault).remove(exemption)
        self._decided()

    @property
    def correspondents(self) -> list[str]:
        """Whom the user wrote to, the last one at the end."""
        return Correspondents(self.vault).all()

    def forget(self, jids: Collection[str]) -> int:
        """Delete correspondents."""
        known = set(self.correspondents) & set(jids)
        for jid in known:
            Correspondents(self.vault).remove(jid)
        self.effects.changed |= bool(known)
        return len(known)

    @property
    def choices(self) -> Choices:
        """What the user chose."""
        return choices_of(self.vault)

    def choose(self, chosen: Choices) -> None:
        """Take the user's choices, and let them hold from now on."""
        before = self.choices
        if chosen == before:
            return
        keep(self.vault, chosen)
        if chosen.program != before.program:
            self.steward.count("program-enrolled" if chosen.program else "program-left")
        self.steward.abide(chosen)
        self.effects.changed = self.effects.chosen = True

    def sums(self) -> Sums:
        """Count."""
        stats = self.vault.stats()
        return Sums(
            stats.spam,
            stats.ham,
            stats.ids,
            len(Box(self.vault, Place.JUNK)),
            len(Box(self.vault, Place.WAITING)),
            len(Ring(self.vault)),
            len(self.correspondents),
            len(self.exemptions),
        )

    def recovery(self) -> Secret:
        """Make a recovery code in place of the last one."""
        self.effects.changed = True
        return self.vault.recovery()

    def lock(self) -> None:
        """Lock the vault."""
        self.steward.lock()
        self.effects.changed = True

    def erase(self) -> None:
        """Erase everything; nothing can be asked of these affairs after it."""
        self.steward.erase()
        self.effects.changed = self.effects.erased = True

    def _testify(self, item: Item, *, spam: bool) -> None:
        self.effects.testimony.append((_EVENTS[spam], sender_of(item)))

    def _few(self, place: Place, names: Collection[bytes]) -> list[tuple[bytes, Item]]:
        if len(names) > MAX_AT_ONCE:
            raise InputError(f"at most {MAX_AT_ONCE} at once")
        return self.items(place, names)

    def _decided(self) -> None:
        outcome = reconsider(self.vault, self.steward.now())
        self.effects.changed = True
        self.effects.released |= bool(outcome.released)
