"""What karma and authentication add to a CHECK, caches warm: in one process, and through a real daemon.

    python benchmarks/reputation.py [--checks N]

The first table times the router's own work (`Reputation.headers`) on a store of 100,000 senders, with every check's
fact in the cache. The second asks two real daemons in turns, one with reputation switched off: 30-word messages,
one at a time, over the UNIX socket.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from providence.authentication import CHECKS, Authentication, AuthenticationSettings, Fact, State
from providence.cache import Cache
from providence.daemon.reputation import Lookups, Reputation
from providence.karma import Event, Karma, KarmaSettings, sender_of
from providence.pnp import Frame
from providence.tests.conftest import Daemon

SENDERS = 100_000
USER = "juliet@capulet.example"
SECRET = bytes(32)
HEADERS = {
    "user": USER,
    "cert": "valid",
    "auth": "external",
    "account": "affiliation=registered;since=2023-06-27T00:00:00Z;trust=57",
}


def in_process(folder: Path, count: int) -> list[float]:
    """Return the seconds that each of `count` senders' headers took."""
    now = time.time()
    with Cache.open(folder, SECRET) as cache, Karma.open(folder, SECRET, KarmaSettings()) as karma:
        for number in range(SENDERS):
            sender = sender_of(f"sender{number}@host{number % 997}.example", _address(number % 997))
            karma.vote(b"user", sender, Event.REPLY, now)
        karma.commit()
        for number in range(997):
            for check in CHECKS:
                key = f"host{number}.example" + (f" {_address(number)}" if check.name == "REVERSE_DNS" else "")
                cache.put(check.name, key, Fact(State.PASS).to_bytes(), 86_400, now)
        cache.commit()
        authentication = Authentication(AuthenticationSettings(lookups=True, resolver="127.0.0.1"), cache)
        reputation = Reputation(karma, cache, Lookups(authentication, None, 0.2))
        took = []
        for number in range(count):
            chosen = number * 7 % SENDERS
            host = chosen % 997
            headers = {**HEADERS, "from": f"sender{chosen}@host{host}.example/x", "peer-ip": _address(host)}
            frame = Frame("CHECK", 0, headers, memoryview(b""))
            begun = time.perf_counter()
            told = reputation.headers(frame)
            took.append(time.perf_counter() - begun)
            if not isinstance(told, dict):
                raise SystemExit("something is not known that should be")
        reputation.commit()
    return took


def through_daemons(count: int) -> dict[str, list[float]]:
    """Return the seconds that each of `count` CHECKs took, with reputation and without, in turns."""
    took: dict[str, list[float]] = {"with": [], "without": []}
    daemons = {}
    for name, settings in (("with", ""), ("without", "[reputation]\nenabled = false\n")):
        daemons[name] = Daemon(Path(tempfile.mkdtemp(prefix="pv-")), settings).start()
    try:
        clients = {name: daemon.client() for name, daemon in daemons.items()}
        for name, client in clients.items():
            daemons[name].log_in(client, USER)
        for number in range(count):
            words = " ".join(f"word{(number * 31 + place) % 997}" for place in range(30))
            stanza = f"<message from='s{number}@h{number % 50}.example/x' type='chat'><body>{words}</body></message>"
            for name, client in clients.items():
                headers = {"User": USER, "From": f"s{number}@h{number % 50}.example/x", "Peer-IP": _address(number)}
                begun = time.perf_counter()
                client.request("CHECK", headers, stanza.encode())
                took[name].append(time.perf_counter() - begun)
    finally:
        for daemon in daemons.values():
            daemon.stop()
    return took


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--checks", type=int, default=3000)
    count = parser.parse_args().checks
    with tempfile.TemporaryDirectory() as folder:
        took = in_process(Path(folder), count)
    print(f"in process, {SENDERS} senders: {_told(took)}")
    for name, each in through_daemons(count).items():
        print(f"through a daemon, {name} reputation: {_told(each)}")


def _address(number: int) -> str:
    """Return an address that nobody else has: the rate of one address is not what is measured."""
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def _told(took: list[float]) -> str:
    return f"p50 {median(took) * 1e6:.0f} us, p99 {quantiles(took, n=100)[98] * 1e6:.0f} us"


if __name__ == "__main__":
    main()
