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

from providence import pipeline
from providence.keyring import BUCKET_BITS, HostKeys, Keys, Pinner, sealed
from providence.vault import scratch

_HEAD = sealed.CHUNK_HEAD.size
_TAG = sealed.TAG_BYTES
_BUCKETS = (1 << BUCKET_BITS) - 1
_WRAPPER = "PROVIDENCE_STANDIN"


def _blind(_: Keys, hashes: bytes) -> "array[int]":
    return array("I", [low & _BUCKETS for (low,) in struct.iter_unpack("<I12x", hashes)])


def _open_table(_: Keys, chunks: Sequence[memoryview], into: memoryview) -> int:
    written = 0
    for chunk in chunks:
        text = chunk[_HEAD:-_TAG]
        into[written : written + len(text)] = text
        written += len(text)
    return written


def _seal(_key: object, _nonce: bytes, _label: bytes, plain: memoryview) -> bytes:
    return b"".join([plain, bytes(_TAG)])


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


def _unseal_all() -> None:
    Keys.blind = _blind  # type: ignore[method-assign]  # all of this is to be in place of the real thing
    Keys.open_table = _open_table  # type: ignore[method-assign, assignment]
    Keys.seal_item = _item  # type: ignore[method-assign, assignment]
    Keys.open_item = _opened  # type: ignore[method-assign, assignment]
    HostKeys.uid = _uid  # type: ignore[method-assign]
    Pinner.__call__ = _pin  # type: ignore[method-assign]
    sealed.seal = _seal  # type: ignore[assignment]
    scratch.wipe = _keep
    pipeline.correspondents.wipe = _keep


if __name__ == "__main__":
    _unseal_all()
    # The router starts its workers by this name.
    sys.executable = os.environ[_WRAPPER]
    flag, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
