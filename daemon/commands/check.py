"""`providence check`: judge a stanza, or a mailbox of messages."""

import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import Any

from ...pnp import Reply
from ..exits import Exit
from ..terminal import Terminal, table
from .command import Command, add_user
from .connection import connect, socket_of
from .inputs import add_input, facts_of, mailbox_of, message_of, stanza_of
from .mailboxes import Mailbox
from .posting import post

_CODES = {"junk": Exit.JUNK, "delay": Exit.DELAY}
_VERDICTS = ("deliver", "junk", "delay")
_LABELS = {True: "spam", False: "ham", None: "unlabelled"}


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_user(parser)
    add_input(parser)
    parser.add_argument("--exit-code", action="store_true", help="exit with 10 for junk and 11 for delay")


def run(args: Namespace, terminal: Terminal) -> int:
    """Judge."""
    mailbox = mailbox_of(args, labelled=False)
    if mailbox is not None:
        return _judge_all(args, mailbox, terminal)
    stanza = stanza_of(args)
    with connect(args) as client:
        verdict = verdict_of(client.check(args.user, stanza, facts_of(stanza)))
    terminal.show(verdict, *verdict_lines(verdict))
    return _CODES.get(verdict["verdict"], Exit.OK) if args.exit_code else Exit.OK


def verdict_of(reply: Reply) -> dict[str, Any]:
    """Return the answer to a CHECK as the command prints it in JSON."""
    headers = reply.headers
    return {
        "verdict": headers.get("verdict", ""),
        "score": float(headers.get("score", "nan")),
        "flagged": headers.get("flag") == "yes",
        **(reply.json() or {}),
    }


def verdict_lines(verdict: dict[str, Any]) -> list[str]:
    """Return a verdict and its reasons as lines."""
    flag = " (looks like spam)" if verdict["flagged"] else ""
    reasons = [("", name, f"{log_odds:+.2f}") for name, log_odds in verdict.get("reasons", ())]
    return [f"{verdict['verdict']} {verdict['score']:.4f}{flag}", *table(reasons)]


def _judge_all(args: Namespace, mailbox: Mailbox, terminal: Terminal) -> int:
    counts: Counter[tuple[bool | None, str]] = Counter()
    start = time.monotonic()
    refused = post(
        socket_of(args),
        mailbox,
        lambda client, row: client.check(args.user, message_of(row.text, args.sender, args.user)),
        lambda row, reply: counts.update([(row.spam, reply.headers.get("verdict", ""))]),
        terminal,
    )
    seconds = time.monotonic() - start
    total = counts.total()
    rows = {
        label: {verdict: counts[spam, verdict] for verdict in _VERDICTS}
        for spam, label in _LABELS.items()
        if any(counts[spam, verdict] for verdict in _VERDICTS)
    }
    figures = {
        "messages": total,
        **rows,
        "spam_caught": _share(rows, "spam"),
        "ham_blocked": _share(rows, "ham"),
        "refused": refused,
        "bad_lines": len(mailbox.bad),
        "seconds": round(seconds, 3),
        "per_second": round(total / seconds, 1),
    }
    terminal.show(figures, *_lines(figures, rows))
    terminal.warn(mailbox.complaint())
    return Exit.OK


def _share(rows: dict[str, dict[str, int]], label: str) -> float | None:
    """Return the share of the messages with this label that went to the junk box, or None without any."""
    row = rows.get(label)
    return round(row["junk"] / sum(row.values()), 4) if row else None


def _lines(figures: dict[str, Any], rows: dict[str, dict[str, int]]) -> list[str]:
    lines = table([["", *_VERDICTS], *([label, *row.values()] for label, row in rows.items())])
    if figures["spam_caught"] is not None:
        lines.append(f"spam caught  {figures['spam_caught']:.2%}")
    if figures["ham_blocked"] is not None:
        lines.append(f"ham blocked  {figures['ham_blocked']:.2%}")
    if figures["refused"]:
        lines.append(f"refused      {figures['refused']}")
    lines.append(f"{figures['messages']} messages in {figures['seconds']} s, {figures['per_second']} a second")
    return lines


COMMAND = Command("check", "judge a stanza, or a mailbox of messages", arguments, run)
