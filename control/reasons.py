"""Why a stanza was judged as it was, in plain words, for the user it was sent to."""

from collections import defaultdict
from collections.abc import Sequence

from ..junk import Item, Seen
from ..pipeline import Row, explain, recalled
from ..vault import Vault
from .lessons import stanza_of
from .rendering import inline, percent
from .telling import some

# Words that are named on each side.
MAX_TELLING = 5
# Below this a number shows as 0.0.
_NOTHING = 0.05

# Names that are not here are shown as they are: docs/formula.md has them.
WORDS = {
    "PRIOR": "where I start with every stranger: three in ten of what they send is spam",
    "BAYES": "its content, by what you taught me",
    "CORRESPONDENT": "you wrote to this address before",
    "LISTED_ALLOW": "your own list lets it through",
    "LISTED_DENY": "your own list keeps it out",
    "EXEMPT_ALLOW": "a rule of yours lets it through",
    "EXEMPT_DENY": "a rule of yours keeps it out",
    "ASKED_BEFORE": "its last request was junk, and you did not object",
    "SEED": "its content, by what is generally spam, as your vault was locked",
    "CROWD": "too many others from there were waiting",
    "CONTENT_HIDDEN": "it is encrypted, so I do not know its content",
    "NO_CONTENT": "there are no words in it that I could judge",
    "NO_ROOM": "there was no room left to keep it for you",
    "KARMA_JID": "how this address behaved towards people here",
    "KARMA_HOST": "how others from its server behaved",
    "KARMA_IP": "how others from the same network address behaved",
    "KARMA_AS": "how others from the same network behaved",
    "BLACKLISTED": "several people here reported this address",
    "MANY_STRANGERS": "it wrote to many people here who do not know it",
    "CLIENT": "whether its client says what it can do",
    "PICTURE": "whether it has a picture",
    "ACCOUNT": "what its own server says of the account",
    "MARKED": "its own server takes it for spam",
    "LISTED_BY_OTHERS": "whether lists of spammers, kept by others, name it",
    "DNSBL": "a list of addresses that send spam names its server",
    "DNSBL_DECIDES": "your server trusts a list that names its server, and lets nothing through from there",
    "PACE": "it wrote to too many strangers at once, so it had to wait",
    "EVIDENCE_BOUND": "what is known of a sender counts for no more than this",
    "TLS_HOSTNAME": "whether its server's certificate is for its name",
    "TLS_AUTHORITY": "who vouches for its server's certificate",
    "TLS_EXPIRY": "whether its server's certificate is still valid",
    "SRV": "whether the DNS says where its server is",
    "DNSSEC": "whether its server's names are signed",
    "DANE": "whether signed names vouch for its server's certificate",
    "REVERSE_DNS": "whether its server's address has a proper name",
    "HOSTS_ON_IP": "how many servers share its address",
    "MAIL": "whether its domain takes mail",
    "WEBSITE": "whether its domain has a website",
    "REGISTRATION": "whether anybody can make an account on its server unseen",
    "CAPABILITIES": "whether its server says what it offers, and whom to complain to",
}
# What the kinds of features are called (tokenizer).
CLASSES = {
    "word": "words",
    "first": "words",
    "last": "words",
    "stem": "beginnings of words",
    "pair": "pairs of words",
    "run": "characters",
    "mark": "punctuation and emoji",
    "host": "links",
}
_REST = "shape of the text"
# Those that can be shown as they stand in the stanza.
_NAMED = {"word", "pair", "mark", "host", "run"}


def of_item(vault: Vault, item: Item) -> str:
    """Explain why a stanza was kept."""
    stanza = stanza_of(item)
    rows = explain(stanza, vault) if stanza is not None else []
    return _told(item.probability, item.reasons, _by_class(rows))


def of_decision(vault: Vault, seen: Seen) -> str:
    """Explain a past decision, of whose stanza only hashes are left."""
    if not seen.hashes:
        return _told(seen.probability, seen.reasons, [])
    counts, opinion = recalled(seen.hashes, seen.outline, vault)
    weights = opinion.weights
    known = sum(spam + ham > 0 for spam, ham in counts.features)
    towards = sum(weight > 0 for weight in weights)
    away = sum(weight < 0 for weight in weights)
    said = (
        f"Of its {some(len(weights), 'feature')} I know {known} today: {towards} more from spam, {away} more from "
        f"what you wanted. The words themselves I did not keep."
    )
    return _told(seen.probability, seen.reasons, [said])


def _told(probability: float, reasons: Sequence[tuple[str, float]], more: list[str]) -> str:
    lines = [f"I took it for spam with {percent(probability)}. What spoke for spam (+) and against it (-):"]
    lines += [f"{_signed(log_odds)} {WORDS.get(name, name)}" for name, log_odds in reasons]
    return "\n".join([*lines, *more])


def _by_class(rows: Sequence[Row]) -> list[str]:
    """Say what the vault knows of a stanza today, by kinds of features and by the most telling of them."""
    known = [row for row in rows if row.spam + row.ham + row.seed_spam + row.seed_ham]
    if not known:
        return ["Of its content I know nothing today."] if rows else []
    sums: defaultdict[str, float] = defaultdict(float)
    for row in known:
        sums[CLASSES.get(_kind(row.feature), _REST)] += row.weight
    told = sorted(sums.items(), key=lambda kind: -abs(kind[1]))
    classes = ", ".join(f"{name} {_signed(weight)}" for name, weight in told)
    lines = [f"Of its {some(len(rows), 'feature')} I know {len(known)} today: {classes}."]
    named = sorted((row for row in known if _kind(row.feature) in _NAMED), key=lambda row: row.weight)
    lines += _telling("Most for spam", [row for row in named[::-1] if row.weight > _NOTHING])
    lines += _telling("Most against", [row for row in named if row.weight < -_NOTHING])
    return lines


def _telling(title: str, rows: list[Row]) -> list[str]:
    said = [
        f"“{inline(row.feature.partition(':')[2])}” (in {row.spam:.0f} spam, {row.ham:.0f} wanted)"
        for row in rows[:MAX_TELLING]
    ]
    return [f"{title}: {', '.join(said)}."] if said else []


def _kind(feature: str) -> str:
    """Return what kind a feature is of: `word` of `word.subject:hello`."""
    return feature.partition(":")[0].partition(".")[0]


def _signed(log_odds: float) -> str:
    return f"{log_odds:+.1f}" if abs(log_odds) >= _NOTHING else "0.0"
