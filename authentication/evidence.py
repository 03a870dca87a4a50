"""What was gathered about one domain, before any check looks at it."""

from dataclasses import dataclass, field

from cryptography.x509 import verification

from .chains import Chain
from .resolver import Answer, Found

NOT_ASKED = Answer(Found.BROKEN)


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is: a host and a port as SRV names them, or the domain and the usual port."""

    host: str
    port: int
    is_named: bool


@dataclass(frozen=True, slots=True)
class Served:
    """What the XMPP server that we serve knows, and tells with a stanza; empty where it does not.

    address: the other end's. certificate: `valid`, `invalid`, `none`. capabilities: what disco#info of the domain
    brought: `none`, `some`, `abuse` (with an abuse address, XEP-0157). hosts: how many domains come from this address;
    chance: that its next stanza is spam. is_authenticated: the domain is who it says (RFC 6120 section 13.5.2.1).
    """

    address: str = ""
    certificate: str = ""
    capabilities: str = ""
    hosts: int = 0
    chance: float = 0.0
    is_authenticated: bool = False


@dataclass(slots=True)
class Evidence:
    """Answers of the DNS and what a probe saw; NOT_ASKED and None where nothing is known."""

    domain: str
    served: Served
    now: float
    srv: Answer = NOT_ASKED
    service: Service | None = None
    addresses: Answer = NOT_ASKED
    tlsa: Answer = NOT_ASKED
    mail: Answer = NOT_ASKED
    mail_addresses: Answer = NOT_ASKED
    pointer: Answer = NOT_ASKED
    forward: Answer = NOT_ASKED
    chain: Chain | None = None
    authorities: verification.Store | None = None
    registration: str = ""
    """`closed`, `open`, `web`, `captcha`; empty where it is not known."""
    website: str = ""
    """`up`, `down`; empty where it is not known."""
    failed: bool = field(default=False)
    """A probe was tried and something broke on the way."""
