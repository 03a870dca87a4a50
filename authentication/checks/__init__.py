"""The twelve checks, one a file."""

from ..check import Check
from . import (
    authority,
    capabilities,
    dane,
    dnssec,
    expiry,
    hostname,
    hosts,
    mail,
    registration,
    reverse,
    srv,
    website,
)

CHECKS: tuple[Check, ...] = (
    hostname.CHECK,
    authority.CHECK,
    expiry.CHECK,
    srv.CHECK,
    dnssec.CHECK,
    dane.CHECK,
    reverse.CHECK,
    hosts.CHECK,
    mail.CHECK,
    website.CHECK,
    registration.CHECK,
    capabilities.CHECK,
)

__all__ = ["CHECKS"]
