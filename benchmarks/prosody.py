"""What the module costs a Prosody: messages a second and milliseconds, beside the same Prosody without it.

    python benchmarks/prosody.py [--rounds N] [--messages N] [--rate N] [--real-time]

One Prosody has two hosts, one with the module and one without; another server and a host of the same one send to both
in turns. The vault has learnt 2,000 messages in six languages; what is sent is ham of 10 words, of a stranger.

* `full speed`: one sender whose messages go out as fast as they are taken, until the last one is there;
* `at ease`: so many messages a second, each to one of the two hosts by lot, from the sender's socket to the receiver's.

The processor time is that of each process for each message, from /proc: sending server (where it is another one),
receiving server, router, worker. All of it and this client share the machine's cores. With --real-time (for root) all
of them come before whatever else runs on the machine.
"""

import argparse
import os
import platform
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from providence.benchmarks.daemon import LEARNT, VARIANTS, WORDS, Daemon, checks, processor
from providence.benchmarks.mailbag import messages
from providence.tests.prosody.verona.authority import Authority, NameServer, free_ports
from providence.tests.prosody.verona.client import Client
from providence.tests.prosody.verona.processes import Prosody

FILTERED, BARE, LOCAL, FAR = "capulet.example", "bare.example", "local.example", "montague.example"
END = b"</message>"
PIECE = 1 << 18


class Listener(Client):
    """Counts messages without reading them."""

    def hear(self, count: int) -> float:
        """Return when the last of so many messages was there."""
        tail = b""
        while count > 0:
            tail += self._socket.recv(PIECE)
            count -= tail.count(END)
            tail = tail[-len(END) + 1 :] if not tail.endswith(END) else b""
        return time.perf_counter()


class Speaker(Client):
    """Sends what was made beforehand."""

    def shout(self, data: bytes) -> None:
        """Send it."""
        self._socket.sendall(data)


class Stage(NamedTuple):
    """Who plays: servers, daemon, those who listen by their host, those who speak by the way they take."""

    capulet: Prosody
    montague: Prosody
    daemon: Daemon
    listeners: dict[str, Listener]
    speakers: dict[str, Speaker]

    def hurry(self) -> None:
        """Let nothing else on this machine come before us."""
        servers = [server.popen.pid for server in (self.capulet, self.montague) if server.popen]
        for pid in (*servers, *self.daemon.pids, os.getpid()):
            for task in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(1))

    def processors(self, way: str) -> list[float]:
        """Return the seconds of processor time of each process that has a part."""
        servers = [self.capulet] if way == "c2s" else [self.montague, self.capulet]
        pids = [server.popen.pid for server in servers if server.popen]
        return [processor(pid) for pid in (*pids, *self.daemon.pids)]


class Run(NamedTuple):
    """One run at full speed: messages a second, and microseconds of processor time a message by process."""

    rate: float
    used: Sequence[float]


def _server(stack: ExitStack, folder: Path, authority: Authority, ports: tuple[int, int, int], hosts: str) -> Prosody:
    server = Prosody(folder, authority, ports, hosts, '"carbons"')
    server.config.write_text(server.config.read_text().replace("log = { debug", "log = { warn"))
    server.start()
    stack.callback(server.stop)
    return server


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Start everything and log everybody in."""
    with ExitStack() as stack:
        daemon = stack.enter_context(Daemon(folder / "daemon", VARIANTS[0]))
        daemon.teach(list(messages(LEARNT, WORDS[0])))
        authority = Authority(folder / "pki")
        for domain in (FILTERED, BARE, LOCAL, FAR):
            authority.certify(domain)
        names, c2s_1, s2s_1, c2s_2, s2s_2 = free_ports(5)
        name_server = NameServer(names, {**dict.fromkeys((FILTERED, BARE, LOCAL), s2s_1), FAR: s2s_2})
        name_server.start()
        stack.callback(name_server.close)
        hosts = (
            f'providence_socket = "{daemon.socket}"\nVirtualHost "{FILTERED}"\n  modules_enabled = {{ "providence" }}\n'
            f'VirtualHost "{BARE}"\nVirtualHost "{LOCAL}"'
        )
        capulet = _server(stack, folder / "c", authority, (c2s_1, s2s_1, names), hosts)
        montague = _server(stack, folder / "m", authority, (c2s_2, s2s_2, names), f'VirtualHost "{FAR}"')
        listeners, speakers = {}, {}
        for domain in (FILTERED, BARE):
            capulet.register(f"juliet@{domain}")
            who = Listener(capulet.c2s, authority.path, f"juliet@{domain}")
            listeners[domain] = stack.enter_context(who)
        for way, server, domain in (("s2s", montague, FAR), ("c2s", capulet, LOCAL)):
            server.register(f"romeo@{domain}")
            speakers[way] = stack.enter_context(Speaker(server.c2s, authority.path, f"romeo@{domain}"))
            speakers[way].reach(FILTERED)
            speakers[way].reach(BARE)
        yield Stage(capulet, montague, daemon, listeners, speakers)


def letters(daemon: Daemon, count: int) -> list[bytes]:
    """Return messages that will be delivered, without their addresses."""
    frames = checks(daemon, count, WORDS[1])
    return [frame.partition(b"<body>")[2] for frame in frames]


def addressed(letter: bytes, domain: str, number: int) -> bytes:
    """Return a letter to the listener of a domain."""
    return b"<message type='chat' id='%d' to='juliet@%s'><body>%s" % (number, domain.encode(), letter)


def full_speed(stage: Stage, way: str, domain: str, texts: Sequence[bytes]) -> Run:
    """Send all of it, and wait for the last one."""
    data = b"".join([addressed(text, domain, number) for number, text in enumerate(texts)])
    before = stage.processors(way)
    sender = threading.Thread(target=stage.speakers[way].shout, args=(data,))
    started = time.perf_counter()
    sender.start()
    ended = stage.listeners[domain].hear(len(texts))
    sender.join()
    used = [(after - earlier) / len(texts) * 1e6 for earlier, after in zip(before, stage.processors(way), strict=True)]
    return Run(len(texts) / (ended - started), used)


def at_ease(stage: Stage, way: str, texts: Sequence[bytes], rate: int) -> dict[str, list[float]]:
    """Send one after the other to either host by lot; return how many milliseconds each took."""
    dice = random.Random(1)  # noqa: S311 - an order, no secret
    took: dict[str, list[float]] = {FILTERED: [], BARE: []}
    order = [FILTERED, BARE] * (len(texts) // 2)
    dice.shuffle(order)
    for number, (domain, text) in enumerate(zip(order, texts, strict=False)):
        started = time.perf_counter()
        stage.speakers[way].shout(addressed(text, domain, number))
        took[domain].append((stage.listeners[domain].hear(1) - started) * 1e3)
        time.sleep(max(0.0, 1 / rate - (time.perf_counter() - started)))
    return took


def compare_rates(stage: Stage, way: str, texts: Sequence[bytes], rounds: int) -> None:
    """Print the rates with and without the module."""
    runs: dict[str, list[Run]] = {FILTERED: [], BARE: []}
    for _ in range(rounds):
        for domain, done in runs.items():
            done.append(full_speed(stage, way, domain, texts))
    rates = {domain: median(run.rate for run in done) for domain, done in runs.items()}
    for domain, done in runs.items():
        used = [median(run.used[place] for run in done) for place in range(len(done[0].used))]
        far, (near, router, worker) = (used[:1] if way == "s2s" else [0.0]), used[-3:]
        ratio = rates[domain] / rates[BARE]
        print(
            f"{way:6}{'with' if domain == FILTERED else 'without':9}{rates[domain]:9.0f}{ratio:8.0%}"
            f"{far[0]:12.0f}{near:12.0f}{router:10.0f}{worker:10.0f}",
            flush=True,
        )


def compare_times(stage: Stage, way: str, texts: Sequence[bytes], rate: int) -> None:
    """Print how long a message travels with and without the module."""
    cuts = {domain: quantiles(took, n=100) for domain, took in at_ease(stage, way, texts, rate).items()}
    for name, place in (("p50", 49), ("p99", 98)):
        with_it, without = cuts[FILTERED][place], cuts[BARE][place]
        print(f"{way:6}{name:6}{without:10.2f}{with_it:10.2f}{with_it - without:10.2f}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns at full speed of each host")
    parser.add_argument("--messages", type=int, default=1000, help="messages of a turn")
    parser.add_argument("--rate", type=int, default=50, help="messages a second at ease")
    parser.add_argument("--real-time", action="store_true", help="come before all other work of the machine")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pv-bench-") as name, staged(Path(name)) as stage:
        version = re.search(r"Prosody [0-9.]+", stage.capulet.control("about"))
        print(f"{version and version[0]}, Python {platform.python_version()}, {os.cpu_count()} cores")
        texts = letters(stage.daemon, args.messages)
        if args.real_time:
            stage.hurry()
        print(f"\nfull speed, {args.messages} messages a turn, {args.rounds} turns, medians; processor time in us")
        print(
            f"{'way':6}{'module':9}{'msgs/s':>9}{'share':>8}"
            f"{'far server':>12}{'server':>12}{'router':>10}{'worker':>10}"
        )
        for way in stage.speakers:
            compare_rates(stage, way, texts, args.rounds)
        print(f"\nat ease, {args.rate} messages a second, {len(texts)} messages, ms")
        print(f"{'way':6}{'':6}{'without':>10}{'with':>10}{'added':>10}")
        for way in stage.speakers:
            compare_times(stage, way, texts, args.rate)


if __name__ == "__main__":
    main()
