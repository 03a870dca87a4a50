"""What we tell others: rbldnsd zone files, and entries for a real-time block list.

Only what several trusted users reported with their consent to tell third parties (XEP-0377, `<third-party/>`), for a
week at most, with a reason and an address to ask for removal. A list that we would not believe ourselves helps nobody.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import dns.exception
import dns.name

from ..errors import InputError
from .exhibits import KEEP
from .senders import Level

# Nothing is published with fewer reporters, or a chance of spam that may be lower.
LEAST_REPORTERS = 5
LEAST_CHANCE = 0.8
# Addresses that carry more good hosts than this are never published.
MOST_GOOD_HOSTS = 50
TTL = 3600
# RFC 5782 section 5: an entry that every list has; 127.0.0.1 and `invalid`, which none has, no report can bring here.
TEST_ADDRESS, TEST_ADDRESS_6, TEST_NAME = "127.0.0.2", "::ffff:7f00:2", "test"
# The usual answer (RFC 5782 section 2.1).
LISTED = "127.0.0.2"

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_MAILBOX = re.compile(r"[A-Za-z0-9_+-]{1,64}@((?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63})")
_PAGE = re.compile(r"https://[A-Za-z0-9./_~?&=%-]{1,150}")


class Finding(NamedTuple):
    """A name in the clear (a JID as its SHA-256) with the evidence.

    `reports` are the times of each trusted reporter's last report; `chance` is the least that the chance of spam may
    be; `good_hosts` is how many hosts with a good name come from the address.
    """

    level: Level
    name: str
    reports: tuple[int, ...]
    chance: float
    good_hosts: int

    @property
    def is_enough(self) -> bool:
        """Say whether the evidence is enough."""
        return (
            len(self.reports) >= LEAST_REPORTERS
            and self.chance > LEAST_CHANCE
            and (self.level is not Level.ADDRESS or self.good_hosts <= MOST_GOOD_HOSTS)
        )

    @property
    def ends(self) -> int:
        """When so many reports are out of date that the evidence is not enough any more (seconds since 1970)."""
        return sorted(self.reports)[-LEAST_REPORTERS] + int(KEEP)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who answers for a list: the name server, a mail address for removals, and a page that says why.

    InputError: a value that would be more than one word of a zone file.
    """

    server: str
    removal: str
    page: str

    def __post_init__(self) -> None:
        """Hold every value to its form."""
        if not (_HOST.fullmatch(self.server) and _MAILBOX.fullmatch(self.removal) and _PAGE.fullmatch(self.page)):
            raise InputError("an imprint has a server name, a plain mail address and an https address")


def publish(
    folder: Path, findings: Iterable[Finding], imprint: Imprint, now: float, exempt: Collection[str] = ()
) -> int:
    """Write the zone files and the feed anew; return how many entries they have, the test points aside.

    Each file is replaced as a whole, so that rbldnsd reads an old one or a new one. Files: `ip4`, `ip6` and `dom` for
    rbldnsd's ip4set, ip6trie and dnset, `meta` for its generic data set, and `rtbl.jsonl` for a publish-subscribe
    feed: a node, an item's id and the time until which it holds, one a line. `exempt` are our own hosts.
    """
    addresses: list[str] = []
    blocks: list[str] = []
    hosts: list[str] = []
    feed: list[str] = []
    for finding in findings:
        if not finding.is_enough:
            continue
        if finding.level is Level.ADDRESS:
            (blocks if ":" in finding.name else addresses).append(finding.name.removesuffix("/32"))
        elif finding.level is Level.ACCOUNT:
            feed.append(_item("muc_bans_sha256", finding.name, finding.ends))
        elif (host := _host(finding.name)) and finding.name not in exempt:
            hosts.append(host)
            feed.append(_item("spam_source_domains", host, finding.ends))
    reason = (
        f":{LISTED}:Reported by several users as a source of XMPP spam, see {imprint.page}; removal: {imprint.removal}"
    )
    meta = [
        f"$SOA {TTL} {imprint.server} {imprint.removal.replace('@', '.')} {int(now)} 3600 600 604800 {TTL}",
        f"$NS {TTL} {imprint.server}",
    ]
    _replace(folder / "ip4", [reason, TEST_ADDRESS, *sorted(addresses)])
    _replace(folder / "ip6", [reason, TEST_ADDRESS_6, *sorted(blocks)])
    _replace(folder / "dom", [reason, TEST_NAME, *sorted(hosts)])
    _replace(folder / "meta", meta)
    _replace(folder / "rtbl.jsonl", sorted(feed))
    return len(addresses) + len(blocks) + len(feed)


def _host(name: str) -> str:
    """Return a host as it stands in the DNS, or nothing where it cannot: what a stranger chose is not written as is."""
    try:
        parsed = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_UTS_46)
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return ""
    text = parsed.to_text(omit_final_dot=True).lower()
    return text if _HOST.fullmatch(text) else ""


def _item(node: str, ident: str, until: int) -> str:
    return json.dumps({"node": node, "id": ident, "until": until})


def _replace(path: Path, lines: list[str]) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text("".join(f"{line}\n" for line in lines), "ascii")
    fresh.chmod(0o644)
    fresh.replace(path)
