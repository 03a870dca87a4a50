"""A small daemon on a real socket, so that commands have somebody to talk to."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from providence.daemon.commands import run
from providence.pnp import Frame, FrameProtocol, Status, serve_unix


class SmallDaemon:
    """
    A daemon for users whose vault opens with `sesame`, that takes any stanza with `casino` in it for spam.

        daemon.open.add("romeo@montague.example")
        providence("check", "romeo@montague.example", "stanza.xml")
        daemon.heard  # [("CHECK", {...}, b"<message ...")]
    """

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.problems: list[str] = []
        self.broken = -1  # the part of an export that cannot be had

    def opened(self, connection: FrameProtocol) -> None:
        """Let everybody in."""

    def closed(self, connection: FrameProtocol) -> None:
        """Let everybody go."""

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        """Note the request, and answer it."""
        body, user = bytes(frame.body), frame.headers.get("user", "")
        self.heard.append((frame.verb, dict(frame.headers), body))
        status, headers, answer = self._answer(frame, user, body)
        raw = b"" if answer is None else json.dumps(answer).encode()
        connection.answer(frame.ident, status, headers, raw)

    def _answer(self, frame: Frame, user: str, body: bytes) -> tuple[Status, dict[str, str], object]:
        if b"<body>reject" in body:
            return Status.BAD_REQUEST, {}, None
        if b"<body>wait" in body:
            return Status.BUSY, {}, None
        if frame.verb == "CHECK":
            return self._judge(frame, user, body)
        if frame.verb == "EXPORT":
            return self._export(frame, user)
        if frame.verb == "UNLOCK" and body == b"sesame":
            self.open.add(user)
        if frame.verb in {"LOCK", "FORGET"}:
            self.open.discard(user)
        locked = {"UNLOCK": Status.LOCKED, "TELL": Status.QUEUED}
        status = Status.OK if user in self.open else locked.get(frame.verb, Status.OK)
        answers = {
            "STATUS": {"state": "open" if user in self.open else "locked"},
            "STATS": {"workers": 1, "memory": {"locked": True}},
            "VERIFY": {"workers": 1, "users": 3, "problems": self.problems},
        }
        return status, {}, answers.get(frame.verb)

    def _export(self, frame: Frame, user: str) -> tuple[Status, dict[str, str], object]:
        part = int(frame.headers["part"])
        if user not in self.open or part == self.broken:
            return Status.LOCKED, {}, None
        return Status.OK, {"More": "yes"} if part < 2 else {}, {"part": part, "word": "Семья"}

    def _judge(self, frame: Frame, user: str, body: bytes) -> tuple[Status, dict[str, str], object]:
        spam = b"casino" in body
        verdict = "junk" if spam else "deliver" if user in self.open else "delay"
        reasons = {"reasons": [["PRIOR", -0.8473], ["BAYES", 4.5 if spam else -1.5]]}
        if frame.headers["mode"] == "explain":
            reasons["features"] = [
                ["casino", 3, 0, 4.5, 0.1, 0.75, 2.5],
                ["\x1b[2J文字化", 0, 12, 0.0, 0.0, -0.5, -1.25],
            ]
        return Status.OK, {"Verdict": verdict, "Score": "0.9876" if spam else "0.0876"}, reasons


@pytest.fixture
def socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where commands look for a daemon; there is none, nor any settings file."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "run").mkdir()
    (tmp_path / "credentials").mkdir()
    return tmp_path / "run" / "providence.sock"


@pytest.fixture
def daemon(socket: Path) -> Iterator[SmallDaemon]:
    """Return a small daemon that listens where commands look."""
    small = SmallDaemon()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(serve_unix(socket, small))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield small
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(server.close())
    loop.close()


class Outcome:
    """What a command printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def json(self) -> dict[str, object]:
        """Return what a command with --json printed."""
        value: dict[str, object] = json.loads(self.out)
        return value


class Providence:
    """The command line, called in this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: object) -> Outcome:
        """Run a command."""
        self._capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = self._capfd.readouterr()
        return Outcome(code, captured.out, captured.err)


@pytest.fixture
def providence(capfd: pytest.CaptureFixture[str], socket: Path) -> Providence:
    """Return the command line."""
    return Providence(capfd)
