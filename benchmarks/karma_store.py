"""A store of a million senders: how large it is, how long a sweep takes, how fast it answers.

    python benchmarks/karma.py store

Each sender, of 20,000 hosts at 10,000 addresses, writes once to one of 10,000 users, which is delivered; a week later
the silence is counted. Then a thousand users speak of some.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, thread_time

from providence.karma import MAX_LIST, Event, Karma, KarmaSettings, Sender, sender_of
from providence.karma.ledger import FILE
from providence.karma.throttle import Throttle

DAY = 86_400.0
START = 20_000 * DAY
SENDERS = 1_000_000
AT_ONCE = 2_000
LOOKUPS = 50_000
DECISIONS = 200_000
BATCH = 100
STEPS_TO_COMMIT = 50


def sender(number: int) -> Sender:
    """Return one of the million."""
    host = number % 20_000
    return sender_of(f"person{number}@host{host}.example", f"198.{host % 10_000 // 250}.{host % 250}.7")


def timed(what: Callable[[], object]) -> float:
    """Return how many seconds it takes."""
    start = perf_counter()
    what()
    return perf_counter() - start


def steps(karma: Karma, work: Iterator[None]) -> Iterator[tuple[float, float]]:
    """Yield how many seconds each step took with its commit, by the clock and of the processor."""
    begun = perf_counter(), thread_time()
    for _ in work:
        karma.commit()
        yield perf_counter() - begun[0], thread_time() - begun[1]
        begun = perf_counter(), thread_time()


def sweep(karma: Karma, now: float) -> None:
    """Sweep, with a commit now and then."""
    for step, _ in enumerate(karma.sweep(now)):
        if step % STEPS_TO_COMMIT == 0:
            karma.commit()
    karma.commit()


def measure(senders: int = SENDERS) -> None:
    """Print the figures."""
    random = Random(1)  # noqa: S311 - the same draw every time
    with tempfile.TemporaryDirectory(prefix="pv-") as name:
        folder = Path(name)
        settings = KarmaSettings(pace=100_000, burst=10_000)
        with Karma.open(folder, bytes(32), settings) as karma:
            fill(karma, senders)
            tell(folder, karma, "a week of pairs, paces, profiles")
            total = timed(lambda: sweep(karma, START + 8 * DAY))
            print(f"sweep that counts the silence of {senders} pairs: {total:.1f} s")
            total = timed(lambda: sweep(karma, START + 40 * DAY))
            print(f"sweep that forgets paces and profiles: {total:.1f} s")
            tell(folder, karma, "what is kept for longer")
            now = START + 40 * DAY
            longest = []
            start = perf_counter()
            for _ in karma.sweep(now):
                longest.append(perf_counter() - start)
                start = perf_counter()
            print(f"sweep with nothing to do: {sum(longest):.2f} s, its longest step {max(longest) * 1e3:.1f} ms")
            ask(karma, random, senders, now)
            speak(karma, random, senders, now)
            entries = [f"host{number}.example" for number in range(MAX_LIST)]
            for what in ("new", "the same again"):
                wall, work = zip(*steps(karma, karma.lists.replace(0, entries, now)), strict=True)
                ranked = sorted(wall)
                total, most, late = sum(wall), max(work), ranked[-1 - len(ranked) // 100]
                print(f"a list of {MAX_LIST} entries, {what}: {total:.1f} s in {len(ranked)} steps with their commits")
                print(f"  median {median(wall) * 1e3:.1f} ms, 99th percentile {late * 1e3:.1f} ms, ", end="")
                print(f"longest {ranked[-1] * 1e3:.1f} ms; of the processor's time at most {most * 1e3:.1f} ms")
    throttle(random)


def fill(karma: Karma, senders: int) -> None:
    """Let everybody write once, to users who have long been there."""
    for number in range(10_000):
        karma.meet(b"user %d" % number, START - 100 * DAY, START)
    start = perf_counter()
    for number in range(senders):
        who, reader = sender(number), b"user %d" % (number % 10_000)
        karma.admit(who, reader, 1.0, START)
        karma.delivered(who, reader)
        if number % AT_ONCE == AT_ONCE - 1:
            karma.commit()
    karma.commit()
    spent = perf_counter() - start
    print(f"{senders / spent:.0f} first stanzas a second admitted and delivered, {AT_ONCE} to a commit")


def tell(folder: Path, karma: Karma, what: str) -> None:
    """Print how large the store is."""
    print(f"{len(karma)} records ({what}), file {(folder / FILE).stat().st_size / 2**20:.0f} MiB")


def ask(karma: Karma, random: Random, senders: int, now: float) -> None:
    """Assess random senders."""
    wanted = [sender(random.randrange(senders)) for _ in range(LOOKUPS)]
    strangers = [sender_of(f"x{number}@y{number}.example", "203.0.113.9") for number in range(LOOKUPS)]
    for what, asked in (("known", wanted), ("unknown", strangers)):
        times = []
        for each in asked:
            start = perf_counter()
            karma.assess(each, now)
            times.append(perf_counter() - start)
        ranked = sorted(times)
        print(
            f"assess, {what} senders: {len(asked) / sum(times):.0f}/s, median {median(times) * 1e6:.1f} µs, "
            f"99th percentile {ranked[len(ranked) * 99 // 100] * 1e6:.1f} µs"
        )


def speak(karma: Karma, random: Random, senders: int, now: float) -> None:
    """Let users report."""
    start = perf_counter()
    for number in range(10_000):
        karma.vote(b"user %d" % (number % 1000), sender(random.randrange(senders)), Event.REPLY, now)
        if number % BATCH == BATCH - 1:
            karma.commit()
    print(f"votes: {10_000 / (perf_counter() - start):.0f}/s, {BATCH} to a commit")


def throttle(random: Random) -> None:
    """Hold the throttle against a bucket of tokens, which it is said to be equal to."""
    pace = Throttle(12.0, 6)
    due, tokens, now, last, unequal = 0.0, 6.0, START, START, 0
    start = perf_counter()
    for _ in range(DECISIONS):
        now += random.expovariate(1 / 200)
        tokens, last = min(6.0, tokens + (now - last) / 300), now
        within, due = pace.admit(due, now)
        unequal += within != (tokens >= 1 - 1e-9)
        tokens -= within
    rate = DECISIONS / (perf_counter() - start)
    print(f"throttle: {unequal} of {DECISIONS} decisions differ from a token bucket's, {rate:.0f}/s")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if sys.argv[1:] else SENDERS)
