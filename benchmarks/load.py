"""A client that costs little: requests are made beforehand, and of an answer only its `Id` is read."""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_ANSWER = re.compile(
    rb"PNP/1\.0 ([0-9]{3})[^\n]*\n(?:[^\n]+\n)*?Id: ([0-9]+)\r\n(?:Verdict: ([a-z]+)\r\n)?", re.IGNORECASE
)
_PIECE = 1 << 18


class Took(NamedTuple):
    """How long each request took, in seconds and in the order of the answers, and all of them together."""

    each: Sequence[float]
    wall: float


class _Connection:
    """One connection; what it sends carries a number, by which the answer is known again."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self._begun: dict[bytes, float] = {}
        self._tail = b""

    def send(self, frames: Sequence[tuple[bytes, bytes]]) -> None:
        """Send (number, frame) pairs in one piece."""
        self.socket.sendall(b"".join([frame for _, frame in frames]))
        now = time.perf_counter()
        self._begun.update((number, now) for number, _ in frames)

    def receive(self) -> list[float]:
        """Return how long each request took that is answered by what comes next."""
        data = self._tail + self.socket.recv(_PIECE)
        now = time.perf_counter()
        end, took = 0, []
        for answer in _ANSWER.finditer(data):
            if answer[1][:1] != b"2":
                raise SystemExit(f"the daemon answered {answer[1].decode()}")
            if answer[3] not in {None, b"deliver"}:
                # Such a one waits for the disk as well.
                raise SystemExit(f"what was to be delivered ends with {answer[3].decode()}")
            took.append(now - self._begun.pop(answer[2]))
            end = answer.end()
        self._tail = data[end:]
        return took


def ask(path: Path, frames: Sequence[bytes], *, connections: int = 1, window: int = 1) -> Took:
    """Send requests over so many connections, on each of them with `window` unanswered ones at most.

    `frames` are whole requests whose `Id` is their place among them.
    """
    numbered = iter([(b"%d" % number, frame) for number, frame in enumerate(frames)])
    took: list[float] = []
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for connection in [_Connection(path) for _ in range(connections)]:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send([frame for _, frame in zip(range(window), numbered, strict=False)])
        while len(took) < len(frames):
            for key, _ in selector.select():
                answered = key.data.receive()
                took += answered
                following = [frame for _, frame in zip(answered, numbered, strict=False)]
                if following:
                    key.data.send(following)
        wall = time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return Took(took, wall)
