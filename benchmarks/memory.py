"""How many copies of a message's words stay in the daemon's memory; only root can look.

    python benchmarks/memory.py

A user is taught and judged messages, each with words of its own in five scripts, then locks; then 200
messages of another user pass. After each step all that router and worker may write to is searched for the
words of the first user, as UTF-8 and as Python keeps text. Once with `workers.wipe_on_free` and once without;
with it CPU is paid, so the CPU time of a CHECK is printed too.
"""

import os
import re
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from providence.pnp import Client, SlotKind, SlotName

ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "cyrillic": "абвгдежзиклмнопрстуфхцшщыэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "han": "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年",
}
MESSAGES = 20
LATER = 200
CHECKS = 1000
SCRAM = SlotName(SlotKind.SCRAM, "sha-256", b"salt", 4096)
JULIET, ROMEO = "juliet@capulet.example", "romeo@montague.example"
START_SECONDS = 60.0
PAGE = 4096
TICKS = os.sysconf("SC_CLK_TCK")


def make_up(alphabet: str) -> str:
    """Return a word that nobody else says."""
    return "".join(secrets.choice(alphabet) for _ in range(12))


def message(words: Sequence[str]) -> bytes:
    """Return a stanza."""
    return f"<message xmlns='jabber:client' from='a@b.example'><body>{' '.join(words)}</body></message>".encode()


def written(pid: int) -> Iterator[bytes]:
    """Yield what a process may write to, without pages that hold one byte over and over."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in re.findall(r"^(\w+)-(\w+) rw", maps, re.MULTILINE):
            memory.seek(int(start, 16))
            data = memory.read(int(end, 16) - int(start, 16))
            pages = range(0, len(data), PAGE)
            used = [at for at in pages if data.count(data[at : at + 1], at, at + PAGE) < PAGE]
            yield b"".join(data[at : at + PAGE] for at in used)


def count(pids: Sequence[int], words: Sequence[str]) -> tuple[int, int]:
    """Return how many of the words lie in these processes, and in how many copies."""
    found = [0] * len(words)
    memory = [data for pid in pids for data in written(pid)]
    for number, word in enumerate(words):
        forms = {word.encode(), word.encode("utf-16-le"), word.encode("utf-32-le")}
        found[number] = sum(data.count(form) for form in forms for data in memory)
    return sum(map(bool, found)), sum(found)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def worker_of(router: int) -> int:
    """Return the router's child."""
    return int(Path(f"/proc/{router}/task/{router}/children").read_text().split()[0])


def play(client: Client, router: int) -> list[str]:
    """Live through it, and return a line for each step."""
    lines: list[str] = []
    worker = worker_of(router)
    words: list[str] = []

    def look(moment: str) -> None:
        inside, copies = count([router, worker], words)
        lines.append(f"  {moment:<42} {inside:>4} of {len(words)} words, {copies:>5} copies")

    for user in (JULIET, ROMEO):
        client.unlock(user, "s", [SCRAM], [bytearray(secrets.token_bytes(32))])
    for number in range(MESSAGES):
        said = [make_up(alphabet) for alphabet in ALPHABETS.values()]
        words += said
        client.tell(JULIET, message(said), spam=number % 2 == 0)
        client.check(JULIET, message(said))
    look("the vault is open")
    client.lock(JULIET)
    look("after LOCK")
    for _ in range(LATER):
        client.check(ROMEO, message([make_up(alphabet) for alphabet in ALPHABETS.values()]))
    look(f"after {LATER} messages of another user")
    before = cpu_seconds(worker)
    for _ in range(CHECKS):
        client.check(ROMEO, message([make_up(alphabet) for alphabet in ALPHABETS.values()]))
    spent = (cpu_seconds(worker) - before) / CHECKS * 1e6
    resident = int(Path(f"/proc/{worker}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    lines.append(f"  CPU of the worker for a CHECK {spent:.0f} µs, its memory {resident:.0f} MiB")
    return lines


def run(folder: Path, *, wipe_on_free: bool) -> list[str]:
    """Start a daemon, and look into it."""
    config, path = folder / "providence.toml", folder / "s"
    config.write_text(
        f'[folders]\ndata = "{folder}/data"\nhost_key = "{folder}/keys/host.keys"\n'
        f'[socket]\npath = "{path}"\n[workers]\nwipe_on_free = {str(wipe_on_free).lower()}\n'
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(str(folder / "n"))
        command = [sys.executable, "-m", "providence", "serve", "--config", str(config)]
        environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "n")}
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as daemon:
            try:
                if not select.select([notices], [], [], START_SECONDS)[0]:
                    raise TimeoutError("the daemon does not start")
                with Client.unix(path) as client:
                    return play(client, daemon.pid)
            finally:
                daemon.terminate()


def main() -> None:
    """Measure with and without."""
    if os.geteuid():
        sys.exit("only root may read the memory of a process that is not dumpable")
    for wipe_on_free in (True, False):
        with tempfile.TemporaryDirectory(prefix="pv-") as folder:
            print(f"wipe_on_free = {str(wipe_on_free).lower()}")
            print("\n".join(run(Path(folder), wipe_on_free=wipe_on_free)))


if __name__ == "__main__":
    main()
