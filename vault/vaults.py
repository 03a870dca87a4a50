"""
Vaults: what one user's mail has taught, while it is open.

A vault works on 16-byte hashes of features and on bytes it never looks into. It keeps a lent
ability, a number, and what was learnt since the last fold; its table is decrypted for each
look and wiped after it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ..errors import IntegrityError, StorageError
from ..keyring import Fold, Keys, Secret, Unlock
from . import journal
from .addresses import Kind, of_chunk, of_entry, of_generation, of_kind, of_record, to_generation
from .desks import Desk
from .folding import blank, fold
from .items import Items
from .overlays import Overlay
from .queues import unpack
from .scratch import wipe
from .stages import Stage
from .tables import Table, Totals

CHUNK_ROOM = 65_536  # what a chunk's text takes at most
EMPTY = bytes(blank(0, Totals(0, 0), 0, 0))


class Counts(NamedTuple):
    """
    What a vault knows of a message's features.

    spam, ham: messages learnt in all. features: how many spam and how many other messages had
    the feature, in the order of the hashes that were asked for.
    """

    spam: int
    ham: int
    features: list[tuple[int, int]]


class Stats(NamedTuple):
    """How much a vault holds: messages learnt, ids in the table, trainings not folded, folds."""

    spam: int
    ham: int
    ids: int
    pending: int
    generation: int


class Vault:
    """One user's open vault, made by `Store.finish`. After `lock` every call is a LockedError."""

    __slots__ = ("_desk", "_home", "_overlay", "_sequence", "_stage", "keys", "rekeyed")

    def __init__(self, desk: Desk, stage: Stage, home: "dict[bytes, Vault]", keys: Keys) -> None:
        self._desk = desk
        self._stage = stage
        self._home = home
        self._overlay: Overlay | None = None
        self._sequence = 0
        self.keys = keys
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
        ids = self.keys.blind(hashes)
        with self._table() as table:
            (spam, ham), features = table.totals, table.look_up(ids)
        if self._overlay is not None:
            self._overlay.apply(ids, features)
            spam, ham = spam + self._overlay.spam, ham + self._overlay.ham
        return Counts(spam, ham, features)

    def learn(self, hashes: bytes, *, spam: bool, undo: bool = False) -> None:
        """
        Count a message with these features as spam or not, or take that back.

        At most 64 features, else InputError. Durable after `Store.commit`. To undo is the exact
        inverse of having learnt; nothing is taken below zero.
        """
        keys = self.keys
        ids = sorted(set(keys.blind(hashes)))
        if undo:
            ids = self._learnt(ids, spam=spam)
            if not ids:
                return
        plain = journal.encode(ids, spam=spam, undo=undo, day=self._desk.today)
        try:
            sealed = keys.seal_entry(self._sequence, plain)
        finally:
            wipe(plain)
        address = of_entry(keys.uid, keys.vid, keys.generation, self._sequence)
        self._stage.put(keys.uid, address, sealed)
        self._count(journal.Entry(tuple(ids), spam, undo, 0))

    def _learnt(self, ids: Sequence[int], *, spam: bool) -> list[int]:
        """Return those of the ids that a message of this class had."""
        with self._table() as table:
            totals, counts = table.totals, table.look_up(ids)
        if self._overlay is not None:
            self._overlay.apply(ids, counts)
            totals = Totals(totals.spam + self._overlay.spam, totals.ham + self._overlay.ham)
        column = 0 if spam else 1
        if not totals[column]:
            return []
        return [ident for ident, count in zip(ids, counts, strict=True) if count[column]]

    def _count(self, entry: journal.Entry) -> None:
        if self._overlay is None:
            self._overlay = Overlay()
        self._overlay.add(entry.ids, spam=entry.spam, undo=entry.undo)
        self._sequence += 1

    @contextmanager
    def _table(self) -> Iterator[Table]:
        """Decrypt the table into the scratch buffer and wipe it at the end of the block."""
        keys, scratch = self.keys, self._desk.scratch
        if not keys.chunks:
            with memoryview(EMPTY) as view, Table(view) as table:
                yield table
            return
        place = keys.uid, keys.vid, keys.generation
        addresses = [of_chunk(*place, chunk) for chunk in range(keys.chunks)]
        size = len(addresses) * CHUNK_ROOM
        try:
            with scratch.room(size) as room:
                with self._stage.lend(keys.uid, addresses) as chunks:
                    written = keys.open_table(chunks, room)
                with room[:written] as view, Table(view) as table:
                    if table.generation != keys.generation:
                        raise IntegrityError("a table is of another generation")
                    yield table
        finally:
            scratch.wipe(size)

    def fold(self) -> Fold:
        """Stage the next generation; `turned` makes it this vault's once it is durable."""
        keys = self.keys
        overlay = self._overlay or Overlay()
        with self._table() as table:
            plain = fold(table, overlay, self._desk.today, self._desk.settings.quota)
        try:
            with memoryview(plain) as view:
                folded = keys.fold(view)
        finally:
            wipe(plain)
        uid, vid = keys.uid, keys.vid
        for kind in (Kind.BASE, Kind.JOURNAL):
            self._stage.discard(uid, of_generation(uid, kind, vid, keys.generation))
        for number, chunk in enumerate(folded.chunks):
            self._stage.put(uid, of_chunk(uid, vid, folded.generation, number), chunk)
        self._stage.put(uid, of_record(uid), folded.record)
        return folded

    def turned(self, folded: Fold) -> None:
        """Go on with a generation that is durable."""
        self.keys.turn(folded)
        self._forget()

    def reload(self) -> None:
        """
        Count what the stored journal says, and nothing else.

        IntegrityError: an entry is not what was written, or one is missing.
        """
        self._forget()
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
            if self._sequence:
                self.fold()
        finally:
            self.shut()

    def shut(self) -> None:
        """Wipe the keys without storing anything."""
        self._forget()
        self._home.pop(self.keys.uid, None)
        self.keys.lock()

    def drain(self) -> Iterator[tuple[int, bytes]]:
        """
        Yield (kind, bytes) of what came in while locked, in the order of arrival.

        All of it is deleted with the next commit, so what is learnt from it before is learnt once.
        What does not open is deleted too, and an IntegrityError at the end says so.
        """
        keys = self.keys
        arrived, damage = [], None
        for key, sealed in self._stage.scan(keys.uid, of_kind(keys.uid, Kind.QUEUE, keys.vid)):
            self._stage.put(keys.uid, key, None)
            try:
                arrived.append(unpack(keys.open_queued(sealed)))
            except StorageError as error:
                damage = error
        if arrived or damage:
            self._rekey(keys.renew())
        for deposit in sorted(arrived):
            yield deposit.kind, deposit.plain
        if damage:
            raise IntegrityError("something kept for a locked user did not open") from damage

    def stats(self) -> Stats:
        """Say how much there is."""
        with self._table() as table:
            totals, ids = table.totals, table.count
        overlay = self._overlay or Overlay()
        return Stats(
            totals.spam + overlay.spam,
            totals.ham + overlay.ham,
            ids,
            self._sequence,
            self.keys.generation,
        )
