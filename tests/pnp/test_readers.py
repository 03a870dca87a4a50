"""FrameReader, the encoders, and the bounds of both."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.errors import FrameError
from providence.pnp import (
    MAX_BODY,
    VERBS,
    Frame,
    FrameReader,
    RefusalError,
    check_request,
    encode_reply,
    encode_request,
)
from providence.pnp.limits import MAX_HEAD, MAX_HEADERS, MAX_LINE

USER = {"User": "juliet@capulet.example"}

values = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40).map(lambda text: text.strip(" "))
names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
headers = st.dictionaries(names.map(str.lower), values, max_size=8).map(
    lambda found: {name: value for name, value in found.items() if name not in {"id", "content-length"}}
)
bodies = st.binary(max_size=200)
requests = st.tuples(st.sampled_from(sorted(VERBS)), headers, bodies)


def fed(reader: FrameReader, data: bytes | bytearray) -> FrameReader:
    rest = memoryview(data)
    while rest:
        room = reader.get_buffer()
        count = min(len(room), len(rest))
        room[:count] = rest[:count]
        reader.advance(count)
        rest = rest[count:]
    return reader


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(st.lists(requests, max_size=5), st.lists(st.integers(0, 5000), max_size=8))
def test_what_is_written_is_read_again_however_it_is_cut(wanted: list[Any], cuts: list[int]) -> None:
    data = b"".join(encode_request(*request) for request in wanted)
    reader = FrameReader()
    found = []
    for chunk in pieces(data, cuts):
        fed(reader, chunk)
        while frame := reader.read():
            found.append((frame.verb, frame.headers, bytes(frame.body)))

    assert wanted == found
    assert not reader.half


@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(
            st.sampled_from(
                [
                    b"PING PNP/1.0", b"\r\n", b"\n", b"\r", b"Id: 1", b":", b" ",
                    b"Content-Length: 3", b"CHECK PNP/1.0", b"abc", b"\xff",
                    b"PNP/1.0 200 OK", b"User: a@b.example",
                ]
            ),
            max_size=30,
        ).map(b"".join),
    ),
    st.lists(st.integers(0, 5000), max_size=8),
    st.booleans(),
)  # fmt: skip
def test_any_bytes_have_one_outcome_however_they_are_cut(
    data: bytes,
    cuts: list[int],
    replies: bool,
) -> None:
    def run(chunks: list[bytes]) -> tuple[list[Any], str, bool]:
        reader = FrameReader(replies=replies)
        frames = []
        try:
            for chunk in chunks:
                fed(reader, chunk)
                while frame := reader.read():
                    frames.append((frame.verb, frame.headers, bytes(frame.body)))
        except FrameError as error:
            return frames, str(error), False
        return frames, "", reader.half

    assert run([data]) == run(pieces(data, cuts))


@given(st.sampled_from([200, 202, 403, 599]), headers, bodies)
def test_an_answer_is_read_as_it_was_written(code: int, written: dict[str, str], body: bytes) -> None:
    reader = fed(FrameReader(replies=True), encode_reply(code, written, body))
    frame = reader.read()

    assert frame
    assert (code, written, body) == (frame.code, frame.headers, bytes(frame.body))


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_the_writer_lets_through_the_reader_takes(name: str, value: str) -> None:
    """No value can smuggle in a header of its own."""
    try:
        data = encode_request("PING", {name: value})
    except FrameError:
        return
    try:
        frame = fed(FrameReader(), data).read()
    except FrameError as error:
        assert str(error) in {"bad-id", "bad-length", "body-too-long"}  # noqa: PT017
        return

    assert frame is None or {name.lower(): value.strip(" ")} == frame.headers


def test_the_longest_body_is_read_and_leaves_a_small_buffer(
    outcome: Callable[..., Any],
) -> None:
    body = b"a" * MAX_BODY
    data = encode_request("SENT", USER, body)
    frames, end = outcome([data + data])

    assert end == "ok"
    assert [body, body] == [frame[3] for frame in frames]
    reader = fed(FrameReader(), data)
    assert reader.read()
    assert reader.read() is None
    assert len(reader.get_buffer()) < MAX_HEAD * 5


@pytest.mark.parametrize(
    ("label", "headers", "size"),
    [
        ("body-too-long", {}, MAX_BODY + 1),
        ("too-many-headers", {f"X-{n}": "" for n in range(MAX_HEADERS + 1)}, 0),
        ("line-too-long", {"Padding": "é" * (MAX_LINE // 2)}, 0),
        ("head-too-long", {f"X-{n}": "a" * (MAX_HEAD // 4) for n in range(5)}, 0),
        ("control-character", {"Padding": "a\r\nId: 7"}, 0),
        ("control-character", {"Padding": "a\nId: 7"}, 0),
        ("control-character", {"Padding": "\x7f"}, 0),
        ("bad-header", {"Pad ding": ""}, 0),
        ("bad-header", {"": ""}, 0),
        ("bad-utf8", {"Padding": "\ud800"}, 0),
    ],
)
def test_the_writer_refuses_what_a_reader_would(label: str, headers: dict[str, str], size: int) -> None:
    body = b"a" * size
    with pytest.raises(RefusalError) as request:
        encode_request("SENT", headers, body)
    with pytest.raises(RefusalError) as reply:
        encode_reply(200, headers, body)

    assert [label, label] == [str(request.value), str(reply.value)]


@pytest.mark.parametrize("verb", ["", "ping", "PING PNP/1.0\r\nX:", "A" * 33])
def test_a_verb_is_a_word_of_capitals(verb: str) -> None:
    with pytest.raises(FrameError):
        encode_request(verb)


def test_the_buffer_is_zero_behind_each_frame() -> None:
    reader = FrameReader()
    room = reader.get_buffer()
    data = encode_request("SENT", USER, b"Romeo") + b"PING PNP/1.0\r\n"
    room[: len(data)] = data
    reader.advance(len(data))
    frame = reader.read()
    assert frame
    kept, copy = frame.body[:], frame.detach()
    assert reader.read() is None

    rest = len(data) - 14
    assert bytes(kept) == bytes(5)
    assert bytes(room[:rest]) == bytes(rest)
    assert bytes(copy.body) == b"Romeo"
    with pytest.raises(ValueError, match="released"):
        len(frame.body)
    reader.close()
    assert bytes(room) == bytes(len(room))
    inner = copy.body[:]
    copy.wipe()
    assert bytes(inner) == bytes(5)


@pytest.mark.parametrize("cut", [10, 30, 70, 3000, 40_000, 150_000])
def test_a_buffer_that_moves_or_grows_is_zero_where_the_frame_was(cut: int) -> None:
    reader = FrameReader()
    data = encode_request("SENT", USER, b"secret" * 40_000)
    rooms = []
    for chunk in (data[:cut], data[cut:]):
        rest = memoryview(chunk)
        while rest:
            room = reader.get_buffer()
            rooms.append(room)
            count = min(len(room), len(rest), 5000)
            room[:count] = rest[:count]
            reader.advance(count)
            rest = rest[count:]
            assert reader.read() is None or len(rest) == 0
    reader.release()

    assert all(bytes(room).count(b"secret") == 0 for room in rooms)
    assert len(rooms) > 40


def test_a_reader_that_refused_goes_on_refusing() -> None:
    reader = fed(FrameReader(), b"nonsense\n\n" + encode_request("PING"))
    for _ in range(2):
        with pytest.raises(FrameError, match="bad-first-line"):
            reader.read()


def test_neither_frame_nor_error_shows_what_is_in_it() -> None:
    frame = Frame("SENT", 0, {"user": "juliet"}, memoryview(b"Romeo"))
    assert repr(frame) == "<Frame SENT 1 headers, 5 bytes>"
    reader = fed(FrameReader(), b"SENT PNP/1.0\nUser: juliet\xff\n\n")
    with pytest.raises(RefusalError) as caught:
        reader.read()

    assert caught.value.__context__ is None
    assert repr(caught.value) == "RefusalError('bad-utf8')"


def test_a_header_that_no_form_names_is_left_alone() -> None:
    check_request(Frame("PING", 0, {"colour": "\N{SNOWMAN}"}, memoryview(b"")))
