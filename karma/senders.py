"""Who sent a stanza: an account on a host at an address, in somebody's network."""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What counts as one sender: a customer gets a /64 of IPv6, and changes within it at no cost (RFC 6177).
IPV6_PREFIX = 64
# Where the autonomous system is not known, a block of this size stands for it.
NETWORK_PREFIX = {4: 24, 6: 48}
# Addresses of the server's own network tell nothing of who is behind them: a proxy, a gateway.
INNER = [
    ip_network(block)
    for block in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::/127",
        "fc00::/7",
        "fe80::/10",
    ]
]
# A host's parent has at least so many labels: `example.org`, not `org`.
PARENT_LABELS = 2


class Level(IntEnum):
    """The levels of reputation, from the most general to the most particular."""

    NETWORK = 1
    ADDRESS = 2
    PARENT = 3
    HOST = 4
    ACCOUNT = 5


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender's name at each level; a level that is not known, or not to be blamed, is missing."""

    names: tuple[tuple[Level, str], ...] = field(repr=False)

    def name(self, level: Level) -> str:
        """Return the name at a level, or an empty one."""
        return dict(self.names).get(level, "")


def sender_of(jid: str, address: str = "", occupant: str = "", asn: int = 0) -> Sender:
    """Return the sender behind a JID that the server authenticated, as it came from an IP address.

    `occupant` is for a room or channel that the recipient has joined, as our own server knows: the stable id of
    a participant (XEP-0421), or what stands before `#` in a MIX proxy JID (XEP-0404, `id#channel@service`). Such a
    sender is known by service and id, is never unmasked, and the service, which carries everybody's messages, is not
    blamed. Nothing in the stanza may be taken for it: whoever could call themselves a room would have no host.
    `asn` is the autonomous system's number, 0 where it is not known. A malformed address counts as none.
    """
    bare, _, resource = jid.partition("/")
    local, _, host = bare.rpartition("@")
    if occupant:
        return Sender(((Level.ACCOUNT, f"{host}\n{occupant}"),))
    names = [(Level.ACCOUNT, bare if local else f"{bare}/{resource}"), (Level.HOST, host)]
    parent = host.partition(".")[2]
    if parent.count(".") + 1 >= PARENT_LABELS:
        names.append((Level.PARENT, parent))
    return Sender((*names, *_places(address, asn)))


@lru_cache(maxsize=4096)
def _places(address: str, asn: int) -> tuple[tuple[Level, str], ...]:
    try:
        place = ip_address(address)
    except ValueError:
        return ()
    if isinstance(place, IPv6Address) and place.ipv4_mapped is not None:
        place = place.ipv4_mapped
    if any(place in inner for inner in INNER if inner.version == place.version):
        return ()
    own = IPV6_PREFIX if place.version == 6 else place.max_prefixlen  # noqa: PLR2004 - the protocol's name
    network = f"AS{asn}" if asn else _block(place, NETWORK_PREFIX[place.version])
    return (Level.ADDRESS, _block(place, own)), (Level.NETWORK, network)


def _block(place: IPv4Address | IPv6Address, prefix: int) -> str:
    bits = place.max_prefixlen - prefix
    return f"{type(place)(int(place) >> bits << bits)}/{prefix}"
