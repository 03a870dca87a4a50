"""Which autonomous system announces an address, by a table that the operator got from those who watch BGP.

A line for each prefix or range, in the forms in which such tables are published: `1.0.0.0 24 13335` (CAIDA's pfx2as),
`1.0.0.0 1.0.0.255 13335 …` (iptoasn), the same with commas (DB-IP), and `1.0.0.0/24 13335`. What stands behind the
number is not read: of several numbers the first counts, which is the one that was seen most (CAIDA's README).
"""

import re
import socket
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple, Self

from ..errors import InputError

# All of BGP has a million prefixes of IPv4 and a quarter of a million of IPv6, in 40 MB.
MAX_LINES = 2**21
MAX_LINE = 1024
MAX_BYTES = 2**27
# So far IPv6 is told apart: what is announced is a /48 or larger, and who sends has a /64.
IPV6_BITS = 64
MAX_ASN = 2**32 - 1
# Who reads in small pieces lets go of the interpreter and takes it again before other threads wake: they starve.
BUFFER = 2**20

_LINE = re.compile(rb"([0-9A-Fa-f.:]{2,45})[\t ,/]+([0-9A-Fa-f.:]{1,45})[\t ,]+(?:AS|\{)?(\d{1,10})(?!\d)")


class _Stretches(NamedTuple):
    """Where each stretch of addresses begins, in order, and whose it is; 0 for nobody's."""

    starts: "array[int]"
    owners: "array[int]"

    def owner(self, place: int) -> int:
        """Return whose a place is."""
        found = bisect_right(self.starts, place)
        return self.owners[found - 1] if found else 0


class Prefixes:
    """A table: the most particular prefix that holds an address says whose it is."""

    __slots__ = ("_four", "_six")

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Read lines; InputError names the first that is of no such form, or past a bound."""
        four, six = _Family(socket.AF_INET, 32, 0), _Family(socket.AF_INET6, IPV6_BITS, 128 - IPV6_BITS)
        size = 0
        for number, line in enumerate(lines, 1):
            size += len(line)
            if number > MAX_LINES or len(line) > MAX_LINE or size > MAX_BYTES:
                raise InputError(f"line {number}: more than {MAX_LINES} lines, {MAX_LINE} bytes in one, or {MAX_BYTES}")
            if line.startswith(b"#") or not line.strip():
                continue
            match = _LINE.match(line)
            if match is None or not (six if b":" in match[1] else four).add(*match.groups()):
                raise InputError(f"line {number}: not a prefix or a range and the number of its system")
        self._four, self._six = four.flattened(), six.flattened()
        if not len(self):
            raise InputError("there is no prefix in it")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file; InputError where it cannot be read, or is no table."""
        try:
            with path.open("rb", buffering=BUFFER) as file:
                return cls(iter(lambda: file.readline(MAX_LINE + 1), b""))
        except OSError as error:
            raise InputError(error.strerror or "cannot be read") from error

    def __len__(self) -> int:
        """Count the stretches between which the owner changes."""
        return len(self._four.starts) + len(self._six.starts)

    def asn(self, address: str) -> int:
        """Return the number of the system that announces an address; 0 where nobody does, or it is none."""
        try:
            place = ip_address(address)
        except ValueError:
            return 0
        mapped = getattr(place, "ipv4_mapped", None)
        if mapped is not None or place.version == 4:  # noqa: PLR2004 - the protocol's name
            return self._four.owner(int(mapped or place))
        return self._six.owner(int(place) >> (128 - IPV6_BITS))


class _Family:
    """The prefixes and ranges of one version of IP, of which the first `bits` bits are told apart."""

    def __init__(self, family: int, bits: int, dropped: int) -> None:
        self._family = family
        self._bits = bits
        self._dropped = dropped
        self._top = (1 << bits) - 1
        # By first byte: nothing that is sorted at once keeps the threads beside it waiting for long.
        self._spans: list[list[int]] = [[] for _ in range(256)]

    def add(self, begin: bytes, until: bytes, owner: bytes) -> bool:
        """Add a span, whose second part is a length or the last address; say whether it is one."""
        asn = int(owner)
        try:
            first = self._place(begin)
            last = self._last(first, int(until)) if until.isdigit() else self._place(until)
        except (OSError, ValueError):
            return False
        if last < first or asn > MAX_ASN:
            return False
        start, end = first >> self._dropped, last >> self._dropped
        # In order of these numbers, what holds others comes before them.
        span = (start << self._bits | self._top - end) << 32 | asn
        self._spans[start >> self._bits - 8].append(span)
        return True

    def flattened(self) -> _Stretches:
        """Return the stretches; InputError where two spans overlap and neither holds the other."""
        kind = "I" if self._bits == 32 else "Q"  # noqa: PLR2004 - as wide as an address
        found = _Stretches(array(kind), array("I"))
        around: list[tuple[int, int]] = []
        for start, end, asn in self._sorted():
            _leave(found, around, start)
            if around and end > around[-1][0]:
                raise InputError("two ranges overlap")
            _begin(found, start, asn)
            around.append((end, asn))
        _leave(found, around, self._top + 1)
        return found

    def _last(self, first: int, length: int) -> int:
        """Return the last address of a prefix; ValueError where it is longer than an address, or names one inside."""
        rest = (1 << self._bits + self._dropped - length) - 1
        if first & rest:
            raise ValueError
        return first | rest

    def _place(self, text: bytes) -> int:
        return int.from_bytes(socket.inet_pton(self._family, text.decode()), "big")

    def _sorted(self) -> Iterator[tuple[int, int, int]]:
        for spans in self._spans:
            spans.sort()
            for span in spans:
                both = span >> 32
                yield both >> self._bits, self._top - (both & self._top), span & MAX_ASN
            spans.clear()


def _leave(found: _Stretches, around: list[tuple[int, int]], start: int) -> None:
    """End the spans that end before `start`: what comes then is of the span around."""
    while around and around[-1][0] < start:
        end, _ = around.pop()
        _begin(found, end + 1, around[-1][1] if around else 0)


def _begin(found: _Stretches, start: int, asn: int) -> None:
    starts, owners = found
    if starts and starts[-1] == start:
        owners[-1] = asn
    elif start.bit_length() <= 8 * starts.itemsize and (owners[-1] if owners else 0) != asn:
        starts.append(start)
        owners.append(asn)
