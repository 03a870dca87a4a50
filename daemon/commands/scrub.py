"""`providence scrub`: what would be kept of a text, and what would not, on this side of any daemon."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError
from ...pipeline import study
from ...scrubber import Doorkeeper, Span, examine
from ..exits import Exit
from ..terminal import Terminal, table, visible
from .command import Command

_COLOURS = {"secret": 31, "strict": 31, "seed": 31, "key": 31, "token": 31, "rare": 33, "host": 36}
_OTHER_COLOUR = 35


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="the text; standard input without it")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--jsonl",
        action="store_true",
        help='FILE has a JSON object a line, {"id", "text"}; print {"id", "spans", "kept"}',
    )
    forms.add_argument(
        "--stats", action="store_true", help="FILE has a message or such an object a line; count what goes"
    )
    parser.add_argument("--strict", action="store_true", help="as if a password had been asked for just before")


def run(args: Namespace, terminal: Terminal) -> int:
    """Scrub each message as a worker would that learns them one after the other for one user."""
    text = _read(args.file)
    if args.jsonl:
        door = Doorkeeper()
        for row in _rows(args.file, text):
            spans, kept = scrubbed(str(row["text"]), door, strict=args.strict)
            found = {"id": row.get("id"), "spans": [list(span) for span in spans], "kept": list(kept)}
            terminal.write(f"{json.dumps(found)}\n")
    elif args.stats:
        _count(text, terminal, strict=args.strict)
    else:
        spans, kept = scrubbed(text, Doorkeeper(), strict=args.strict)
        if terminal.json_wanted:
            terminal.show({"spans": [list(span) for span in spans], "kept": list(kept)})
        else:
            terminal.write(_painted(text, spans, colour=sys.stdout.isatty()))
            terminal.write(f"\nkept: {visible(' | '.join(kept))}\n")
    return Exit.OK


def scrubbed(text: str, door: Doorkeeper, *, strict: bool) -> tuple[list[Span], tuple[str, ...]]:
    """Give the spans that go and the features that would be blinded and learnt."""
    reading = study([("body", text)], door, strict=strict)
    if reading.refused:
        return [Span(0, len(text), "refused")], ()
    words = {feature.partition(":")[2] for feature in reading.features if feature.startswith("word:")}
    return examine(text, strict=strict).spans(words), reading.features


def _read(path: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8") from None


def _rows(path: str, text: str) -> Iterator[dict[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            row = _row(line)
            if row is None:
                raise InputError(f"{path}: line {number}: not an object with a text")
            yield row


def _row(line: str) -> dict[str, object] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("text"), str) else None


def _count(text: str, terminal: Terminal, *, strict: bool) -> None:
    """Print how often what went, in the messages that hold it and in characters."""
    door = Doorkeeper()
    spans_of: Counter[str] = Counter()
    messages_of: Counter[str] = Counter()
    removed_of: Counter[str] = Counter()
    messages = characters = features = 0
    for line in filter(str.strip, text.split("\n")):
        row = _row(line)
        message = line if row is None else str(row["text"])
        spans, kept = scrubbed(message, door, strict=strict)
        messages += 1
        characters += len(message)
        features += len(kept)
        messages_of.update({span.kind for span in spans})
        for start, end, kind in spans:
            spans_of[kind] += 1
            removed_of[kind] += end - start
    rows = {
        kind: {"spans": count, "messages": messages_of[kind], "characters": removed_of[kind]}
        for kind, count in spans_of.most_common()
    }
    terminal.show(
        {"messages": messages, "characters": characters, "features": features, "kinds": rows},
        f"{messages} messages, {characters} characters, {features} features kept",
        *table(
            [
                ("kind", "spans", "messages", "characters"),
                *((kind, *row.values()) for kind, row in rows.items()),
            ]
        ),
    )


def _painted(text: str, spans: list[Span], *, colour: bool) -> str:
    """Write the text with every span named in brackets."""
    written: list[str] = []
    at = 0
    for start, end, kind in spans:
        written += _lines(text[at:start]), _named(_lines(text[start:end]), kind, colour=colour)
        at = max(at, end)
    return "".join(written) + _lines(text[at:])


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def _named(text: str, kind: str, *, colour: bool) -> str:
    return f"[{kind}: {text}]" if not colour else f"\x1b[{_COLOURS.get(kind, _OTHER_COLOUR)}m[{kind}: {text}]\x1b[0m"


COMMAND = Command("scrub", "show what would be kept of a text, and what would not", arguments, run)
