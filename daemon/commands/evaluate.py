"""`providence evaluate`: how well the filter does on somebody's own messages."""

import json
import sys
from argparse import ArgumentParser, Namespace
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import log
from pathlib import Path
from typing import Any

from ...classifier import EMPTY, Seed, shipped
from ...errors import InputError
from ...pipeline import Thresholds
from ..exits import Exit
from ..terminal import Terminal, table
from .command import Command, UsageError
from .evaluating import Bench, bench
from .mailboxes import MAX_LINE, Mailbox

_USER = "evaluation@providence.invalid"
_THRESHOLDS = Thresholds()
_BOUNDS = {"flagged": _THRESHOLDS.flag, "junk": _THRESHOLDS.junk}


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="messages: an object with text and label a line"
    )
    parser.add_argument("--line", action="store_true", help="speak the line protocol on standard input and output")
    parser.add_argument("--seed", metavar="FILE", type=Path, help="another seed than the one that is shipped")
    parser.add_argument("--no-seed", action="store_true", help="begin with no seed")


def run(args: Namespace, terminal: Terminal) -> int:
    """Judge and then learn every message in its order, or do what the lines say."""
    if args.line == bool(args.files):
        raise UsageError("say --line or name files")
    if args.seed and args.no_seed:
        raise UsageError("--seed and --no-seed do not go together")
    with bench(EMPTY if args.no_seed else _seed(args.seed)) as judge:
        if args.line:
            _converse(judge)
        else:
            _report([(path, _stream(judge, Mailbox(path, labelled=True))) for path in args.files], terminal)
    return Exit.OK


def _seed(path: Path | None) -> Seed:
    if path is None:
        return shipped()
    try:
        return Seed.from_bytes(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be read'}") from error


def _converse(judge: Bench) -> None:
    for line in iter(lambda: sys.stdin.buffer.readline(MAX_LINE), b""):
        try:
            request = json.loads(line)
        except ValueError:
            raise InputError("a line is no JSON object") from None
        sys.stdout.write(json.dumps(_answer(judge, request)) + "\n")
        sys.stdout.flush()


def _answer(judge: Bench, request: Any) -> dict[str, object]:  # noqa: ANN401 - whatever JSON holds
    match request:
        case {"op": "reset", "user": str(user)}:
            judge.reset(user)
            return {"ok": True}
        case {"op": "classify", "user": str(user), "text": str(text)}:
            return {"score": judge.classify(user, text)}
        case {"op": "train", "user": str(user), "text": str(text), "label": "spam" | "ham" as label}:
            judge.train(user, text, spam=label == "spam")
            return {"ok": True}
        case {"op": "stat", "user": str(user)}:
            return {"bytes": judge.size(user)}
    raise InputError("a line asks for nothing known: reset, classify, train, stat")


def _stream(judge: Bench, mailbox: Mailbox) -> tuple[list[float], list[float]]:
    judge.reset(_USER)
    scores: tuple[list[float], list[float]] = ([], [])
    for row in mailbox:
        spam = bool(row.spam)
        scores[spam].append(judge.classify(_USER, row.text))
        judge.train(_USER, row.text, spam=spam)
    return scores


def _report(found: Iterable[tuple[Path, tuple[list[float], list[float]]]], terminal: Terminal) -> None:
    figures = {path.name: _figures(*map(sorted, scores)) for path, scores in found}
    heads = ("file", *next(iter(figures.values())))
    rows = [(name, *[f"{value:g}" for value in row.values()]) for name, row in figures.items()]
    terminal.show(figures, *table([heads, *rows]))


def _figures(ham: list[float], spam: list[float]) -> dict[str, float]:
    above = sum(len(ham) - (bisect_left(ham, s) + bisect_right(ham, s)) / 2 for s in spam)
    figures: dict[str, float] = {"ham": len(ham), "spam": len(spam)}
    figures["(1-AUC)%"] = round(100 * above / (len(ham) * len(spam)), 3) if ham and spam else 0.0
    for name, probability in _BOUNDS.items():
        bound = log(probability / (1 - probability))
        for side, scores in (("ham", ham), ("spam", spam)):
            share = 1 - bisect_left(scores, bound) / len(scores) if scores else 0.0
            figures[f"{side} {name} %"] = round(100 * share, 2)
    return figures


COMMAND = Command("evaluate", "measure the filter on your own messages, without a daemon", arguments, run)
