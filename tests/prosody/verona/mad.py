"""Daemons out of their mind."""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Callable
from pathlib import Path

Behaviour = Callable[[socket.socket], None]


class Mad(threading.Thread):
    """Listens on a UNIX socket and does to each connection what it is made to."""

    def __init__(self, path: Path, behave: Behaviour) -> None:
        super().__init__(daemon=True)
        self._behave = behave
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()

    def run(self) -> None:
        """Take connections until closed."""
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            self._behave(connection)

    def close(self) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _silent(connection: socket.socket) -> None:
    """Read nothing and say nothing, until the other side is tired of it."""
    while connection.recv(1, socket.MSG_PEEK):
        threading.Event().wait(0.1)


def _garbage(connection: socket.socket) -> None:
    connection.sendall(os.urandom(65536))


def _endless_head(connection: socket.socket) -> None:
    connection.sendall(b"PNP/1.0 200 OK\r\nX: ")
    while True:
        connection.sendall(b"a" * 65536)


def _endless_body(connection: socket.socket) -> None:
    connection.sendall(b"PNP/1.0 200 OK\r\nId: 1\r\nContent-Length: 9999999\r\n\r\n")
    while True:
        connection.sendall(b"a" * 65536)


def _answers_to_nothing(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"PNP/1.0 200 OK\r\nId: 4711\r\n\r\n" * 1000)


def _says(head: str, body: bytes) -> Behaviour:
    """Answer each request with the same."""

    def behave(connection: socket.socket) -> None:
        while data := connection.recv(65536):
            for ident in re.findall(rb"\r\nId: (\d+)\r\n", data):
                start = f"PNP/1.0 {head}\r\nId: {ident.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(start.encode() + body)

    return behave


BEHAVIOURS: dict[str, Behaviour] = {
    "closing": socket.socket.close,
    "silent": _silent,
    "garbage": _garbage,
    "head": _endless_head,
    "body": _endless_body,
    "nothing": _answers_to_nothing,
    "number": _says("200 OK\r\nReleased: 1e308\r\nPreferences: mode=mad", b"5"),
    "list": _says("200 OK\r\nReleased: -1\r\nErased: yes", b'[{"features": 5}]'),
    "features": _says("200 OK", b'{"features": {"a": {}}, "commands": 5, "verdict": []}'),
    "noise": _says("200 OK\r\nVerdict: \xff", os.urandom(100000)),
    "away": _says("503 Worker away\r\nRetry-After: -1e308", b""),
    "busy": _says("429 Busy\r\nRetry-After: nan", b""),
    "unknown": _says("299 Odd", b"\0"),
}
