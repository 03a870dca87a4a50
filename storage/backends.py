"""Backends: where records lie. What the rooms above need of one is this and no more.

A backend keeps bytes under keys, in the order of the keys, and knows nothing of what they
mean but that the first 16 bytes of a key name whose it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

OWNER_BYTES = 16
"""How much of a key says whose it is."""

Writes = Mapping[bytes, bytes | None]
"""New values by key; None deletes. No key comes twice, whatever happened before a commit."""

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, in any unit that suits."""


class Backend(Protocol):
    """One shard of a store. Only the thread that opened it calls it, but for `put_batch`."""

    def get(self, key: bytes) -> bytes | None:
        """Return one value."""

    def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Return all keys that start with the prefix, in order, with their values."""

    def sizes(self, prefix: bytes) -> list[tuple[bytes, int]]:
        """Return all keys that start with the prefix, in order, with the sizes of their values."""

    def lend(self, keys: Sequence[bytes]) -> AbstractContextManager[list[memoryview | bytes | None]]:
        """Lend values without a copy, for as long as the block lasts."""

    def uids(self) -> Iterator[bytes]:
        """Yield every user there is anything of, in order."""

    def put_batch(self, batch: Mapping[bytes, Writes]) -> None:
        """Write for several users; on return all of it is durable.

        Each user's writes happen wholly or not at all, also when the power fails. When it raises
        (StoreFullError, StorageError), nothing was written for any of them. May be called in a
        thread while nobody else calls this backend.
        """

    def compact(self) -> None:
        """Write everything anew, so that nothing deleted or overwritten is left."""

    def problems(self) -> list[str]:
        """Say what is wrong with the backend's own structures; nothing is the rule."""

    def close(self) -> None:
        """Let go of everything; whatever `put_batch` returned from stays."""
