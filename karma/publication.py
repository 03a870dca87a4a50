"""What we tell others: rbldnsd zone files, and entries for a real-time block list.

Only what several trusted users reported with their consent to tell third parties (XEP-0377, `<third-party/>`), for a
week at most, with a reason and an address to ask for removal. A list that we would not believe ourselves helps nobody.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_network
from pathlib import Path

from ..errors import InputError

# Nothing is published with fewer reporters, or a chance of spam that may be lower.
LEAST_REPORTERS = 5
LEAST_CHANCE = 0.8
# Addresses that carry more good hosts than this are never published.
MOST_GOOD_HOSTS = 50
KEEP_DAYS = 7
TTL = 3600
# RFC 5782 section 5: an entry that every list has, and one that none has.
TEST_ADDRESS, TEST_ADDRESS_6, TEST_NAME = "127.0.0.2", "::ffff:7f00:2", "test"


@dataclass(frozen=True, slots=True)
class Finding:
    """One name that is to be published: an address block, a host or a bare JID, with the evidence."""

    name: str
    reporters: int
    chance: float
    good_hosts: int
    seen: float

    def is_publishable(self, now: float) -> bool:
        """Say whether the evidence is enough, and fresh."""
        return (
            self.reporters >= LEAST_REPORTERS
            and self.chance >= LEAST_CHANCE
            and self.good_hosts <= MOST_GOOD_HOSTS
            and now - self.seen < KEEP_DAYS * 86_400
        )


@dataclass(frozen=True, slots=True)
class Imprint:
    """Where a list is served, who answers for it, and where to ask for removal."""

    zone: str
    removal: str

    def __post_init__(self) -> None:
        """InputError: a value that would be more than one word of a zone file."""
        for value in (self.zone, self.removal):
            if not value or not value.isascii() or not value.isprintable() or set(value) & set(' ":$\t') - {":"}:
                raise InputError("a zone and a removal address are single words")


def publish(folder: Path, findings: Iterable[Finding], imprint: Imprint, now: float) -> int:
    """Write the zone files and the feed anew; return how many entries they have, the test points aside.

    Each file is replaced as a whole, so that rbldnsd reads an old one or a new one. Files: `ip4`, `ip6` and `dom` for
    rbldnsd's ip4set, ip6trie and dnset, `meta` for its generic data set, and `rtbl.jsonl` for a publish-subscribe feed.
    """
    addresses: list[str] = []
    blocks: list[str] = []
    hosts: list[str] = []
    feed: list[dict[str, object]] = []
    for finding in findings:
        if not finding.is_publishable(now):
            continue
        try:
            block = ip_network(finding.name)
        except ValueError:
            host = finding.name.rpartition("@")[2]
            if host == finding.name:
                hosts.append(host)
            feed.append(_entry(finding))
            continue
        (blocks if isinstance(block.network_address, IPv6Address) else addresses).append(str(block))
    reason = f":127.0.0.2:Reported by several users for XMPP spam; removal: {imprint.removal}"
    meta = [
        f"$SOA {TTL} {imprint.zone} {imprint.removal} {int(now)} 3600 600 604800 {TTL}",
        f"$NS {TTL} {imprint.zone}",
    ]
    _replace(folder / "ip4", [reason, TEST_ADDRESS, *sorted(addresses)])
    _replace(folder / "ip6", [reason, TEST_ADDRESS_6, *sorted(blocks)])
    _replace(folder / "dom", [reason, TEST_NAME, *sorted(hosts)])
    _replace(folder / "meta", meta)
    _replace(folder / "rtbl.jsonl", [json.dumps(entry) for entry in feed])
    return len(addresses) + len(blocks) + len(hosts) + sum("@" in str(entry["kind"]) for entry in feed)


def _entry(finding: Finding) -> dict[str, object]:
    kind = "muc_bans_sha256" if "@" in finding.name else "spam_source_domains"
    ident = sha256(finding.name.encode()).hexdigest() if "@" in finding.name else finding.name
    return {"kind": kind, "id": ident, "reporters": finding.reporters, "expires_days": KEEP_DAYS}


def _replace(path: Path, lines: list[str]) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text("\n".join(lines) + "\n", "utf-8")
    fresh.chmod(0o644)
    fresh.replace(path)
