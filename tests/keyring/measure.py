"""
Prints the figures of docs/adr/0003-cipher.md: how fast, and what is left in memory.

    python tests/keyring/measure.py

The residue is that of a fresh process each time, ten times: 16-byte halves of a wiped key that a
search of its memory still finds.
"""

# ruff: noqa: T201  # printing is what it does

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
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


def unseal(kind: Callable[[bytearray], Any], size: int) -> Callable[[], object]:
    """Open a value with a cipher object of its own, as the keyring does."""
    key, nonce, into = bytearray(os.urandom(32)), os.urandom(12), bytearray(size)
    sealed = kind(key).encrypt(nonce, bytes(size), b"label")
    return lambda: kind(key).decrypt_into(nonce, sealed, b"label", into)


def ours(size: int) -> Callable[[], object]:
    """Open a value as the keyring does."""
    key, nonce, into = bytearray(os.urandom(32)), os.urandom(12), memoryview(bytearray(size))
    sealed = cipher.seal(key, nonce, b"label", bytes(size))
    return lambda: cipher.unseal(key, nonce, b"label", sealed, into)


def speeds() -> None:
    """Compare the ciphers."""
    print(f"{'open, us':12}" + "".join(f"{size:>10}" for size in SIZES))
    kinds: dict[str, Callable[[int], Callable[[], object]]] = {
        "AESGCM": partial(unseal, AESGCM),
        "ChaCha20": partial(unseal, ChaCha20Poly1305),
        "Cipher, GCM": ours,
    }
    for name, prepare in kinds.items():
        print(f"{name:12}" + "".join(f"{microseconds(prepare(size)):10.1f}" for size in SIZES))
    print(f"expand, with its second round: {microseconds(lambda: cipher.expand(bytes(32), b'purpose')):.1f} us")


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
