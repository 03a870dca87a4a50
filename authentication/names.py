"""Domains, before anything is asked about them: one spelling, within bounds, or none."""

from functools import lru_cache
from ipaddress import ip_address

import dns.exception
import dns.name

from ..errors import InputError

MAX_DOMAIN = 253
# Domains whose spelling is kept at hand: a name costs as much to parse as all its facts to look up.
REMEMBERED = 4096
# Names that no public DNS answers for: checks do not apply to them (RFC 6761, RFC 7686).
SPECIAL = ("onion", "localhost", "local", "internal", "i2p")


@lru_cache(maxsize=REMEMBERED)
def domain_of(name: str) -> str:
    """Return a domain as an A-label in lower case without the last dot (RFC 5891, UTS #46).

    InputError: it is none, or too long.
    """
    if not 0 < len(name) <= MAX_DOMAIN:
        raise InputError("a domain is empty or too long")
    try:
        parsed = dns.name.from_text(name.rstrip("."), idna_codec=dns.name.IDNA_2008_UTS_46)
    except (dns.exception.DNSException, UnicodeError, ValueError):
        raise InputError("not a domain") from None
    text = parsed.to_text(omit_final_dot=True).lower()
    # What the DNS would escape has no place in a host name, nor in the XML and HTTP we write it to.
    if not all(label and set(label) <= _LETTERS and label[0] != "-" != label[-1] for label in text.split(".")):
        raise InputError("not a domain")
    return text


@lru_cache(maxsize=REMEMBERED)
def is_public(domain: str) -> bool:
    """Say whether the public DNS answers for a domain: addresses, one-label and special names it does not."""
    try:
        ip_address(domain.strip("[]"))
    except ValueError:
        return "." in domain and domain.rpartition(".")[2] not in SPECIAL
    return False


_LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789-_")
