"""A terminal with a program in it (tmux): what its user types, and what they see."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
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
        print(terminal.screen())
    """

    def __init__(self, folder: Path, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._socket = folder / "tmux"
        self._environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", **environment}
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), *command)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-S", str(self._socket), *words]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout

    def screen(self) -> str:
        """Return what is on the screen, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._tmux("capture-pane", "-p").split("\n")).strip("\n")

    def type(self, text: str, *keys: str) -> None:
        """Type a line, and press Enter or other keys (`Tab`, `PPage`)."""
        self._tmux("send-keys", "-l", "--", text)
        self._tmux("send-keys", *(keys or ("Enter",)))

    def wait(self, *texts: str) -> str:
        """Wait until all texts are on the screen, wherever its lines break, and return the screen."""
        end = time.monotonic() + PATIENCE
        while True:
            screen = self.screen()
            words = " ".join(screen.split())
            missing = [text for text in texts if text not in words]
            if not missing:
                return screen
            assert time.monotonic() < end, f"{missing} did not appear:\n{screen}"
            time.sleep(PAUSE)

    def fit(self, height: int) -> str:
        """Make the terminal so many lines high, and return the screen when its program has drawn it anew."""
        before = self.screen().split("\n")
        self._tmux("resize-window", "-y", str(height))
        end = time.monotonic() + PATIENCE
        while len(screen := self.screen().split("\n")) >= len(before) or len(screen) < height - 1:
            assert time.monotonic() < end, "the program did not draw its screen anew"
            time.sleep(PAUSE)
        return "\n".join(screen)
