"""The filters that benchmarks/accuracy.py measures beside ours. Each runs if it is installed.

apt-get install bogofilter-sqlite spamassassin spamprobe rspamd redis-server
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from providence.benchmarks.protocols import Filter
from providence.benchmarks.rspamd import rspamd
from providence.benchmarks.spambayes import SpamBayes

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
"""Where the peers' files are, if it is there: no peer shall wait for a disk."""


class Bogofilter:
    """Debian's bogofilter, a process for each call. It calls spam what is above 0.99."""

    threshold = 0.99

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _run(self, user: str, text: str, *flags: str) -> str:
        folder = self._folder / user
        folder.mkdir(exist_ok=True)
        return _answer(["bogofilter", "-d", str(folder), *flags], text)

    def classify(self, user: str, text: str) -> float:
        """Return its probability, with all digits: with six, a third of a stream is one tie at 1."""
        said = self._run(user, text, "-TT").split()
        return float(said[-1]) if said else 0.5

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        self._run(user, text, "-s" if spam else "-n")


class SpamProbe:
    """Debian's SpamProbe, a process for each call; with letters beyond ASCII. It calls spam what is above 0.7."""

    threshold = 0.7

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _run(self, user: str, text: str, verb: str) -> str:
        folder = self._folder / user
        folder.mkdir(exist_ok=True)
        return _answer(["spamprobe", "-d", str(folder), "-c", "-8", verb], text)

    def classify(self, user: str, text: str) -> float:
        """Return its probability."""
        said = self._run(user, text, "score").split()
        return float(said[1]) if len(said) > 1 else 0.5

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        self._run(user, text, "spam" if spam else "good")


class SpamAssassin:
    """SpamAssassin's Bayes, in one process."""

    threshold = 0.5

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def _ask(self, verb: str, user: str, text: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise TypeError("SpamAssassin is asked through pipes")
        self._process.stdin.write(f"{verb} {user} {text.encode(errors='replace').hex()}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def classify(self, user: str, text: str) -> float:
        """Return its probability."""
        return float(self._ask("c", user, text))

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        self._ask("s" if spam else "h", user, text)


@contextmanager
def spamassassin(folder: Path) -> Iterator[SpamAssassin]:
    """Lend one that runs in a folder."""
    command = ["perl", str(Path(__file__).with_name("spamassassin.pl")), str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, bufsize=1, cwd=folder, **pipes) as process:  # type: ignore[call-overload]
        yield SpamAssassin(process)


def _answer(command: list[str], text: str) -> str:
    mail = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode(errors="replace")
    done = subprocess.run(command, input=mail, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode()


Lent = AbstractContextManager[Filter]

PEERS: Mapping[str, tuple[tuple[str, ...], Callable[[Path], Lent]]] = {
    "bogofilter": (("bogofilter",), lambda folder: nullcontext(Bogofilter(folder))),
    "SpamAssassin": (("spamassassin", "perl"), spamassassin),
    "rspamd": (("rspamd", "redis-server"), rspamd),
    "SpamProbe": (("spamprobe",), lambda folder: nullcontext(SpamProbe(folder))),
    "SpamBayes": ((), lambda _: nullcontext(SpamBayes())),
}
"""For each which programs it needs, and how it is started in a folder of its own."""


def installed() -> list[str]:
    """Name the peers that can run here."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    return [name for name, (needs, _) in PEERS.items() if all(shutil.which(each, path=path) for each in needs)]


@contextmanager
def peer(name: str) -> Iterator[Filter]:
    """Lend a peer that knows nothing yet; it and its files are gone afterwards."""
    with ExitStack() as stack:
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="providence-", dir=place))
        yield stack.enter_context(PEERS[name][1](Path(folder)))
