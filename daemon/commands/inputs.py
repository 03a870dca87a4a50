"""What a command is to judge or learn: a stanza, a plain text, or a mailbox."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from ...errors import InputError
from ...pnp import MAX_BODY
from ...stanza import parse
from .command import UsageError
from .mailboxes import Mailbox

# Who wrote a text that comes without a sender: RFC 6761 keeps .invalid from ever belonging to anybody.
NOBODY = "stranger@providence.invalid"

# Characters that XML 1.0 (section 2.2) has no way to write.
_UNWRITABLE = (set(range(0x20)) - {0x09, 0x0A, 0x0D}) | set(range(0xD800, 0xE000)) | {0xFFFE, 0xFFFF}
_REPLACED = dict.fromkeys(_UNWRITABLE, "\N{REPLACEMENT CHARACTER}")


def add_input(parser: ArgumentParser, *, many: bool = True) -> None:
    """Add where the stanza comes from, and with `many` where many of them do."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help="the stanza, as XML; standard input without it"
    )
    parser.add_argument("--text", action="store_true", help="FILE is plain text, the body of a message")
    parser.add_argument(
        "--from", dest="sender", metavar="JID", default=NOBODY, help="who sent a plain text (default: %(default)s)"
    )
    if many:
        parser.add_argument(
            "--mailbox", metavar="FILE", type=Path, help="many messages: a JSON object with text and label a line"
        )
        parser.add_argument("--skip", metavar="N", type=_count, default=0, help="leave out the first N of a mailbox")
        parser.add_argument("--limit", metavar="N", type=_count, help="stop after N of a mailbox")


def stanza_of(args: Namespace) -> bytes:
    """Return the stanza the arguments name; InputError if it cannot be read or is larger than MAX_BODY."""
    data = _read(args.file)
    if not args.text:
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise InputError(f"{args.file}: not UTF-8") from None
    return message_of(text, args.sender, args.user)


def facts_of(stanza: bytes) -> dict[str, str]:
    """Return the header that names a stanza's sender; none where it cannot be read, and the daemon will say so."""
    try:
        sender = parse(stanza).sender
    except InputError:
        return {}
    return {} if sender is None else {"From": str(sender)}


def mailbox_of(args: Namespace, *, labelled: bool) -> Mailbox | None:
    """Return the mailbox the arguments name, or None; UsageError if they name a stanza too."""
    if args.mailbox is None:
        if args.skip or args.limit is not None:
            raise UsageError("--skip and --limit need --mailbox")
        return None
    if args.file != "-" or args.text:
        raise UsageError("--mailbox takes the place of FILE and --text")
    return Mailbox(args.mailbox, args.skip, args.limit, labelled=labelled)


def message_of(text: str, sender: str, recipient: str) -> bytes:
    """Return a chat message with this body; InputError if it is larger than MAX_BODY."""
    addresses = f"from={quoteattr(sender)} to={quoteattr(recipient)}"
    body = escape(text.translate(_REPLACED))
    stanza = f"<message xmlns='jabber:client' type='chat' {addresses}><body>{body}</body></message>".encode()
    if len(stanza) > MAX_BODY:
        raise InputError(f"a text is larger than {MAX_BODY // 1024} KiB")
    return stanza


def _read(name: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_BODY + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_BODY + 1)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or 'cannot be read'}") from error
    if len(data) > MAX_BODY:
        raise InputError(f"{name}: larger than {MAX_BODY // 1024} KiB")
    return data


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError("must be a whole number")
    return int(text)
