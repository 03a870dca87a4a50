"""A corpus through the running daemon: learn one part, judge the next; then again with the vault locked between.

    python benchmarks/corpus.py messages.jsonl [--learn 1000] [--judge 1000] [--every 100]

Rows are `{"text": "…", "label": "spam" | "ham"}`. Prints what `providence learn` and `providence check` count. In the
second run the vault is locked and opened again after every so many messages, and what was judged so is judged again
with the vault open throughout: the verdicts must be the same. (Those of the first run may differ by a message or
two: each vault cuts its features into buckets by a key of its own.)
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USER = "juliet@capulet.example"


class House:
    """A daemon in a temporary folder, and its command line."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "providence.toml"
        self.socket = folder / "socket"
        self.password = folder / "password"
        self.config.write_text(
            f'[folders]\ndata = "{folder}/data"\nhost_key = "{folder}/keys/host.keys"\n'
            f'[socket]\npath = "{self.socket}"\n'
        )
        self.password.write_text("balcony")
        self.daemon = subprocess.Popen([sys.executable, "-m", "providence", "serve", "--config", str(self.config)])
        while not self.socket.exists():
            if self.daemon.poll() is not None:
                sys.exit("the daemon does not start")
            time.sleep(0.05)

    def run(self, *words: str) -> dict[str, Any]:
        """Run one command, `--json`, and return what it says."""
        command = [sys.executable, "-m", "providence", *words, "--json", "--config", str(self.config)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def unlock(self) -> None:
        """Open the vault."""
        self.run("unlock", USER, "--create", "--secret-file", str(self.password))

    def close(self) -> None:
        """Stop the daemon."""
        self.daemon.terminate()
        self.daemon.wait()


def counts(said: dict[str, object]) -> Iterator[tuple[str, int]]:
    """Yield every count, `spam junk` for the junk of a table's row named spam."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from ((f"{name} {inner}", count) for inner, count in value.items())
        elif isinstance(value, int):
            yield name, value


def walk(house: House, verb: str, mailbox: Path, rows: range) -> Counter[str]:
    """Take these rows of a mailbox through one command, locking the vault after each step of the range."""
    total: Counter[str] = Counter()
    for skip in rows:
        house.unlock()
        limit = min(rows.step, rows.stop - skip)
        said = house.run(verb, USER, "--mailbox", str(mailbox), "--skip", str(skip), "--limit", str(limit))
        total.update(dict(counts(said)))
        total["ms"] += int(1000 * said["seconds"])
        if len(rows) > 1:
            house.run("lock", USER)
    return total


def play(args: Namespace, every: int) -> None:
    """Learn and judge in a fresh daemon, and print what became of it."""
    folder = Path(tempfile.mkdtemp(prefix="pv-"))
    house = House(folder)
    stop = args.learn + args.judge
    try:
        show("learnt", walk(house, "learn", args.mailbox, range(0, args.learn, every)))
        judged = walk(house, "check", args.mailbox, range(args.learn, stop, every))
        show("judged", judged)
        again = walk(house, "check", args.mailbox, range(args.learn, stop, stop))
    finally:
        house.close()
        shutil.rmtree(folder)
    if {**judged, "ms": 0} != {**again, "ms": 0}:
        sys.exit("error: locking changed a verdict")


def show(name: str, figures: Counter[str]) -> None:
    """Print one line."""
    rate = 1000 * figures["messages"] / max(figures["ms"], 1)
    print(f"  {name}: {dict(sorted(figures.items()))}, {rate:.0f} a second")


def main() -> None:
    """Compare the two runs."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("mailbox", type=Path)
    parser.add_argument("--learn", type=int, default=1000)
    parser.add_argument("--judge", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100)
    args = parser.parse_args()
    print("vault open throughout")
    play(args, max(args.learn, args.judge))
    print(f"vault locked after every {args.every}")
    play(args, args.every)


if __name__ == "__main__":
    main()
