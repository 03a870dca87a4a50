"""What `learn` and `unlearn` share."""

import time
from argparse import ArgumentParser, Namespace
from collections import Counter

from ...pnp import Reply, Status
from ..exits import Exit
from ..terminal import Terminal
from .command import UsageError, add_user
from .connection import connect, socket_of
from .inputs import add_input, mailbox_of, message_of, stanza_of
from .mailboxes import Mailbox, Row
from .posting import post


def arguments(parser: ArgumentParser) -> None:
    """Add what both commands take."""
    add_user(parser)
    add_input(parser)
    labels = parser.add_mutually_exclusive_group()
    labels.add_argument("--spam", dest="spam", action="store_const", const=True, help="the stanza is spam")
    labels.add_argument("--ham", dest="spam", action="store_const", const=False, help="the stanza is no spam")


def teach(args: Namespace, terminal: Terminal, *, undo: bool) -> int:
    """Hand over what is to be learnt, or with `undo` unlearnt."""
    mailbox = mailbox_of(args, labelled=True)
    if mailbox is not None and args.spam is not None:
        raise UsageError("a mailbox has its labels in its rows: leave out --spam and --ham")
    if mailbox is not None:
        return _teach_all(args, mailbox, terminal, undo=undo)
    if args.spam is None:
        raise UsageError("say --spam or --ham")
    with connect(args) as client:
        reply = client.tell(args.user, stanza_of(args), spam=args.spam, undo=undo)
    outcome = _outcome(reply, undo=undo)
    terminal.show({outcome: 1}, outcome)
    return Exit.OK


def _teach_all(args: Namespace, mailbox: Mailbox, terminal: Terminal, *, undo: bool) -> int:
    counts: Counter[str] = Counter()

    def take(row: Row, reply: Reply) -> None:
        counts["spam" if row.spam else "ham"] += 1
        counts[_outcome(reply, undo=undo)] += 1

    start = time.monotonic()
    refused = post(
        socket_of(args),
        mailbox,
        lambda client, row: client.tell(
            args.user, message_of(row.text, args.sender, args.user), spam=bool(row.spam), undo=undo
        ),
        take,
        terminal,
    )
    seconds = time.monotonic() - start
    total = counts["spam"] + counts["ham"]
    figures = {
        "messages": total,
        **counts,
        "refused": refused,
        "bad_lines": len(mailbox.bad),
        "seconds": round(seconds, 3),
        "per_second": round(total / seconds, 1),
    }
    parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    terminal.show(
        figures,
        *([parts] if parts else []),
        *([f"{refused} refused"] if refused else []),
        f"{total} messages in {figures['seconds']} s, {figures['per_second']} a second",
    )
    terminal.warn(mailbox.complaint())
    return Exit.OK


def _outcome(reply: Reply, *, undo: bool) -> str:
    """Name what became of it: a locked vault takes it in when it opens."""
    if reply.code == Status.QUEUED:
        return "queued"
    return "unlearnt" if undo else "learnt"
