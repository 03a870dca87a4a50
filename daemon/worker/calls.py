"""One request under way in a worker."""

import json
from collections.abc import Callable, Mapping

from ...errors import AccessError
from ...pnp import Frame, FrameProtocol, Status, log_fault, status_of

_NONE: Mapping[str, str] = {}
# What one answer's header has room for; a longer JID is nobody's who was ever met.
MAX_TESTIMONY = 8
MAX_WITNESSED = 300
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: object) -> bytes:
    """Return JSON in UTF-8."""
    return _to_json(value).encode()


class Call:
    """A request, the vault it is about, and the way back; answered once."""

    __slots__ = ("_connection", "_instead", "_testimony", "frame", "jid", "uid")

    def __init__(self, connection: FrameProtocol, frame: Frame, jid: str, uid: bytes) -> None:
        """Take a frame that came in on this connection; `jid` is the user's bare JID, or empty."""
        self._connection = connection
        self._instead: object = None
        self._testimony: list[tuple[str, str]] = []
        self.frame = frame
        self.jid = jid
        self.uid = uid

    def __repr__(self) -> str:
        """Show the verb only."""
        return f"<Call {self.frame.verb}>"

    def header(self, name: str, default: str = "") -> str:
        """Return a header by its lower-case name."""
        return self.frame.headers.get(name, default)

    def answer(
        self, status: Status = Status.OK, headers: Mapping[str, str] = _NONE, body: bytes | memoryview = b""
    ) -> None:
        """Answer with bytes."""
        if self._testimony:
            # For the router, which tells nobody.
            headers = {**headers, "Karma": encode(self._testimony).decode()}
        self._connection.answer(self.frame.ident, status, headers, body)

    def answer_json(self, value: object, headers: Mapping[str, str] = _NONE) -> None:
        """Answer with JSON."""
        self.answer(Status.OK, headers, encode(value))

    def testify(self, event: str, sender: str) -> None:
        """Have karma hear, with the answer, what the user's decision says of a sender (a bare JID)."""
        if event and len(self._testimony) < MAX_TESTIMONY and 0 < len(sender) <= MAX_WITNESSED:
            self._testimony.append((event, sender))

    def if_refused(self, value: object) -> None:
        """Answer with this JSON where access is refused: it is a person who asks."""
        self._instead = value

    def refuse(self, error: Exception) -> None:
        """Answer with what `error` amounts to."""
        if self._instead is not None and isinstance(error, AccessError):
            self.answer_json(self._instead)
            return
        status = status_of(error)
        if status is Status.INTERNAL:
            log_fault(error)
        self.answer(status)

    def when_durable(self, answer: Callable[[], None]) -> Callable[[Exception | None], None]:
        """Return what a commit is to call: `answer` when it went well, else the refusal."""

        def told(error: Exception | None) -> None:
            if error is None:
                answer()
            else:
                self.refuse(error)

        return told
