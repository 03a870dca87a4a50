"""What a table of networks costs: as many prefixes as all of BGP has, drawn with its mixture of lengths.

    python benchmarks/networks.py

Printed are the seconds that it takes to read beside an event loop, how long that loop waits meanwhile, what it takes of
memory while it is read and afterwards, and the time of a look-up.
"""

import asyncio
import resource
import tempfile
import time
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from random import Random

from providence.authentication import Prefixes

# Lengths of prefixes and their shares in hundredths, about as in the tables of 2025.
LENGTHS: dict[type[IPv4Address | IPv6Address], tuple[int, dict[int, int]]] = {
    IPv4Address: (1_050_000, {16: 1, 18: 1, 19: 2, 20: 4, 21: 5, 22: 11, 23: 10, 24: 66}),
    IPv6Address: (230_000, {29: 5, 32: 15, 36: 6, 40: 10, 44: 14, 48: 50}),
}
SYSTEMS = 80_000
LOOKUPS = 100_000


def lines(random: Random) -> Iterator[bytes]:
    """Yield a table, in order but for what lies inside of another, as CAIDA publishes it."""
    for kind, (count, shares) in LENGTHS.items():
        bits = kind(0).max_prefixlen
        first, last = (1 << 24, 224 << 24) if kind is IPv4Address else (0x2000 << 112, 0x3000 << 112)
        most = 2 * (last - first) // count
        for length in random.choices(list(shares), list(shares.values()), k=count):
            first += random.randrange(most)
            place = first >> bits - length << bits - length
            yield f"{kind(place)}\t{length}\t{random.randrange(1, SYSTEMS)}\n".encode()


def memory() -> float:
    """Return what this process has in memory, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def read(path: Path) -> tuple[Prefixes, list[float], float]:
    """Read a table beside a loop; return it, the seconds that the loop waited too long, and the most memory in MB."""
    task = asyncio.get_running_loop().run_in_executor(None, Prefixes.load, path)
    waits, most = [], 0.0
    while not task.done():
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        waits.append(time.perf_counter() - begun - 0.001)
        most = max(most, memory())
    return await task, sorted(waits), most


def main() -> None:
    """Print the figures."""
    random = Random(1)  # noqa: S311 - prefixes
    with tempfile.TemporaryDirectory(prefix="pv-") as folder:
        path = Path(folder) / "table"
        with path.open("wb") as file:
            file.writelines(lines(random))
        print(f"{path.stat().st_size / 1e6:.0f} MB, {sum(count for count, _ in LENGTHS.values())} prefixes")
        before, begun = memory(), time.perf_counter()
        table, waits, most = asyncio.run(read(path))
        took = time.perf_counter() - begun
    print(f"{took:.1f} s to read; the loop waited {waits[len(waits) // 2] * 1e3:.0f} ms in the median,", end=" ")
    print(f"{waits[len(waits) * 99 // 100] * 1e3:.0f} ms in one of a hundred, {waits[-1] * 1e3:.0f} ms at most")
    print(f"{len(table)} stretches, {memory() - before:.0f} MB; {most - before:.0f} MB while it was read")
    addresses = [str(IPv4Address(random.randrange(1 << 24, 224 << 24))) for _ in range(LOOKUPS)]
    begun = time.perf_counter()
    for address in addresses:
        table.asn(address)
    print(f"{(time.perf_counter() - begun) / LOOKUPS * 1e6:.1f} µs a look-up")


if __name__ == "__main__":
    main()
