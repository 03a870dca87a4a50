"""What the router adds to a stanza's judgement: what is known of its sender. It reads heads, and never a body."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..authentication import Authentication, BlockLists, Fact, Networks, Served, State, facts_told, score
from ..cache import Cache
from ..errors import InputError
from ..karma import Account, Event, Karma, Level, Neighbourhood, Sender, sender_of
from ..pnp import Frame
from ..stanza import Jid
from .feeds import Feeds

# How many stanzas may wait for what is being found out; the next ones are judged by what is known.
MAX_WAITING = 256
# Testimony of one answer: a command decides about so many items at most, and each has one sender.
MAX_TESTIMONY = 64
# What only the router says: whatever a client says under these names is replaced.
NOTHING_TOLD: Mapping[str, str] = {"evidence": "[]", "pace": "", "condemned": "", "ask": ""}

# What is found out through the server holds for a day; who does not answer is asked again the next.
ASK_SECONDS = 86_400.0
_ASKED, _CAPABILITIES = "asked", "capabilities"

# How many hosts share an address is counted anew after so long.
NEIGHBOURHOOD_SECONDS, MAX_NEIGHBOURHOODS = 60.0, 4096
# A finding takes some 150 bytes.
MAX_FINDINGS = 1500

_EVENTS = {event.title: event for event in Event}


class Lookups(NamedTuple):
    """Whom to ask about senders' servers, if anybody, how many seconds a stanza may wait for it, who knows networks.

    What is not known by then is found out behind, for the next one.
    """

    authentication: Authentication | None = None
    blocklists: BlockLists | None = None
    budget: float = 0.0
    networks: Networks | None = None


class Stranger(NamedTuple):
    """Whom a CHECK is about, as its head tells; without a domain where it is a local one, of which nothing is asked."""

    jid: Jid
    sender: Sender
    domain: str
    served: Served


class Reputation:
    """Karma, authentication and lists, asked for each CHECK and taught by what workers tell."""

    def __init__(self, karma: Karma, cache: Cache, lookups: Lookups, clock: Callable[[], float] = time.time) -> None:
        """Ask these."""
        self._karma = karma
        self._cache = cache
        self._authentication, self._blocklists, self._budget, networks = lookups
        self.networks = networks or Networks()
        self._clock = clock
        self._waiting = 0
        self._neighbourhoods: dict[str, tuple[float, Neighbourhood]] = {}
        self.feeds = Feeds(karma.lists, karma.commit, clock)

    def headers(self, frame: Frame) -> Mapping[str, str] | Coroutine[Any, Any, Mapping[str, str]]:
        """Return what a worker is to be told besides, or a coroutine that brings it within the budget."""
        try:
            stranger = self._read(frame)
        except InputError:
            return NOTHING_TOLD
        facts, is_due = self._known(stranger.domain, stranger.served)
        is_unsettled = is_due and any(fact.state is State.UNKNOWN for fact in facts.values())
        if (self._blocklists is None and not is_unsettled) or self._waiting >= MAX_WAITING:
            if is_due and self._authentication is not None:
                self._authentication.find_behind(stranger.domain, stranger.served)
            return self._told(frame, stranger, facts, ())
        return self._wait(frame, stranger)

    async def _wait(self, frame: Frame, stranger: Stranger) -> Mapping[str, str]:
        domain, served = stranger.domain, stranger.served
        self._waiting += 1
        try:
            facts, hits = await asyncio.gather(self._facts(domain, served), self._hits(domain, served.address))
        finally:
            self._waiting -= 1
        told = dict(self._told(frame, stranger, facts, [("DNSBL", hit.log_odds) for hit in hits]))
        if any(hit.is_enough for hit in hits):
            told["condemned"] = "yes"
        return told

    async def _facts(self, domain: str, served: Served) -> Mapping[str, Fact]:
        if self._authentication is None:
            return {}
        return await self._authentication.facts(domain, served, self._budget)

    async def _hits(self, domain: str, address: str) -> tuple[Any, ...]:
        if self._blocklists is None:
            return ()
        try:
            async with asyncio.timeout(self._budget):
                return await self._blocklists.hits(domain, address)
        except TimeoutError:
            return ()

    def _known(self, domain: str, served: Served) -> tuple[Mapping[str, Fact], bool]:
        if not domain:
            return {}, False
        if self._authentication is None:
            return facts_told(domain, served, self._clock()), False
        return self._authentication.known(domain, served)

    def _told(
        self, frame: Frame, stranger: Stranger, facts: Mapping[str, Fact], lists: Iterable[tuple[str, float]]
    ) -> Mapping[str, str]:
        """Return the headers; unless it is only asked how it would be judged, the stanza counts towards a rate."""
        sender, now = stranger.sender, self._clock()
        told = dict(NOTHING_TOLD)
        assessment = self._karma.assess(sender, now, _account(frame), is_marked=frame.flag("marked"))
        if frame.headers.get("mode") != "explain":
            user = frame.headers["user"].encode()
            if not self._karma.admit(sender, user, assessment.pace, now):
                told["pace"] = "exceeded"
            if frame.flag("caps"):
                self._karma.note(sender, now, client=True)
            if not stranger.jid.occupant:
                told["ask"] = self._wanted(stranger, now)
        reasons = [*assessment.reasons, *score(facts, now), *lists]
        told["evidence"] = json.dumps([[name, round(weight, 4)] for name, weight in reasons])
        return told

    def _read(self, frame: Frame) -> Stranger:
        headers = frame.headers
        jid = Jid.parse(headers.get("from", "")).participant(headers.get("occupant", ""))
        if jid.occupant:
            # Address and server are the room's, which carries everybody's messages.
            return Stranger(jid, _named(str(jid)), "", Served())
        address = headers.get("peer-ip", "")
        sender = sender_of(str(jid), address, asn=self.networks.asn(address) if address else 0)
        neighbourhood = self._neighbourhood(sender)
        served = Served(
            address,
            headers.get("cert", ""),
            self._capabilities(jid.domain),
            neighbourhood.hosts,
            neighbourhood.chance,
            is_authenticated=headers.get("auth") in {"external", "dialback"},
        )
        return Stranger(jid, sender, "" if headers.get("auth") == "local" else jid.domain, served)

    def _neighbourhood(self, sender: Sender) -> Neighbourhood:
        """Return who else comes from the sender's address, as it was within the last minute."""
        address, now = sender.name(Level.ADDRESS), self._clock()
        remembered = self._neighbourhoods.get(address)
        if remembered is None or now >= remembered[0]:
            if len(self._neighbourhoods) >= MAX_NEIGHBOURHOODS:
                self._neighbourhoods.clear()
            remembered = now + NEIGHBOURHOOD_SECONDS, self._karma.neighbourhood(sender, now)
            self._neighbourhoods[address] = remembered
        return remembered[1]

    def hear(self, user: str, told: str) -> None:
        """Take what a worker tells of a user's decisions: a list of pairs, an event and a sender's name."""
        now = self._clock()
        for title, name in json.loads(told)[:MAX_TESTIMONY]:
            sender, witness = _named(name), user.encode()
            if title == "unblock":
                for event in (Event.REPORT, Event.BLOCK):
                    self._karma.withdraw(witness, sender, event, now)
            elif title == "delivered":
                self._karma.delivered(sender, witness)
            elif title == "claim":
                # The vault was locked: whether the sender wrote at all, only karma can tell.
                if self._karma.has_written(sender, witness):
                    self._karma.vote(witness, sender, Event.REPORT, now)
            else:
                # `report-shared`: its user lets third parties know (XEP-0377).
                event = _EVENTS[title.removesuffix("-shared")]
                self._karma.vote(witness, sender, event, now, consent=title.endswith("-shared"))

    def meet(self, user: str) -> None:
        """Take note of a user who logs in: whoever has been here for long is trusted more."""
        self._karma.meet(user.encode(), self._clock(), self._clock())

    def forget(self, user: str) -> None:
        """Forget a user."""
        self._karma.forget(user.encode())

    def unlist(self, frame: Frame) -> bytes:
        """Forget a sender, and take it off what is published (UNLIST)."""
        sender = sender_of(str(Jid.parse(frame.headers["from"])))
        self._karma.unlist(sender)
        self._karma.erase(sender)
        return b""

    def publish(self, _frame: Frame) -> bytes:
        """Return what may be published, the most certain first, as many as one answer holds (PUBLISH)."""
        found = [finding for finding in self._karma.findings(self._clock()) if finding.is_enough]
        return json.dumps(sorted(found, key=lambda finding: -finding.chance)[:MAX_FINDINGS]).encode()

    def learn(self, frame: Frame) -> bytes:
        """Take what the server found out about a sender's client and domain (LEARNT)."""
        headers, now = frame.headers, self._clock()
        jid = Jid.parse(headers["from"])
        states = {"yes": True, "no": False}
        if jid.local:
            client, picture = states.get(headers.get("client", "")), states.get(headers.get("picture", ""))
            self._karma.note(sender_of(str(jid)), now, client=client, picture=picture)
        if "capabilities" in headers:
            self._cache.put(_CAPABILITIES, jid.domain, headers["capabilities"].encode(), ASK_SECONDS, now)
        return b""

    def stats(self) -> dict[str, object]:
        """Count; no sender is named."""
        found = {f"{kind}-{how}": count for (kind, how), count in sorted(self._cache.counts.items())}
        return {"cache": found, "cached": len(self._cache), "senders": len(self._karma)}

    def commit(self) -> None:
        """Make durable what was learnt since the last time."""
        self._karma.commit()
        self._cache.commit()

    def sweep(self) -> Iterator[None]:
        """Forget what is out of date, step by step."""
        yield from self._karma.sweep(self._clock())
        yield from self._cache.sweep(self._clock())

    async def close(self) -> None:
        """End what is under way, and close."""
        if self._authentication is not None:
            await self._authentication.close()
        await self.networks.close()
        self._karma.close()
        self._cache.close()

    def _capabilities(self, domain: str) -> str:
        entry = self._cache.get(_CAPABILITIES, domain, self._clock())
        return "" if entry is None else entry.value.decode()

    def _wanted(self, stranger: Stranger, now: float) -> str:
        """Return what the server is to find out, if it can: each thing of each sender once a day."""
        jid = stranger.jid
        profile = self._karma.profile(stranger.sender, now)
        wanted = {
            "client": bool(jid.resource) and profile.client is None,
            "picture": bool(jid.local) and profile.picture is None,
            "domain": bool(stranger.domain) and not stranger.served.capabilities,
        }
        asked = []
        for what, is_wanted in wanted.items():
            name = jid.domain if what == "domain" else str(jid.bare)
            # Taken for half of the time, and stale, but still taken, for the other.
            if is_wanted and self._cache.claim(_ASKED, f"{what} {name}", ASK_SECONDS / 2, now):
                asked.append(what)
        return ", ".join(asked)


def _named(name: str) -> Sender:
    """Return the sender whom a worker knows by this name: a JID, or a participant."""
    return sender_of(name, occupant=Jid.read(name).occupant)


def _account(frame: Frame) -> Account | None:
    """Return what the sender's server says of the account; the form was checked before."""
    told = dict(part.split("=", 1) for part in frame.headers.get("account", "").split(";") if part)
    if not told:
        return None
    try:
        since = datetime.fromisoformat(told["since"]).timestamp() if "since" in told else None
    except ValueError:
        since = None
    return Account(told["affiliation"], since, int(told["trust"]) if "trust" in told else None)
