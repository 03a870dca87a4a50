"""What a worker's memory still holds of messages under each way to wipe what is freed; only root can look.

    python benchmarks/allocators.py

The figures behind docs/adr/0008-wipe-on-free.md. A user is sent short messages in Cyrillic letters, each with
words of its own, and locks; then the worker's memory is searched for the words as Python keeps them and in
UTF-8. The processor time of a CHECK stands beside it; turns alternate, so that a busy machine is busy for all.
"""

import random
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from providence.benchmarks.daemon import WORDS, Daemon, Load, Variant, checks, measure
from providence.daemon.links import WIPE_ON_FREE
from providence.pnp import Client

PERTURB = "glibc.malloc.perturb=165"
WAYS: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "malloc, perturb": {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": PERTURB},
    "malloc, perturb, no tcache": WIPE_ON_FREE,
    "pymalloc_debug": {"PYTHONMALLOC": "pymalloc_debug"},
    "pymalloc_debug, perturb, no tcache": {**WIPE_ON_FREE, "PYTHONMALLOC": "pymalloc_debug"},
}
ROMEO = "romeo@montague.example"
MESSAGES = 60
CHECKS = 300
ROUNDS = 5
LOAD = Load("pipelined, 64", 1, 64)


def words() -> list[str]:
    """Make words that no message had before."""
    dice = random.SystemRandom()
    return ["".join(dice.choice("бдфгклмнпрст") + dice.choice("аеиоу") for _ in range(5)) for _ in range(MESSAGES)]


def left(pid: int, needles: Sequence[str]) -> tuple[int, int]:
    """Return how many of the words are found in a process's writable memory, and how many times."""
    forms = {form: word for word in needles for form in (word.encode(), word.encode("utf-16-le"))}
    search = re.compile(b"|".join(map(re.escape, forms)))
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, access, *_ = line.split()
            if access.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                memory.seek(start)
                found += [forms[copy] for copy in search.findall(memory.read(end - start))]
    return len(set(found)), len(found)


def talk(daemon: Daemon) -> tuple[int, int]:
    """Have messages judged and learnt, lock the vault, and look."""
    own = words()
    daemon.unlock(ROMEO)
    with Client.unix(daemon.socket) as client:
        for number, word in enumerate(own):
            text = " ".join(["привет", word, "как", "дела", *["сегодня"] * (number % 12)])
            stanza = f"<message from='s{number}@x.example/p' to='{ROMEO}'><body>{text}</body></message>".encode()
            client.check(ROMEO, stanza)
            client.tell(ROMEO, stanza, spam=number % 2 == 0)
        client.lock(ROMEO)
    return left(daemon.pids[1], own)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="providence-bench-") as name, ExitStack() as stack:
        daemons = {
            way: stack.enter_context(Daemon(Path(name) / str(number), Variant(way), environment))
            for number, (way, environment) in enumerate(WAYS.items())
        }
        frames = checks(next(iter(daemons.values())), CHECKS, WORDS[0])
        found = {way: talk(daemon) for way, daemon in daemons.items()}
        spent: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, daemon in daemons.items():
                spent[way].append(measure(daemon, LOAD, frames).worker)
        least = median(spent["nothing"])
        print(f"{'':36}words of {MESSAGES}  copies  us of worker a CHECK")
        for way, (known, copies) in found.items():
            cost = median(spent[way])
            print(f"{way:36}{known:11}{copies:8}{cost:12.0f}{cost / least:8.2f}")


if __name__ == "__main__":
    main()
