"""Shards: the users of one file, what is staged for them, and whose vaults are open."""

import contextlib
from typing import NamedTuple

from ..errors import StorageError
from ..keyring import Fold
from ..storage import Backend, Writes
from .stages import Stage
from .vaults import Vault


class Group(NamedTuple):
    """What one commit writes to one shard."""

    batch: dict[bytes, Writes]
    folds: list[tuple[Vault, Fold]]


class Shard:
    """One file of the store."""

    __slots__ = ("backend", "stage", "vaults")

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.stage = Stage(backend)
        self.vaults: dict[bytes, Vault] = {}

    def gather(self, fold_every: int) -> Group:
        """Fold the vaults it is time for and hand over all that is staged."""
        folds = []
        for uid in self.stage.users:
            vault = self.vaults.get(uid)
            if vault is None:
                continue
            # A damaged table keeps its journal; whoever looks into it next is told.
            with contextlib.suppress(StorageError):
                folded = vault.due(fold_every)
                if folded is not None:
                    folds.append((vault, folded))
        return Group(self.stage.take(), folds)

    def settle(self, group: Group) -> None:
        """Go on with what is durable now."""
        for vault, folded in group.folds:
            vault.turned(folded)
        for uid in group.batch:
            if uid in self.vaults:
                self.vaults[uid].rekeyed = False

    def undo(self, group: Group) -> None:
        """Go back to what is stored: trainings are forgotten.

        A vault whose keys have changed since is shut: they are not the ones stored.
        """
        for _, folded in group.folds:
            folded.wipe()
        for uid in group.batch:
            vault = self.vaults.get(uid)
            if vault is None:
                continue
            if vault.rekeyed:
                vault.shut()
                continue
            try:
                vault.reload()
            except StorageError:
                vault.shut()
