"""The ways a frame can be wrong, one name each.

The names of the vectors and of the specification.
"""

from enum import Enum

from ..errors import FrameError
from .statuses import Status


class Refusal(Enum):
    """One rule of docs/spec/pnp.md that a frame broke, and the status to answer."""

    BAD_UTF8 = "bad-utf8", Status.BAD_REQUEST
    CONTROL_CHARACTER = "control-character", Status.BAD_REQUEST
    BAD_FIRST_LINE = "bad-first-line", Status.BAD_REQUEST
    BAD_VERSION = "bad-version", Status.VERSION
    BAD_HEADER = "bad-header", Status.BAD_REQUEST
    DUPLICATE_HEADER = "duplicate-header", Status.BAD_REQUEST
    TOO_MANY_HEADERS = "too-many-headers", Status.BAD_REQUEST
    LINE_TOO_LONG = "line-too-long", Status.BAD_REQUEST
    HEAD_TOO_LONG = "head-too-long", Status.TOO_LARGE
    BAD_ID = "bad-id", Status.BAD_REQUEST
    BAD_LENGTH = "bad-length", Status.BAD_REQUEST
    BODY_TOO_LONG = "body-too-long", Status.TOO_LARGE
    HALF_FRAME = "half-frame", Status.TOO_SLOW
    UNKNOWN_VERB = "unknown-verb", Status.UNKNOWN_VERB
    MISSING_HEADER = "missing-header", Status.BAD_REQUEST
    BAD_VALUE = "bad-value", Status.BAD_REQUEST
    BODY_MISSING = "body-missing", Status.BAD_REQUEST
    BODY_UNEXPECTED = "body-unexpected", Status.BAD_REQUEST
    BAD_SLOTS = "bad-slots", Status.BAD_REQUEST

    def __init__(self, label: str, status: Status) -> None:
        self.label = label
        self.status = status

    @property
    def closes(self) -> bool:
        """Whether the connection ends, since nobody knows where the next frame starts."""
        return self not in _WHOLE


_WHOLE = frozenset(
    {
        Refusal.UNKNOWN_VERB,
        Refusal.MISSING_HEADER,
        Refusal.BAD_VALUE,
        Refusal.BODY_MISSING,
        Refusal.BODY_UNEXPECTED,
        Refusal.BAD_SLOTS,
    }
)
"""What is wrong with the request, while the frame around it is whole."""


class RefusalError(FrameError):
    """A frame broke a rule; `refusal` says which.

    The text is the rule's name and nothing else.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.label)
        self.refusal = refusal
