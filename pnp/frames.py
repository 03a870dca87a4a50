"""Frames: one request or one answer, and how to write them."""

from collections.abc import Mapping
from typing import Self

from .buffers import wipe
from .heads import reply_head, request_head

Data = bytes | bytearray | memoryview
_NONE: Mapping[str, str] = {}


class Frame:
    """One request (`verb`) or answer (`code`) as it was read.

    Headers by lower-case name, body as bytes.

    A frame that comes from a reader lends its body: it is wiped when the handler
    returns. Whoever needs it longer takes `detach()` and calls `wipe()` on that when
    done.
    """

    __slots__ = ("body", "code", "headers", "verb")

    def __init__(self, verb: str, code: int, headers: dict[str, str], body: memoryview) -> None:
        self.verb = verb
        self.code = code
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        """Show verb, code and sizes: never a header's value, never a body."""
        try:
            size = f"{len(self.body)} bytes"
        except ValueError:
            size = "released"
        return f"<Frame {self.verb or self.code} {len(self.headers)} headers, {size}>"

    @property
    def ident(self) -> str:
        """The `Id`, or nothing."""
        return self.headers.get("id", "")

    def flag(self, name: str) -> bool:
        """Say whether a header says `yes`."""
        return self.headers.get(name) == "yes"

    def detach(self) -> Self:
        """Return the same frame on a bytearray of its own, for the caller to wipe."""
        return type(self)(self.verb, self.code, self.headers, memoryview(bytearray(self.body)))

    def wipe(self) -> None:
        """Zero the body and let it go."""
        wipe(self.body)
        self.body.release()


def encode_request(verb: str, headers: Mapping[str, str] = _NONE, body: Data = b"") -> bytearray:
    """Return a whole request; RefusalError if a reader would refuse it."""
    return bytearray().join((request_head(verb, headers, len(body)), body))


def encode_reply(code: int, headers: Mapping[str, str] = _NONE, body: Data = b"") -> bytearray:
    """Return a whole answer; RefusalError if a reader would refuse it."""
    return bytearray().join((reply_head(code, headers, len(body)), body))
