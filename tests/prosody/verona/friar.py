"""A daemon that writes down what it is told, and answers as a test says."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from providence.pnp import Frame, FrameReader, encode_reply

from .client import PATIENCE

Answer = tuple[int, Mapping[str, str], bytes]
Answers = Answer | Callable[[Mapping[str, str]], Answer | None]
Told = tuple[Mapping[str, str], bytes]
OK: Answer = 200, {}, b""
DELIVER: Answer = 200, {"Verdict": "deliver", "Score": "0.1"}, json.dumps({"reasons": []}).encode()
DEFAULTS = {
    "CHECK": DELIVER,
    "PING": (200, {}, b'{"features": ["learnt", "lists", "occupants"]}'),
    "UNLOCK": (403, {}, b""),
}


class Friar(threading.Thread):
    """Listens on a UNIX socket.

    with capulet.client("juliet@cell.example"):
        friar.answers["CHECK"] = 200, {"Verdict": "junk"}, b"{}"  # or what returns it, or None, of the headers
        headers, body = friar.told("CHECK", user="juliet@cell.example")[0]
    """

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.answers: dict[str, Answers] = {}
        self._told: list[tuple[str, Mapping[str, str], bytes]] = []
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()

    def told(self, verb: str, count: int = 1, patience: float = PATIENCE, **wanted: str) -> list[Told]:
        """Wait until it was told so often; return all headers and bodies."""
        end = time.monotonic() + patience
        with self._changed:
            while len(found := self._find(verb, wanted)) < count:
                assert self._changed.wait(end - time.monotonic()), (verb, wanted, found)
            return found

    def was_told(self, verb: str, **wanted: str) -> bool:
        """Say whether it was told so by now."""
        with self._changed:
            return bool(self._find(verb, wanted))

    def _find(self, verb: str, wanted: Mapping[str, str]) -> list[Told]:
        return [
            (headers, body) for name, headers, body in self._told if name == verb and wanted.items() <= headers.items()
        ]

    def run(self) -> None:
        """Take connections until closed."""
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._listen, args=(self._listener.accept()[0],), daemon=True).start()

    def _listen(self, connection: socket.socket) -> None:
        reader = FrameReader()
        with contextlib.suppress(OSError), connection:
            self._connections.add(connection)
            while count := connection.recv_into(reader.get_buffer()):
                reader.advance(count)
                while frame := reader.read():
                    connection.sendall(self._answer(frame))
        self._connections.discard(connection)

    def _answer(self, frame: Frame) -> bytes:
        with self._changed:
            self._told.append((frame.verb, dict(frame.headers), bytes(frame.body)))
            self._changed.notify_all()
        answer = self.answers.get(frame.verb) or DEFAULTS.get(frame.verb, OK)
        found = answer(frame.headers) if callable(answer) else answer
        if found is None:
            return b""
        code, headers, body = found
        return bytes(encode_reply(code, {"Id": frame.ident, **headers}, body))

    def hang_up(self) -> None:
        """End all connections, and wait until there are as many again."""
        pings, ended = len(self.told("PING")), list(self._connections)
        self._connections.clear()
        for connection in ended:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.told("PING", pings + len(ended))

    def close(self) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
