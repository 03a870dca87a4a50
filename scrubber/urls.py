"""Addresses of pages: the host is kept, the rest is a shape."""

import re

from .pieces import Token

MAX_LABEL = 24
"""Letters of a host label that is kept; a longer one may be a token."""

MAX_LABELS = 6
"""Labels of a host that are kept, from the right; what stands before may be a name somebody chose."""

MAX_DEPTH = 3
"""Steps of a path that its shape tells."""

# A scheme anywhere in the chunk. Twelve letters bound the work at every position.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,11})://")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,62}+)\.){1,8}([a-z]{2,24}|xn--[a-z0-9-]{2,59})")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.%]*\]?")
_FORBIDDEN = re.compile(r"[^\w.-]")
_END = re.compile(r"[/?#\\]")

# Without a scheme "end.Now" is no host: these are, and any name before a slash.
_GENERIC = frozenset(
    (
        *("app", "art", "biz", "blog", "bot", "cash", "chat", "cloud", "club", "com", "cyou", "dev"),
        *("digital", "edu", "example", "fun", "gov", "info", "ink", "io", "link", "live", "ltd", "me", "men"),
        *("mobi", "mom", "money", "monster", "name", "net", "news", "one", "onion", "online", "org", "page"),
        *("party", "pro", "pub", "quest", "rest", "ru", "sbs", "shop", "site", "space", "store", "su", "tech"),
        *("tk", "to", "today", "top", "trade", "tv", "ua", "vip", "website", "wiki", "win", "work", "world"),
        *("xxx", "xyz", "zone"),
    )
)


def detect(chunk: str, at: int = 0) -> tuple[Token, ...]:
    """Give a URL's host and the shape of the rest, or nothing if the chunk holds no URL (RFC 3986).

    User information, path, query and fragment never stay. A chunk with a scheme is a URL as a whole: what is
    glued to it may be its path. The token of the rest covers the whole chunk, that of the host lies inside.

    >>> [token[:2] for token in detect("https://bob:hunter@www.shop.example/cart?id=7")]
    [('host', 'www.shop.example'), ('url', '@/?')]
    """
    scheme = _SCHEME.search(chunk)
    if scheme:
        return _tokens(chunk, scheme.end(), at)
    if "." not in chunk or "@" in chunk:
        return ()
    bare = chunk.lstrip("([{<\"'*_~|-")
    start = len(chunk) - len(bare)
    if bare.startswith("www."):
        return _tokens(chunk, start, at)
    host = _HOST.match(bare)
    if not host:
        return ()
    after = bare[host.end() :][:1]
    known = host[1] in _GENERIC or host[1].startswith("xn--")
    return _tokens(chunk, start, at) if after == "/" or (known and not after.isalnum()) else ()


def _tokens(chunk: str, start: int, at: int) -> tuple[Token, Token]:
    slash = chunk.find("/", start)
    # A password may hold ? and #: the last @ before the path ends it, as browsers have it.
    sign = chunk.rfind("@", start, slash if slash >= 0 else len(chunk))
    start = max(start, sign + 1)
    end = _END.search(chunk, start)
    authority, tail = (chunk[start : end.start()], chunk[end.start() :]) if end else (chunk[start:], "")
    number = _ADDRESS.match(authority)
    if number:
        kind, text, length = "ip", "", number.end()
        port = ":" in authority[length:]
    else:
        host, colon, _ = authority.partition(":")
        name = _FORBIDDEN.split(host, maxsplit=1)[0]
        labels = name.strip(".-").split(".")
        kind, text, length, port = "host", ".".join(map(_label, labels[-MAX_LABELS:])), len(name), bool(colon)
    path, query, _ = tail.partition("?")
    shape = "@" * (sign >= 0) + ":" * port + "/" * min(path.rstrip("/").count("/"), MAX_DEPTH) + query
    return Token(kind, text, at + start, at + start + length), Token("url", shape, at, at + len(chunk))


def _label(label: str) -> str:
    """Keep a label of letters and hyphens; another may be a token, so that only its kind stays."""
    if label.startswith("xn--"):
        return "xn--"
    return label if len(label) <= MAX_LABEL and label.replace("-", "a").isalpha() else "#"
