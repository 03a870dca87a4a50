"""The head of a frame: a first line, then `Name: value` lines.

Text to values and back.
"""

import re
from collections.abc import Mapping

from .limits import MAX_BODY, MAX_HEAD, MAX_HEADERS, MAX_ID, MAX_LINE
from .refusals import Refusal, RefusalError
from .statuses import Status, phrase_of

VERSION = "PNP/1.0"
MAJOR = 1

_REQUEST = re.compile(r"([A-Z][A-Z0-9-]{0,31}) PNP/([0-9]{1,3})\.[0-9]{1,3}")
_REPLY = re.compile(r"PNP/([0-9]{1,3})\.[0-9]{1,3} ([1-5][0-9]{2})(?: .*)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_ID}}}")
_LENGTH = re.compile(r"[0-9]{1,7}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")

# The usual spellings of the specification's headers, to their lower case: it saves
# looking at each letter, and it holds nothing that came from a peer.
_SPELLINGS = {
    spelling: name.lower()
    for name in (
        "Account",
        "Action",
        "Ask",
        "Auth",
        "Caps",
        "Cert",
        "Change",
        "Condemned",
        "Content-Length",
        "Enrol",
        "Evidence",
        "Flag",
        "From",
        "Groups",
        "Id",
        "Item",
        "Karma",
        "Label",
        "Listed",
        "Mode",
        "Node",
        "Pace",
        "Padding",
        "Part",
        "Peer-IP",
        "Reason",
        "Retry-After",
        "Score",
        "Secure",
        "Session",
        "Slots",
        "Stanza-Id",
        "Third-Party",
        "Ticket",
        "Lasting",
        "Connection",
        "Undo",
        "Unjudged",
        "User",
        "Verdict",
    )
    for spelling in (name, name.lower())
}
_REPLY_LINES = {status.value: f"{VERSION} {status.value} {status.phrase}\r\n" for status in Status}


def parse_head(raw: memoryview) -> tuple[str, dict[str, str], int]:
    """Return the first line, the headers by lower-case name, and the length of the body.

    `raw` reaches up to the last header line's LF. `Content-Length` is not among the
    headers: whoever sends a frame on counts anew. RefusalError for everything that
    breaks a rule.
    """
    text = _decoded(raw)
    lines = text.split("\n")
    del lines[-1]
    if _CONTROL.search(text):
        raise RefusalError(Refusal.CONTROL_CHARACTER)
    if len(lines) > MAX_HEADERS + 1:
        raise RefusalError(Refusal.TOO_MANY_HEADERS)
    _check_lines(text, len(raw))
    headers: dict[str, str] = {}
    first = lines[0]
    del lines[0]
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise RefusalError(Refusal.BAD_HEADER)
        headers[_SPELLINGS.get(name) or _lower(name)] = value.strip(" ")
    if len(headers) != len(lines):
        raise RefusalError(Refusal.DUPLICATE_HEADER)
    ident = headers.get("id")
    if ident is not None and not _ID.fullmatch(ident):
        raise RefusalError(Refusal.BAD_ID)
    return first, headers, _length(headers.pop("content-length", "0"))


def parse_request_line(line: str) -> str:
    """Return the verb.

    Any minor version of ours is taken, another major version is not.
    """
    match = _REQUEST.fullmatch(line)
    if not match:
        raise RefusalError(Refusal.BAD_FIRST_LINE)
    _check_major(match[2])
    return match[1]


def parse_reply_line(line: str) -> int:
    """Return the status code; the phrase is for people."""
    match = _REPLY.fullmatch(line)
    if not match:
        raise RefusalError(Refusal.BAD_FIRST_LINE)
    _check_major(match[1])
    return int(match[2])


def request_head(verb: str, headers: Mapping[str, str], size: int) -> bytes:
    """Return the head of a request with a body of `size` bytes.

    RefusalError if a reader would refuse it.
    """
    line = f"{verb} {VERSION}\r\n"
    parse_request_line(line[:-2])
    return _head(line, headers, size)


def reply_head(code: int, headers: Mapping[str, str], size: int) -> bytes:
    """Return the head of an answer with a body of `size` bytes.

    RefusalError if a reader would refuse it.
    """
    line = _REPLY_LINES.get(code) or f"{VERSION} {code} {phrase_of(code)}\r\n"
    return _head(line, headers, size)


def _head(line: str, headers: Mapping[str, str], size: int) -> bytes:
    if size > MAX_BODY:
        raise RefusalError(Refusal.BODY_TOO_LONG)
    count = len(headers)
    for name in headers:
        if name not in _SPELLINGS:
            _lower(name)
    text = "".join([line, *[f"{name}: {value}\r\n" for name, value in headers.items()]])
    if size:
        text += f"Content-Length: {size}\r\n"
        count += 1
    if count > MAX_HEADERS:
        raise RefusalError(Refusal.TOO_MANY_HEADERS)
    # A value that holds a line end would be a header of its own at the other side.
    if text.count("\n") != count + 1 or _CONTROL.search(text.replace("\r\n", "\n")):
        raise RefusalError(Refusal.CONTROL_CHARACTER)
    head = _encoded(text)
    if len(head) + 2 > MAX_HEAD:
        raise RefusalError(Refusal.HEAD_TOO_LONG)
    _check_lines(text.replace("\r\n", "\n"), len(head))
    return head + b"\r\n"


def _check_lines(text: str, size: int) -> None:
    if size > MAX_LINE and any(len(line.encode()) > MAX_LINE for line in text.split("\n")):
        raise RefusalError(Refusal.LINE_TOO_LONG)


def _check_major(major: str) -> None:
    if int(major) != MAJOR:
        raise RefusalError(Refusal.BAD_VERSION)


def _lower(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise RefusalError(Refusal.BAD_HEADER)
    return name.lower()


def _length(value: str) -> int:
    if not _LENGTH.fullmatch(value):
        too_long = value.isascii() and value.isdigit()
        raise RefusalError(Refusal.BODY_TOO_LONG if too_long else Refusal.BAD_LENGTH)
    length = int(value)
    if length > MAX_BODY:
        raise RefusalError(Refusal.BODY_TOO_LONG)
    return length


def _decoded(raw: memoryview) -> str:
    try:
        return str(raw, "utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        pass
    # Raised out here: a UnicodeDecodeError holds the bytes, and an error raised inside
    # would hold it.
    raise RefusalError(Refusal.BAD_UTF8)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    raise RefusalError(Refusal.BAD_UTF8)
