"""An answer in the hands of a client."""

import json
from collections.abc import Mapping
from typing import Any

from ..errors import FrameError, RemoteError
from .buffers import wipe
from .frames import Frame
from .statuses import phrase_of

_FIRST_ERROR = 400


class Reply:
    """An answer that is no error.

    `code`, `headers` by lower-case name, `body` in a bytearray of its own.
    """

    __slots__ = ("body", "code", "headers")

    def __init__(self, code: int, headers: Mapping[str, str], body: bytearray) -> None:
        self.code = code
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        """Show code and size only."""
        return f"<Reply {self.code} {len(self.body)} bytes>"

    def json(self) -> Any:  # noqa: ANN401 - the specification says what each verb answers
        """Return the structured body, None if there is none.

        FrameError if it is no JSON.
        """
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            raise FrameError("the answer's body is no JSON") from None

    def wipe(self) -> None:
        """Zero the body."""
        with memoryview(self.body) as view:
            wipe(view)


def reply_from(frame: Frame) -> Reply:
    """Return the reader's frame as an answer that lasts.

    RemoteError if it says that something failed.
    """
    if frame.code >= _FIRST_ERROR:
        raise RemoteError(frame.code, phrase_of(frame.code))
    return Reply(frame.code, frame.headers, bytearray(frame.body))
