"""`providence export`: all that is kept of a user, as one file."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ...errors import InputError
from ...pnp import Client
from ..exits import Exit
from ..terminal import Terminal
from .command import Command, UsageError, add_user
from .connection import connect


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_user(parser)
    parser.add_argument("--output", metavar="FILE", type=Path, help="a new file, which only its owner can read")


def run(args: Namespace, terminal: Terminal) -> int:
    """Write the file; a part of one that cannot be finished is taken away again."""
    if args.output is None and sys.stdout.isatty():
        raise UsageError("strangers' words may do harm in a terminal: name a file with --output, or use a pipe")
    with connect(args) as client:
        if args.output is None:
            _write(client, args.user, sys.stdout.buffer)
            return Exit.OK
        with _new_file(args.output) as file:
            size = _write(client, args.user, file)
    terminal.show({"file": str(args.output), "bytes": size}, f"{args.output}: {size} bytes")
    return Exit.OK


def _write(client: Client, user: str, file: BinaryIO) -> int:
    part = size = 0
    more = True
    while more:
        reply = client.export(user, part)
        size += file.write(reply.body)
        reply.wipe()
        more = reply.headers.get("more") == "yes"
        part += 1
    file.flush()
    return size


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Make a file that nobody else can read; InputError if it is there already or cannot be written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be made'}") from error
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            yield file
    except OSError as error:
        path.unlink()
        raise InputError(f"{path}: {error.strerror or 'cannot be written'}") from error
    except BaseException:
        path.unlink()
        raise


COMMAND = Command("export", "write all that is kept of a user to a file", arguments, run)
