"""Vaults: what one user's mail has taught, while it is open.

A vault works on 16-byte hashes of features and on bytes it never looks into. It keeps a lent
ability, a number, and what was learnt since the last fold; its table is decrypted for each
look and wiped after it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ..errors import IntegrityError, StorageError
from ..keyring import FULL, Fold, Keys, Secret, SlotKind, Wrapper, wipe
from . import journal
from .addresses import FOLDED, OWNED, Kind, of_chunks, of_entry, of_generation, of_kind, of_record
from .desks import Desk
from .folding import blank, fold
from .items import Items
from .overlays import Overlay
from .queues import Deposit, unseal
from .stages import Stage
from .tables import Table, Totals

LOGINS = {SlotKind.PASSWORD, SlotKind.SCRAM}
EMPTY = bytes(blank(0, Totals(0, 0), 0, 0))

Step = Callable[[Sequence[int]], int]
"""Tells how far a training moves, from the weights of what is learnt."""


class Counts(NamedTuple):
    """What a vault knows of a message's features.

    spam, ham: messages learnt in all. features: how many spam and how many other messages had
    the feature, in the order of the hashes that were asked for. weights: the weight that trainings
    gave each of them, in the same order.
    """

    spam: int
    ham: int
    features: list[tuple[int, int]]
    weights: list[int]


class Stats(NamedTuple):
    """How much a vault holds: messages learnt, ids in the table, trainings not folded, folds."""

    spam: int
    ham: int
    ids: int
    pending: int
    generation: int


class Vault:
    """One user's open vault, made by `Store.finish`. After `lock` every call is a LockedError."""

    __slots__ = ("_desk", "_drained", "_home", "_overlay", "_sequence", "_stage", "keys", "marks", "rekeyed")

    def __init__(self, desk: Desk, stage: Stage, home: "dict[bytes, Vault]", keys: Keys) -> None:
        self._desk = desk
        self._stage = stage
        self._home = home
        self._overlay: Overlay | None = None
        self._sequence = 0
        self.keys = keys
        self._drained = False
        # Numbers by which the rooms above find their way among the items, as long as the vault is open.
        self.marks: dict[bytes, int] = {}
        self.rekeyed = False  # a keyring record is staged that a failed commit would lose
        home[keys.uid] = self

    def __repr__(self) -> str:
        """Say nothing of whose it is."""
        return "<Vault>"

    @property
    def pending(self) -> int:
        """How many trainings wait to be folded."""
        return self._sequence

    @property
    def items(self) -> Items:
        """The small sealed items beside the table."""
        return Items(self._desk, self._stage, self.keys)

    def counts(self, hashes: bytes) -> Counts:
        """Look up the concatenated 16-byte hashes of a message's features."""
        return self._counts(self.keys.blind(hashes))

    def _counts(self, ids: Sequence[int]) -> Counts:
        with self._table() as table:
            (spam, ham), (features, weights) = table.totals, table.look_up(ids)
        if self._overlay is not None:
            self._overlay.apply(ids, features, weights)
            spam, ham = spam + self._overlay.spam, ham + self._overlay.ham
        return Counts(spam, ham, features, weights)

    def buckets(self) -> list[tuple[int, int, int]]:
        """Return every bucket that something is counted in, ascending, with its spam and ham: for its user's eyes."""
        with self._table() as table:
            counts = {ident: (spam, ham) for ident, spam, ham, *_ in zip(*table.columns, strict=True)}
        for ident, spam, ham, *_ in self._overlay or ():
            before = counts.get(ident, (0, 0))
            counts[ident] = (before[0] + spam, before[1] + ham)
        return [(ident, *counts[ident]) for ident in sorted(counts) if any(counts[ident])]

    def learn(self, hashes: bytes, *, spam: bool, step: Step | int = 0, undo: bool = False) -> None:
        """Count a message with these features as spam or not and add `step` to their weights, or take that back.

        A step may be told from the weights as they are, in the order of the hashes. At most 64 features, else
        InputError. Durable after `Store.commit`. To undo is the exact inverse of having learnt; nothing is taken below
        zero. The steps of the latest 1,024 trainings are kept; of an older one the counts are taken back, and the
        weights stay.
        """
        keys = self.keys
        blinded = keys.blind(hashes)
        ids = sorted(set(blinded))
        receipt = journal.receipt_of(ids, spam=spam)
        if undo:
            ids, step = self._learnt(ids, receipt, spam=spam)
            if not ids:
                return
        elif callable(step):
            step = step(self._counts(blinded).weights)
        entry = journal.Entry(tuple(ids), spam, undo, step, receipt)
        plain = journal.encode(entry)
        try:
            sealed = keys.seal_entry(self._sequence, plain)
        finally:
            wipe(plain)
        uid, vid, generation, _ = keys.place
        self._stage.put(uid, of_entry(uid, vid, generation, self._sequence), sealed)
        self._count(entry)

    def _learnt(self, ids: Sequence[int], receipt: int, *, spam: bool) -> tuple[list[int], int]:
        """Return those of the ids that a message of this class had, and the step that takes its own back."""
        overlay = self._overlay
        with self._table() as table:
            totals, (counts, weights) = table.totals, table.look_up(ids)
            steps = [step for known, step in zip(table.receipts, table.steps, strict=True) if known == receipt]
        if overlay is not None:
            for known, step in zip(overlay.taken, overlay.back, strict=True):
                if known == receipt and step in steps:
                    steps.remove(step)
            steps += [step for known, step in zip(overlay.receipts, overlay.steps, strict=True) if known == receipt]
            overlay.apply(ids, counts, weights)
            totals = Totals(totals.spam + overlay.spam, totals.ham + overlay.ham)
        column = 0 if spam else 1
        if not totals[column]:
            return [], 0
        left = [ident for ident, count in zip(ids, counts, strict=True) if count[column]]
        return left, -steps[-1] if steps else 0

    def _count(self, entry: journal.Entry) -> None:
        if self._overlay is None:
            self._overlay = Overlay()
        self._overlay.add(entry)
        self._sequence += 1

    @contextmanager
    def _table(self) -> Iterator[Table]:
        """Decrypt the table into the scratch buffer and wipe it at the end of the block."""
        place, scratch = self.keys.place, self._desk.scratch
        if not place.chunks:
            with memoryview(EMPTY) as view, Table(view) as table:
                yield table
            return
        used = place.chunks * FULL
        try:
            with scratch.room(used) as room:
                with self._stage.lend(place.uid, of_chunks(*place)) as chunks:
                    used = self.keys.open_table(chunks, room)
                with room[:used] as view, Table(view) as table:
                    if table.generation != place.generation:
                        raise IntegrityError("a table is of another generation")
                    yield table
        finally:
            scratch.wipe(used)

    def fold(self) -> Fold:
        """Stage the next generation; `turned` makes it this vault's once it is durable."""
        keys, stage = self.keys, self._stage
        uid, vid, generation, _ = keys.place
        overlay = Overlay() if self._overlay is None else self._overlay
        with self._table() as table:
            plain = fold(table, overlay, self._desk.today, self._desk.settings.quota)
        try:
            with memoryview(plain) as view:
                folded = keys.fold(view, renew=self._renewable)
        finally:
            wipe(plain)
        for kind in FOLDED:
            stage.discard(uid, of_generation(uid, kind, vid, generation))
        addresses = of_chunks(uid, vid, folded.generation, len(folded.chunks))
        for address, chunk in zip(addresses, folded.chunks, strict=True):
            stage.put(uid, address, chunk)
        stage.put(uid, of_record(uid), folded.record)
        return folded

    @property
    def _renewable(self) -> bool:
        """Whether the queue was drained, and nothing came since that needs the old key pair."""
        keys = self.keys
        queue = of_kind(keys.uid, Kind.QUEUE, keys.vid)
        return self._drained and not self._stage.sizes(keys.uid, queue)

    def due(self, fold_every: int) -> Fold | None:
        """Stage a fold if it is time for one, or a fresh key pair after a drain."""
        if self._sequence >= fold_every:
            return self.fold()
        if self._renewable:
            renewed = self.keys.renew()
            self._stage.put(self.keys.uid, of_record(self.keys.uid), renewed.record)
            return renewed
        return None

    def turned(self, folded: Fold) -> None:
        """Go on with what is durable now."""
        if folded.generation != self.keys.generation:
            self._forget()
        self.keys.turn(folded)
        self._drained = False

    def add(self, wrappers: Sequence[Wrapper]) -> None:
        """Add prepared slots, each in place of another of its kind and hash."""
        self.keys.add(wrappers, self._desk.today)
        self.rekey()

    def rewrap(self, wrappers: Sequence[Wrapper]) -> None:
        """Follow a new password: prepared slots in, every other password and SCRAM slot out."""
        for slot in self.keys.slots:
            if slot.kind in LOGINS:
                self.keys.drop(slot.kind, slot.hash, self._desk.today)
        self.add(wrappers)

    def ticket(self) -> Secret:
        """Return a fresh ticket that opens this vault for some days; good after the next commit."""
        secret = self.keys.ticket(self._desk.today)
        self.rekey()
        return secret

    def recovery(self) -> Secret:
        """Return a fresh recovery code; the one before is void. Good after the next commit."""
        secret = self.keys.recovery(self._desk.today)
        self.rekey()
        return secret

    def drop(self, kind: SlotKind, name: str = "") -> None:
        """Remove a slot by its kind and hash, if there is one."""
        self.keys.drop(kind, name, self._desk.today)
        self.rekey()

    def rekey(self) -> None:
        """Stage the keyring record as it is now."""
        self.keys.mark(self._sequence)
        self._stage.put(self.keys.uid, of_record(self.keys.uid), self.keys.record())
        self.rekeyed = True

    def adopt(self, old: Keys) -> None:
        """Become a vault that was set aside, under the slots of this one.

        What was learnt here since is dropped; items come along unless the old vault has its own.
        """
        keys, stage = self.keys, self._stage
        uid, vid = keys.uid, keys.vid
        moved = list(self.items.every())
        for kind in OWNED:
            stage.discard(uid, of_kind(uid, kind, vid))
        keys.adopt(old)
        old.lock()
        for item in moved:
            self.items.bring(item)
        self.reload()
        self.rekey()

    def reload(self) -> None:
        """Count what the stored journal says, and nothing else.

        IntegrityError: an entry is not what was written, or one is missing.
        """
        self._forget()
        self.marks.clear()
        keys = self.keys
        prefix = of_generation(keys.uid, Kind.JOURNAL, keys.vid, keys.generation)
        for sequence, (key, sealed) in enumerate(self._stage.scan(keys.uid, prefix)):
            if key != of_entry(keys.uid, keys.vid, keys.generation, sequence):
                raise IntegrityError("the journal has a gap")
            plain = keys.open_entry(sequence, sealed)
            try:
                self._count(journal.decode(plain))
            finally:
                wipe(plain)
        if self._sequence < keys.head:
            raise IntegrityError("the journal is cut short")

    def _forget(self) -> None:
        if self._overlay is not None:
            self._overlay.wipe()
            self._overlay = None
        self._sequence = 0

    def lock(self) -> None:
        """Stage what is not folded yet and wipe the keys, whatever happens."""
        try:
            self.due(fold_every=1)
        finally:
            self.shut()

    def shut(self) -> None:
        """Wipe the keys without storing anything."""
        self._forget()
        self._home.pop(self.keys.uid, None)
        self.keys.lock()

    def drain(self) -> Iterator[tuple[int, bytes]]:
        """Yield (kind, bytes) of what came in while locked, in the order of arrival.

        The next commit deletes all of it; what is learnt from it before that is learnt once.
        What does not open is deleted too, and an IntegrityError at the end says so.
        """
        keys = self.keys
        arrived, damage = [], None
        for key, sealed in self._stage.scan(keys.uid, of_kind(keys.uid, Kind.QUEUE, keys.vid)):
            self._stage.put(keys.uid, key, None)
            try:
                arrived.append(unseal(keys, key, sealed))
            except StorageError as error:
                damage = error
        self._drained = bool(arrived or damage)
        return _hand_over(sorted(arrived), damage)

    def stats(self) -> Stats:
        """Say how much there is."""
        with self._table() as table:
            totals, ids = table.totals, table.count
        overlay = Overlay() if self._overlay is None else self._overlay
        return Stats(
            totals.spam + overlay.spam,
            totals.ham + overlay.ham,
            ids,
            self._sequence,
            self.keys.generation,
        )


def _hand_over(arrived: list[Deposit], damage: StorageError | None) -> Iterator[tuple[int, bytes]]:
    for deposit in arrived:
        yield deposit.kind, deposit.plain
    if damage:
        raise IntegrityError("something kept for a locked user did not open") from damage
