"""
Prints the figures of docs/adr/0003-cipher.md: how fast, and what is left in memory.

    python tests/keyring/measure.py

The residue is that of a fresh process each time, ten times: 16-byte halves of a wiped key that a
search of its memory still finds.
"""

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from providence.keyring import cipher

SIZES = (4096, 16_384, 65_536, 262_144)
KINDS = ("cipher", "aesgcm", "chacha20", "expand", "hkdf", "argon2id", "argon2", "careful", "careless")
RUNS = 10


def microseconds(action: Callable[[], object]) -> float:
    """Take the median of 9 rounds."""
    rounds = []
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(300):
            action()
        rounds.append((time.perf_counter() - start) / 300 * 1e6)
    return statistics.median(rounds)


def speeds() -> None:
    """Open a chunk with a fresh object, as the keyring does, with each cipher."""
    key, nonce = bytearray(os.urandom(32)), os.urandom(12)
    print("open, us    " + "".join(f"{size:>10}" for size in SIZES))
    for name, kind in (("AESGCM", AESGCM), ("ChaCha20", ChaCha20Poly1305)):
        row = []
        for size in SIZES:
            sealed, into = kind(key).encrypt(nonce, bytes(size), b"label"), bytearray(size)
            row.append(microseconds(lambda k=kind, s=sealed, i=into: k(key).decrypt_into(nonce, s, b"label", i)))
        print(f"{name:12}" + "".join(f"{value:10.1f}" for value in row))
    row = []
    for size in SIZES:
        sealed, view = cipher.seal(key, nonce, b"label", bytes(size)), memoryview(bytearray(size))
        row.append(microseconds(lambda s=sealed, v=view: cipher.unseal(key, nonce, b"label", s, v)))
    print(f"{'Cipher, GCM':12}" + "".join(f"{value:10.1f}" for value in row))
    print(f"expand, with its second round: {microseconds(lambda: cipher.expand(key, b'purpose')):.1f} us")


def residues() -> None:
    """Search a process that used a primitive once, and one that used a vault."""
    path = Path(__file__).with_name("test_memory.py")
    spec = importlib.util.spec_from_file_location("scanning", path)
    assert spec
    assert spec.loader
    scanning: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scanning)
    for kind in KINDS:
        dirty: dict[str, int] = {}
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as folder:
                for name, count in scanning.run(kind, Path(folder)).locked.items():
                    dirty[name] = dirty.get(name, 0) + bool(count)
        print(f"{kind:10}", ", ".join(f"{name} {count}/{RUNS}" for name, count in dirty.items() if count) or "nothing")


speeds()
residues()
