"""Fuzz the readers of everything stored: any bytes bring a value or one of our errors, nothing else.

    python tests/fuzz/fuzz_records.py -runs=1000000

The first byte chooses the reader. What is sealed is read from behind its seal, as if the forger had the key:
the seal itself is attacked too, with bytes as they would lie on disk.
"""

import contextlib
import importlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

atheris = importlib.import_module("atheris")  # of the dependency group `soak`; it has no types

with atheris.instrument_imports(include=["providence"]):
    from providence.control import Choices, Signal
    from providence.errors import InputError, StorageError
    from providence.junk import Item, Seen
    from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
    from providence.keyring.record import BODY_BYTES, Body
    from providence.keyring.sealed import strip
    from providence.pipeline import Lesson
    from providence.vault import journal
    from providence.vault.queues import unseal
    from providence.vault.tables import Table

UID = bytes(16)


def open_everything(folder: Path) -> list[Callable[[bytes], object]]:
    """Return the readers; each raises StorageError or InputError for what it does not take."""
    ring = Keyring(HostKeys.create(folder / "host.keys"), KeyringSettings(kdf="hkdf"))
    keys = ring.create(UID, [Unlock(SlotKind.SCRAM, Secret(bytes(32)), "sha-1", b"salt", 4096)], 1)
    chunk = bytes(keys.fold(memoryview(bytearray(4096))).chunks[0])

    def read_table(data: bytes) -> None:
        with memoryview(bytearray(data)) as view, Table(view) as table:
            table.look_up(range(0, 1 << 18, 9973))

    def open_chunk(data: bytes) -> None:
        # What is beyond the mutated beginning stays sound, so that lengths alone do not end it.
        keys.open_table([data + chunk[len(data) :]], memoryview(bytearray(65_536)))

    return [
        lambda data: ring.envelope(UID, data),
        lambda data: ring.rehost(UID, data),
        # Its length is checked with its seal.
        lambda data: Body.parse(data[:BODY_BYTES].ljust(BODY_BYTES, b"\0")),
        read_table,
        open_chunk,
        lambda data: journal.decode(bytearray(data)),
        lambda data: keys.open_entry(0, data),
        lambda data: keys.open_item(b"junk", b"name", data),
        lambda data: unseal(keys, b"address", data),
        lambda data: strip(bytearray(data)),
        Item.from_bytes,
        Seen.from_bytes,
        Signal.from_bytes,
        Lesson.from_bytes,
        Choices.parse,
    ]


def main() -> None:
    """Read until told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        readers = open_everything(Path(folder))

        def read(data: bytes) -> None:
            reader = readers[data[0] % len(readers)] if data else readers[0]
            with contextlib.suppress(StorageError, InputError):
                reader(data[1:])

        atheris.Setup(sys.argv, read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
