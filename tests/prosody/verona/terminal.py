"""A terminal with a program in it (tmux): what its user types, and what they see."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from .client import PATIENCE

PAUSE = 0.02
WIDTH, HEIGHT = 80, 100


class Terminal:
    """A terminal of 80 columns, on a tmux server of its own.

    with Terminal(folder, ["profanity"], {"HOME": str(home)}) as terminal:
        terminal.type("/help")
        terminal.wait("Synopsis")
        print(terminal.fitting())
    """

    def __init__(self, folder: Path, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._socket = folder / "tmux"
        self._environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", **environment}
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), *command)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def type(self, text: str, key: str = "Enter") -> None:
        """Type a text, and press a key."""
        self._tmux("send-keys", "-l", "--", text)
        self._tmux("send-keys", key)

    def screen(self) -> list[str]:
        """Return the lines of the screen, without the spaces at their ends and without empty lines after the last."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p").rstrip().split("\n")]

    def wait(self, *texts: str) -> None:
        """Wait until all these texts are on the screen, wherever its lines break."""
        self.until(lambda lines: all(text in " ".join(" ".join(lines).split()) for text in texts), f"{texts}")

    def until(self, wanted: Callable[[list[str]], bool], what: str) -> list[str]:
        """Wait until the screen is as wanted, and return its lines."""
        end = time.monotonic() + PATIENCE
        while not wanted(lines := self.screen()):
            assert time.monotonic() < end, "\n".join([f"waiting for {what}, there is", *lines])
            time.sleep(PAUSE)
        return lines

    def fitting(self) -> str:
        """Return the screen of a terminal that is only as high as what its program has to show.

        The program's last two lines are taken for its status and its prompt, and it wants an empty one above them.
        """
        shown = _words(self.screen())
        height = len("\n".join(self.screen()[:-1]).rstrip().split("\n")) + 3
        self._resize(height)
        lines = self.until(lambda lines: len(lines) <= height and _words(lines) == shown, f"{height} lines")
        self._resize(HEIGHT)
        self.until(lambda lines: len(lines) > height and _words(lines) == shown, f"{HEIGHT} lines")
        return "\n".join(lines) + "\n"

    def _resize(self, height: int) -> None:
        self._tmux("resize-window", "-y", str(height))

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-S", str(self._socket), *words]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout


def _words(lines: list[str]) -> list[str]:
    """Return what there is besides empty lines and the status, where a clock is."""
    return [line for line in lines[:-1] if line]
