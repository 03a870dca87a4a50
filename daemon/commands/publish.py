"""`providence publish`: tell others of senders that several users reported."""

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ...errors import FrameError
from ...karma import Finding, Imprint, Level, publish
from ..exits import Exit
from ..terminal import Terminal
from .command import Command
from .connection import connect


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where rbldnsd's zone files and the feed go")
    parser.add_argument("--server", required=True, help="the name server of the zone")
    parser.add_argument("--removal", required=True, metavar="ADDRESS", help="a mail address to ask for removal")
    parser.add_argument("--page", required=True, metavar="URL", help="a page that says why somebody is listed")
    parser.add_argument("--exempt", action="append", default=[], metavar="DOMAIN", help="a domain never to be listed")


def run(args: Namespace, terminal: Terminal) -> int:
    """Write the files anew."""
    imprint = Imprint(args.server, args.removal, args.page)
    with connect(args) as client:
        rows = client.publish().json()
    try:
        findings = [
            Finding(Level(level), name, tuple(times), chance, hosts) for level, name, times, chance, hosts in rows
        ]
    except (TypeError, ValueError):
        raise FrameError("the daemon's findings are malformed") from None
    count = publish(args.folder, findings, imprint, time.time(), args.exempt)
    terminal.show({"entries": count}, f"{count} entries in {args.folder}")
    return Exit.OK


COMMAND = Command("publish", "write block lists of what several users reported", arguments, run)
