"""The daemon over a store of the same layout with nothing sealed: what privacy is measured against.

    python benchmarks/plaintext.py -m providence serve --config FILE

It stands in for the interpreter, in the router and in the workers the router starts. The processes, the
protocol, LMDB and the table are the same; what is gone is encryption, the keys derived for it, keyed
names of users and features, and wiping. It exists to be measured.
"""

import os
import runpy
import struct
import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b

from providence.keyring import BUCKET_BITS, FULL, HostKeys, Keys, Pinner, keys
from providence.pipeline import correspondents
from providence.vault import scratch

_BUCKETS = (1 << BUCKET_BITS) - 1
_WRAPPER = "PROVIDENCE_STANDIN"


def _blind(_: Keys, hashes: bytes) -> "array[int]":
    return array("I", [low & _BUCKETS for (low,) in struct.iter_unpack("<I12x", hashes)])


def _seal_table(_key: object, _label: bytes, table: memoryview) -> list[bytes]:
    return [bytes(table[at : at + FULL]) for at in range(0, len(table), FULL)]


def _open_table(_: Keys, chunks: Sequence[bytes | memoryview], into: memoryview) -> int:
    written = 0
    for chunk in chunks:
        into[written : written + len(chunk)] = chunk
        written += len(chunk)
    return written


def _entry(_: Keys, _number: int, plain: bytes) -> bytes:
    return bytes(plain)


def _item(_: Keys, _box: bytes, _ident: bytes, value: bytes) -> bytes:
    return bytes(value)


def _opened(_: Keys, _box: bytes, _ident: bytes, value: bytes) -> bytearray:
    return bytearray(value)


def _uid(_: HostKeys, jid: str) -> bytes:
    return blake2b(jid.encode(), digest_size=16).digest()


def _pin(_: Pinner, jid: str) -> int:
    return blake2b(jid.encode(), digest_size=16).digest()[0]


def _keep(*_: object) -> None:
    """Wipe nothing."""


_PLAIN: tuple[tuple[object, str, object], ...] = (
    (Keys, "blind", _blind),
    (Keys, "open_table", _open_table),
    (Keys, "seal_entry", _entry),
    (Keys, "seal_item", _item),
    (Keys, "open_item", _opened),
    (keys, "seal_table", _seal_table),
    (HostKeys, "uid", _uid),
    (Pinner, "__call__", _pin),
    (scratch, "wipe", _keep),
    (correspondents, "wipe", _keep),
)


if __name__ == "__main__":
    for place, name, plain in _PLAIN:
        setattr(place, name, plain)
    # The router starts its workers by this name.
    sys.executable = os.environ[_WRAPPER]
    flag, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
