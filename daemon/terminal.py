"""What a command says: results on standard output, everything else on standard error."""

import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from ..errors import ProvidenceError
from .exits import exit_of, hint_of

BAR_WIDTH = 30
# Often enough to look alive, seldom enough to cost nothing.
REDRAW_SECONDS = 0.1


class Terminal:
    """Prints results as text or, with `json_wanted`, as one JSON value a line; never a raw control character."""

    def __init__(
        self, out: TextIO, err: TextIO, *, json_wanted: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Write to these two streams."""
        self._out = out
        self._err = err
        self._clock = clock
        self.json_wanted = json_wanted

    def show(self, value: object, *lines: str) -> None:
        """Print a result: `value` where JSON is wanted, else the lines."""
        if self.json_wanted:
            self._out.write(json.dumps(value) + "\n")
        else:
            self._out.writelines(f"{visible(line)}\n" for line in lines)

    def write(self, text: str) -> None:
        """Print a text of our own as it is, such as a settings file."""
        self._out.write(text)

    def error(self, message: str, hint: str = "") -> None:
        """Print what went wrong, and what to do about it, in one line each."""
        self._err.write(f"error: {visible(message)}\n")
        self.hint(hint)

    def hint(self, text: str) -> None:
        """Print what to do."""
        if text:
            self._err.write(f"hint: {visible(text)}\n")

    def warn(self, message: str) -> None:
        """Print what is worth knowing although all went well; nothing if there is no message."""
        if message:
            self._err.write(f"warning: {visible(message)}\n")

    def ask(self, question: str) -> None:
        """Print a question, without ending the line."""
        self._err.write(question)
        self._err.flush()

    @contextmanager
    def bar(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Lend a function that draws how far it is, given what is done and what there is to do (0: not known).

        Nothing is drawn where standard error is no terminal; the bar is gone at the end.
        """
        drawn = float("-inf")

        def draw(done: int, total: int) -> None:
            nonlocal drawn
            if self._clock() - drawn >= REDRAW_SECONDS:
                drawn = self._clock()
                self._err.write(f"\r{_bar(done, total)} {what}\x1b[K")
                self._err.flush()

        if not self._err.isatty():
            yield lambda _done, _total: None
            return
        try:
            yield draw
        finally:
            self._err.write("\r\x1b[K")
            self._err.flush()


def complain(error: ProvidenceError) -> int:
    """Print an error of ours on standard error, and return the exit code it means."""
    Terminal(sys.stdout, sys.stderr, json_wanted=False).error(str(error), hint_of(error))
    return exit_of(error)


def table(rows: Sequence[Sequence[object]]) -> list[str]:
    """Return rows as lines of aligned columns; numbers stand to the right."""
    cells = [[(visible(str(cell)), isinstance(cell, int | float)) for cell in row] for row in rows]
    widths = [max(_width(text) for text, _ in column) for column in zip(*cells, strict=True)]
    return ["  ".join(_pad(*cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def outline(values: Mapping[str, object]) -> list[str]:
    """Return names and values as lines; what lies inside a value is named `outer.inner`."""
    return table(list(_rows(values, "")))


def visible(text: str) -> str:
    """Return text that is safe to print: escape sequences and marks that turn a line around become `?`."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _rows(values: Mapping[str, object], outer: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _rows(value, f"{outer}{name}.")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield from _rows({f"{name}.{number}": item for number, item in enumerate(value)}, outer)
        elif isinstance(value, list):
            yield f"{outer}{name}", ", ".join(map(str, value))
        else:
            yield f"{outer}{name}", str(value)


def _pad(text: str, right: bool, width: int) -> str:  # noqa: FBT001 - a cell as `table` made it
    fill = " " * (width - _width(text))
    return fill + text if right else text + fill


def _width(text: str) -> int:
    """Return how many columns a text takes (UAX #11; marks that combine take none)."""
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _bar(count: int, total: int) -> str:
    if not total:
        return f"{count}"
    full = BAR_WIDTH * min(count, total) // total
    return f"[{'#' * full}{' ' * (BAR_WIDTH - full)}] {count}/{total}"
