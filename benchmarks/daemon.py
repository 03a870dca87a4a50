"""CHECK through the socket of a real daemon: how fast, where the time goes, and what privacy costs.

    python benchmarks/daemon.py [--rounds N] [--checks N]

Three daemons run side by side and take turns, on the same messages and the same machine:

* `wiped`      as it is: sealed vaults, and memory overwritten as it is freed;
* `sealed`     the same without `wipe_on_free`;
* `plaintext`  nothing sealed, keyed or wiped, all else alike (benchmarks/plaintext.py).

Their one user's vault has learnt 2,000 messages in six languages. All are then asked to judge ham: messages of
30 words, which reach the bound of 64 features, and messages of 10 words, which have some 30 features. The processor
time of router and worker is read from /proc, so that of the client is apart; `whole CHECK` is that of both,
as a multiple of `plaintext`. The last tables come from daemons with clocks in them (benchmarks/stages.py), under
the pipelined load.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple, Self

import cryptography
import lmdb

from providence.benchmarks.load import Took, ask
from providence.benchmarks.mailbag import Message, messages
from providence.benchmarks.stages import MARK
from providence.errors import UnreachableError
from providence.pnp import Client, SlotKind, SlotName, encode_request
from providence.stanza import parse

USER = "juliet@capulet.example"
LEARNT = 2000
WORDS = (30, 10)
FRIENDS = 100
# Probability of spam below which a message stays ham whatever becomes known of its sender.
CLEAR = 0.3
START_SECONDS = 30.0
HERE = Path(__file__).parent
_NONE: Mapping[str, str] = {}


class Variant(NamedTuple):
    """A daemon to be measured: what runs in place of the interpreter, if anything, and one setting."""

    name: str
    standin: str = ""
    wipe_on_free: bool = False


class Load(NamedTuple):
    """How many connections, and how many unanswered requests on each."""

    name: str
    connections: int
    window: int


VARIANTS = (Variant("wiped", wipe_on_free=True), Variant("sealed"), Variant("plaintext", "plaintext.py"))
CLOCKED = (Variant("wiped", "stages.py", wipe_on_free=True), Variant("sealed", "stages.py"))
LOADS = (
    Load("one at a time", 1, 1),
    Load("pipelined, 64", 1, 64),
    Load("pipelined, 128", 1, 128),
    Load("100 connections", 100, 1),
)


class Daemon:
    """One daemon in a folder of its own, whose user's vault is open."""

    def __init__(self, folder: Path, variant: Variant, environment: Mapping[str, str] = _NONE) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.socket = folder / "s"
        self._errors = (folder / "errors").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, *self._program(variant)],
            env={**os.environ, **environment, "PROVIDENCE_STANDIN": str(folder / "python")},
            stderr=self._errors,
        )
        self._wait()
        self.unlock(USER)
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        self.pids = (self._process.pid, int(children.split()[0]))

    def _program(self, variant: Variant) -> list[str]:
        config = self.folder / "p.toml"
        config.write_text(
            f'[folders]\ndata = "{self.folder}/data"\nhost_key = "{self.folder}/keys/host.keys"\n'
            f'[socket]\npath = "{self.socket}"\n[log]\nlevel = "error"\n'
            f"[workers]\nwipe_on_free = {str(variant.wipe_on_free).lower()}\n"
        )
        program = [str(HERE / variant.standin)] if variant.standin else []
        wrapper = self.folder / "python"
        wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / variant.standin}" "$@"\n')
        wrapper.chmod(0o700)
        return [*program, "-m", "providence", "serve", "--config", str(config)]

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with Client.unix(self.socket):
                    return
            except UnreachableError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the daemon did not start") from None
                time.sleep(0.05)

    def unlock(self, user: str) -> None:
        """Open a user's vault."""
        with Client.unix(self.socket) as client:
            client.unlock(user, "bench", [SlotName(SlotKind.PASSWORD)], [bytearray(b"for measuring")])

    def __enter__(self) -> Self:
        """Return the daemon, which is stopped at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def stop(self) -> list[dict[str, int]]:
        """Stop it; return what the clocks say, the worker's first."""
        self._process.terminate()
        self._process.wait()
        self._errors.seek(0)
        lines = [line.removeprefix(MARK) for line in self._errors if line.startswith(MARK)]
        return [json.loads(line) for line in lines]

    def processor(self) -> tuple[float, float]:
        """Return the seconds of processor time of router and worker."""
        router, worker = map(processor, self.pids)
        return router, worker

    def teach(self, mail: Sequence[Message]) -> None:
        """Have all of it learnt, and some correspondents."""
        frames = [
            _request("TELL", number, message.stanza, {"Label": "spam" if message.spam else "ham"})
            for number, message in enumerate(mail)
        ]
        sent = [
            b"<message to='friend%d@verona.example' from='juliet@capulet.example'><body>ok</body></message>" % number
            for number in range(FRIENDS)
        ]
        ask(self.socket, frames, window=64)
        ask(self.socket, [_request("SENT", number, stanza, {}) for number, stanza in enumerate(sent)], window=64)

    def status(self) -> dict[str, int]:
        """Return how much the vault holds."""
        with Client.unix(self.socket) as client:
            found: dict[str, int] = client.request("STATUS", {"User": USER}).json()
            return found


class Figures(NamedTuple):
    """What one variant did under one load; times in milliseconds, processor time in microseconds a CHECK."""

    rate: float
    p50: float
    p99: float
    router: float
    worker: float

    @classmethod
    def of(cls, took: Took, used: Sequence[float]) -> Self:
        """Work them out."""
        count = len(took.each)
        cuts = quantiles(took.each, n=100)
        router, worker = (seconds / count * 1e6 for seconds in used)
        return cls(count / took.wall, cuts[49] * 1e3, cuts[98] * 1e3, router, worker)

    @classmethod
    def middle(cls, rounds: Sequence[Self]) -> Self:
        """Return the median of each."""
        return cls(*(median(column) for column in zip(*rounds, strict=True)))


def processor(pid: int) -> float:
    """Return the seconds of processor time of a process and all its threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _request(verb: str, number: int, stanza: bytes, headers: dict[str, str]) -> bytes:
    return bytes(encode_request(verb, {"Id": str(number), "User": USER, **headers}, stanza))


def _facts(stanza: bytes, number: int) -> dict[str, str]:
    """Return what a server tells besides; no address is another's, or the pace of all would be what is measured."""
    address = f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
    sender = str(parse(stanza).sender)
    return {"From": sender, "Peer-IP": address, "Secure": "yes", "Auth": "dialback", "Listed": "none"}


def measure(daemon: Daemon, load: Load, frames: Sequence[bytes]) -> Figures:
    """Put one load on one daemon."""
    before = daemon.processor()
    took = ask(daemon.socket, frames, connections=load.connections, window=load.window)
    used = [after - earlier for earlier, after in zip(before, daemon.processor(), strict=True)]
    return Figures.of(took, used)


@contextmanager
def prepared(folder: Path, mail: Sequence[Message]) -> Iterator[list[Daemon]]:
    """Start the variants, taught; the sealed ones begin with the same files."""
    first, second, plain = VARIANTS
    with Daemon(folder / "trained", first) as daemon:
        daemon.teach(mail)
    with ExitStack() as stack:
        daemons = []
        for variant in (first, second):
            shutil.copytree(folder / "trained", folder / variant.name)
            daemons.append(stack.enter_context(Daemon(folder / variant.name, variant)))
        daemons.append(stack.enter_context(Daemon(folder / plain.name, plain)))
        daemons[-1].teach(mail)
        yield daemons


def checks(daemon: Daemon, count: int, words: int) -> list[bytes]:
    """Return so many requests to judge messages that are clearly ham: what is not delivered waits for the disk."""
    chosen: list[bytes] = []
    features = []
    with Client.unix(daemon.socket) as client:
        for message in messages(3 * count, words, seed=7):
            reply = client.check(USER, message.stanza, mode="explain")
            if float(reply.headers["score"]) < CLEAR:
                features.append(len(reply.json()["features"]))
                chosen.append(_request("CHECK", len(chosen), message.stanza, _facts(message.stanza, len(chosen))))
            if len(chosen) == count:
                break
    print(f"\n{words} words, {median(features):.0f} features, requests of {median(map(len, chosen)):.0f} bytes")
    return chosen


def compare(daemons: Sequence[Daemon], frames: Sequence[bytes], rounds: int) -> None:
    """Print the table of loads."""
    print(f"{'':28}{'CHECK/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'router us':>11}{'worker us':>11}  whole CHECK")
    for load in LOADS:
        taken: list[list[Figures]] = [[] for _ in daemons]
        for _ in range(rounds):
            for daemon, figures in zip(daemons, taken, strict=True):
                figures.append(measure(daemon, load, frames))
        middles = [Figures.middle(figures) for figures in taken]
        plain = middles[-1].router + middles[-1].worker
        for variant, found in zip(VARIANTS, middles, strict=True):
            ratio = (found.router + found.worker) / plain
            print(
                f"{load.name:18}{variant.name:10}{found.rate:9.0f}{found.p50:9.3f}{found.p99:9.3f}"
                f"{found.router:11.0f}{found.worker:11.0f}{ratio:13.3f}",
                flush=True,
            )


def dissect(folder: Path, frames: Sequence[bytes], variant: Variant) -> None:
    """Print where the time goes in router and worker."""
    place = folder / f"clocked-{variant.name}"
    shutil.copytree(folder / "trained", place)
    with Daemon(place, variant) as daemon:
        measured = measure(daemon, LOADS[1], frames)
        clocks = daemon.stop()
    for name, took, whole in zip(("worker", "router"), clocks, (measured.worker, measured.router), strict=True):
        stages = {stage: spent / len(frames) / 1e3 for stage, spent in took.items()}
        stages["event loop, system"] = whole - sum(stages.values())
        print(f"\n{name}, {variant.name}: {whole:.0f} us of processor time a CHECK, clocks included")
        for stage, spent in stages.items():
            print(f"  {stage:20}{spent:7.1f} us{spent / whole:7.1%}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each daemon under each load")
    parser.add_argument("--checks", type=int, default=1000, help="requests in a turn")
    args = parser.parse_args()
    print(
        f"Python {platform.python_version()}, cryptography {cryptography.__version__}, LMDB {lmdb.__version__}, "
        f"{os.cpu_count()} cores; {args.checks} messages a turn, {args.rounds} turns, medians"
    )
    mail = list(messages(LEARNT, WORDS[0]))
    with tempfile.TemporaryDirectory(prefix="providence-bench-") as name, prepared(Path(name), mail) as daemons:
        for variant, daemon in zip(VARIANTS, daemons, strict=True):
            print(f"{variant.name:10}", daemon.status())
        frames = {words: checks(daemons[0], args.checks, words) for words in WORDS}
        for words in WORDS:
            print(f"\n{words} words")
            compare(daemons, frames[words], args.rounds)
        for variant in CLOCKED:
            dissect(Path(name), frames[WORDS[0]], variant)


if __name__ == "__main__":
    main()
