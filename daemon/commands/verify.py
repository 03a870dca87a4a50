"""`providence verify`: look at every record of the store."""

from argparse import Namespace
from typing import Any

from ...errors import UnreachableError
from ..exits import Exit
from ..terminal import Terminal
from .command import Command, no_arguments
from .connection import LONG_TIMEOUT, connect
from .offline import open_store


def run(args: Namespace, terminal: Terminal) -> int:
    """Verify through the daemon, or without one."""
    report = _report(args, terminal)
    problems: list[str] = report["problems"]
    terminal.show(report, f"{report['users']} users, {len(problems)} problems", *problems)
    if not problems:
        return Exit.OK
    terminal.hint("users named by no problem are not touched; restore the data folder from a backup for the others")
    return Exit.STORE


def _report(args: Namespace, terminal: Terminal) -> dict[str, Any]:
    try:
        with connect(args, timeout=LONG_TIMEOUT) as client:
            answer = client.verify().json()
    except UnreachableError:
        with open_store(args) as store, terminal.bar("verified") as draw:
            report = store.verify(draw)
            return {"users": report.users, "problems": report.problems}
    return {"users": answer["users"], "problems": answer["problems"]}


COMMAND = Command("verify", "look for damage in the store", no_arguments, run)
