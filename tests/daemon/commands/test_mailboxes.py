"""What a line of a mailbox may be."""

import json
from pathlib import Path

import pytest

from providence.daemon.commands.mailboxes import MAX_LINE, Mailbox, Row
from providence.errors import InputError


def box(folder: Path, data: bytes) -> Mailbox:
    file = folder / "mailbox.jsonl"
    file.write_bytes(data)
    return Mailbox(file)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b'{"text": "a", "label": "spam"}', Row("a", spam=True)),
        (b'{"text": "a", "label": "ham", "id": 3, "lang": "en"}', Row("a", spam=False)),
        (b'{"text": "a"}', Row("a", spam=None)),
        (b'\xef\xbb\xbf{"text": "a"}', Row("a", spam=None)),
        (b'{"text": "a", "label": "eggs"}', None),
        (b'{"text": "a", "label": null}', None),
        (b'{"text": 1, "label": "spam"}', None),
        (b'{"label": "spam"}', None),
        (b'["text"]', None),
        (b'{"text": "a"', None),
        (b"\xff", None),
        (b"[" * 100_000, None),
        (b'{"text": ' + b"9" * 5000 + b"}", None),
    ],
)
def test_a_line_is_a_message_or_is_counted(tmp_path: Path, line: bytes, row: Row | None) -> None:
    mailbox = box(tmp_path, b'{"text": "first"}\n' + line + b"\n\n" + b'{"text": "last"}')

    rows = [Row("first", spam=None), *([row] if row else []), Row("last", spam=None)]

    assert list(mailbox) == rows
    assert mailbox.bad == ([] if row else [2])


def test_a_line_is_taken_at_its_bound_and_not_past_it(tmp_path: Path) -> None:
    text = "x" * (MAX_LINE - len(json.dumps({"text": ""})) - 1)
    longest = json.dumps({"text": text}).encode() + b"\n"
    longer = json.dumps({"text": text + "x"}).encode() + b"\n"
    mailbox = box(tmp_path, longest + longer + 3 * longer.strip() + b"\n" + b'{"text": "last"}')

    assert [len(row.text) for row in mailbox] == [len(text), 4]
    assert mailbox.bad == [2, 3]


def test_only_some_bad_lines_are_named(tmp_path: Path) -> None:
    mailbox = box(tmp_path, b"secret\n" * 12)
    list(mailbox)

    assert mailbox.complaint() == (
        f"{mailbox.path}: 12 lines are no messages and were left out: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"
    )


def test_skipping_and_stopping_count_good_lines(tmp_path: Path) -> None:
    mailbox = box(tmp_path, b"bad\n" + b"".join(b'{"text": "%d"}\nbad\n' % n for n in range(9)))
    mailbox.skip, mailbox.limit = 2, 3

    assert [row.text for row in mailbox] == ["2", "3", "4"]


def test_the_repr_of_a_row_shows_no_text() -> None:
    assert repr(Row("hello", spam=True)) == "Row(spam=True)"


def test_a_mailbox_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        list(Mailbox(tmp_path / "none"))
