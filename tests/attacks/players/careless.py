# ruff: noqa: SLF001, T201 - it does what it must not
"""
The daemon with one promise broken on purpose, so that each attack is seen to find something.

    careless.py MANNER serve --config FILE

Nothing of this can be reached from what ships: it replaces functions in its own processes.
"""

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from providence.daemon import links, main
from providence.daemon.router import Router
from providence.daemon.worker import access, dispatch, process
from providence.keyring import Keys, Secret
from providence.pipeline import read
from providence.stanza import parse

manner = sys.argv[1]
hoard: list[object] = []


def replace(where: object, **values: object) -> None:
    """Put something else in the place of what is there."""
    for name, value in values.items():
        setattr(where, name, value)


def folder(desk: Any) -> Path:
    """Return the data folder."""
    return Path(desk.store._shards[0].backend._path.parent)


def log(desk: Any, call: Any) -> None:
    print(f"learning for {call.jid}: {bytes(call.frame.body)!r}", file=sys.stderr)


def write(desk: Any, call: Any) -> None:
    file = folder(desk) / "cache"
    file.write_bytes(b"\1" + base64.b64encode(call.frame.body))


def free_page(desk: Any, call: Any) -> None:
    """Store it in a page of LMDB that is free again at once."""
    backend, key = desk.store._shard(call.uid).backend, call.uid + b"\x7f"
    backend.put_batch({call.uid: {key: bytes(call.frame.body)}})
    backend.put_batch({call.uid: {key: None}})


def count(desk: Any, call: Any) -> None:
    desk.counts[call.jid] += 1


def hashes(desk: Any, call: Any) -> None:
    (folder(desk) / "seen").write_bytes(read(parse(call.frame.body)).hashes)


def name(desk: Any, call: Any) -> None:
    (folder(desk) / call.jid).touch()


def raise_it(desk: Any, call: Any) -> None:
    desk.commits._loop.call_soon(fail, bytes(call.frame.body).partition(b"hello ")[2].split()[0].decode())


def fail(text: str) -> None:
    raise ValueError(text)


# What `TELL` does besides.
LEAKS: dict[str, Callable[[Any, Any], None]] = {
    "log": log,
    "file": write,
    "free-page": free_page,
    "stats": count,
    "hashes": hashes,
    "file-name": name,
    "traceback": raise_it,
}


def leak_words() -> None:
    told = dispatch.HANDLERS["TELL"]

    def tell(desk: Any, call: Any) -> None:
        LEAKS[manner](desk, call)
        told(desk, call)

    replace(dispatch, HANDLERS={**dispatch.HANDLERS, "TELL": tell})
    if manner == "traceback":
        # asyncio's own handler, as most programs have it.
        replace(process, quiet_exception_handler=lambda loop, context: loop.default_exception_handler(context))


def keep_secrets() -> None:
    """Keep what a login hands over."""
    take = Secret.take

    def kept(buffer: Any) -> Secret:
        hoard.append(bytes(buffer))
        return take(buffer)

    replace(access, Secret=type("Secret", (), {"take": staticmethod(kept)}))


def keep_keys() -> None:
    """Forget to wipe at lock."""
    lock = Keys.lock

    def locked(keys: Keys) -> None:
        hoard.append(bytes(keys._buffer))
        lock(keys)

    replace(Keys, lock=locked)


def keep_frames() -> None:
    """Keep what passes the router."""
    frame = Router.frame

    def kept(router: Router, connection: Any, taken: Any) -> None:
        hoard.append(bytes(taken.body))
        frame(router, connection, taken)

    replace(Router, frame=kept)


def start_worker_here() -> None:
    """Let the router start this file in place of the worker that ships."""
    start = subprocess.Popen

    def popen(command: list[str], **options: Any) -> Any:
        return start([command[0], __file__, manner, *command[3:]], **options)

    replace(links, subprocess=type("subprocess", (), {**vars(subprocess), "Popen": staticmethod(popen)}))


if "serve" in sys.argv:
    if manner == "keep-frames":
        keep_frames()
    start_worker_here()
    sys.argv = ["providence", *sys.argv[2:]]
    main()
else:
    if manner in LEAKS:
        leak_words()
    if manner == "keep-secrets":
        keep_secrets()
    if manner == "keep-keys":
        keep_keys()
    sys.argv = ["worker", sys.argv[2]]
    sys.exit(process.main())
