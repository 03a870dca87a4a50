"""A survey: one question to every worker, and one answer made of theirs."""

import json
from collections.abc import Mapping, Sequence

from ..errors import UnreachableError
from ..pnp import Frame, FrameProtocol, Status
from .links import Link

_NONE: Mapping[str, object] = {}


class Survey:
    """Waits for every worker's answer, a JSON object each, and answers with their sum.

    Numbers are added, lists joined. The worst status is that of the whole; a worker that is away counts as `503`.
    """

    def __init__(self, connection: FrameProtocol, ident: str, workers: int, own: Mapping[str, object] = _NONE) -> None:
        """Answer the request with this `Id` once `workers` have answered; `own` is what the router says itself."""
        self._connection = connection
        self._ident = ident
        self._left = workers
        self._status = int(Status.OK)
        self._sum: dict[str, object] = {"workers": workers, **own}

    def ask(self, links: Sequence[Link], frame: Frame) -> None:
        """Send the question on."""
        for link in links:
            try:
                link.forward(self, frame)
            except UnreachableError:
                self.answer("", Status.AWAY)

    def relay(self, frame: Frame, ident: str) -> None:  # noqa: ARG002 - there is one question only
        """Take a worker's answer."""
        if frame.body:
            add(self._sum, json.loads(bytes(frame.body)))
        self._take(frame.code)

    def answer(self, ident: str, code: int) -> None:  # noqa: ARG002 - as above
        """Take a worker's failure."""
        self._take(code)

    def _take(self, code: int) -> None:
        self._status = max(self._status, code)
        self._left -= 1
        if self._left == 0:
            body = json.dumps(self._sum).encode()
            self._connection.answer(self._ident, self._status, body=body)


def add(total: dict[str, object], part: dict[str, object]) -> None:
    """Add one JSON object to another: numbers, lists, and objects of them."""
    for name, value in part.items():
        match total.get(name), value:
            case int(one) | float(one), int(other) | float(other):
                total[name] = one + other
            case list(one), list(other):
                total[name] = one + other
            case dict(one), dict(other):
                add(one, other)
            case _:
                total[name] = value
