"""Which addresses a probe may connect to: nobody steers us into our own network.

`ipaddress.is_global` alone is not enough: it holds for multicast, for NAT64 and 6to4 addresses that carry a private one
inside, for deprecated site-local ones and others. So what is wrapped is unwrapped, and the rest is named here.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

# Of the special-purpose registries (RFC 6890 and IANA's tables), whatever is not for everybody.
DENIED = [
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
]
_NAT64 = ip_network("64:ff9b::/96")
_6TO4 = ip_network("2002::/16")
_COMPATIBLE = ip_network("::/96")


def is_allowed(text: str, exceptions: Sequence[Network] = ()) -> bool:
    """Say whether a probe may connect to an address; `exceptions` are an operator's, or a test's, own networks."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if _is_in(address, exceptions):
        return True
    inner = _unwrapped(address)
    if inner is not None:
        return not _is_in(inner, DENIED) and inner.is_global
    return address.is_global and not _is_in(address, DENIED)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to, or None."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def is_allowed_port(port: int) -> bool:
    """Say whether a probe may connect to a port: those of XMPP and HTTPS, or one that any program may open."""
    return port in {443, 5222, 5223, 5269, 5270} or 1024 <= port <= 65535  # noqa: PLR2004 - the first unprivileged, the last
