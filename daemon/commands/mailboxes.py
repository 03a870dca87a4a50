"""Mailboxes: many messages in one file, a JSON object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ...errors import InputError

# The text of one request at its longest, with every character escaped as JSON may.
MAX_LINE = 2 * 1024 * 1024
# How many bad lines are named; the others are counted.
MAX_NAMED = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One message; `spam` is None where it has no label."""

    text: str = field(repr=False)
    spam: bool | None


@dataclass(slots=True)
class Mailbox:
    """The rows of a file, read one by one: `{"text": "…", "label": "spam"}`, where other names mean nothing here.

    Lines that are no such row are left out, counted in `bad` and never shown. `skip` and `limit` count the
    good ones.
    """

    path: Path
    skip: int = 0
    limit: int | None = None
    labelled: bool = False
    bad: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; InputError if the file cannot be read."""
        stop = None if self.limit is None else self.skip + self.limit
        self.bad.clear()
        try:
            with self.path.open("rb") as file:
                yield from islice(self._rows(file), self.skip, stop)
        except OSError as error:
            raise InputError(f"{self.path}: {error.strerror or 'cannot be read'}") from error

    def complaint(self) -> str:
        """Say which lines were left out, or nothing."""
        if not self.bad:
            return ""
        named = ", ".join(map(str, self.bad[:MAX_NAMED]))
        more = ", …" if len(self.bad) > MAX_NAMED else ""
        return f"{self.path}: {len(self.bad)} lines are no messages and were left out: {named}{more}"

    def _rows(self, file: BinaryIO) -> Iterator[Row]:
        for number, line in enumerate(_lines(file), 1):
            row = _parse(line) if line.strip() else None
            if row is not None and not (self.labelled and row.spam is None):
                yield row
            elif line.strip():
                self.bad.append(number)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long only its beginning, which is no JSON."""
    while line := file.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        yield line


def _parse(line: bytes) -> Row | None:
    if len(line) > MAX_LINE:
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match row:
        case {"text": str(text), "label": "spam" | "ham" as label}:
            return Row(text, label == "spam")
        case {"text": str(), "label": _}:
            return None
        case {"text": str(text)}:
            return Row(text, None)
    return None
