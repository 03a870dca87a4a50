"""What an operator may set."""

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from ..errors import InputError, SettingsError
from .addresses import Network
from .names import domain_of


@dataclass(frozen=True, slots=True)
class AuthenticationSettings:
    """Bounds are part of each setting; a value past them is a SettingsError.

    lookups: ask the DNS about senders' domains and addresses. Off, only what the XMPP server tells counts.
    probing: connect to senders' servers, to look at certificate, registration and website; takes lookups.
    origin: the domain that probes speak for; without one there is no probe.
    resolver: address of a validating resolver; empty for the system's.
    resolver_port: the resolver's port.
    trust_resolver: believe its AD bit though it is not on this machine.
    exempt: networks that probes may connect to though they are not public.
    https_port: where websites are.
    """

    lookups: bool = False
    probing: bool = False
    origin: str = ""
    resolver: str = ""
    resolver_port: int = 53
    trust_resolver: bool = False
    exempt: tuple[str, ...] = ()
    https_port: int = 443

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        for name, port in (("resolver_port", self.resolver_port), ("https_port", self.https_port)):
            if not 1 <= port <= 65535:  # noqa: PLR2004 - the ports there are
                raise SettingsError(f"{name} must lie in 1..65535")
        if self.probing and not (self.lookups and self.origin):
            raise SettingsError("probing takes lookups and an origin")
        self.networks()

    def networks(self) -> tuple[Network, ...]:
        """Return the exempt networks; SettingsError where one is none."""
        try:
            return tuple(ip_network(text) for text in self.exempt)
        except ValueError:
            raise SettingsError("exempt must be networks such as 192.0.2.0/24") from None


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Which autonomous system a sender's address belongs to; where that is not known, its /24 or /48 stands for it.

    file: a table of prefixes or ranges with their systems (docs/karma.md), read at the start and at SIGHUP.
    zone: a DNS zone of Team Cymru's form, asked for IPv4 the file does not know; takes lookups of [authentication].
    zone_ipv6: the same for IPv6.
    """

    file: str = ""
    zone: str = ""
    zone_ipv6: str = ""

    def __post_init__(self) -> None:
        """Hold every value to its form."""
        if self.file and not Path(self.file).is_absolute():
            raise SettingsError("file must be an absolute path")
        try:
            known = all(domain_of(zone) == zone for zone in (self.zone, self.zone_ipv6) if zone)
        except InputError:
            known = False
        if not known:
            raise SettingsError("zone and zone_ipv6 must be domains")
