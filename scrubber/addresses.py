"""Addresses of people: e-mail, JID, a name after @."""

import re

from .pieces import Token

_XMPP = re.compile(r"xmpp:|@[^/@]{1,255}/|@(?:conference|muc|chat|xmpp|jabber)\.")
_EMAIL = re.compile(r"@[\w-]{1,63}\.")
_MENTION = re.compile(r"\W*@\w+\W*")


def detect(chunk: str, at: int = 0) -> tuple[Token, ...]:
    """Give one placeholder for a chunk with an @ in it, whatever else it holds; nothing for another chunk.

    >>> detect("bob@shop.example")
    (Token(kind='email', text='', start=0, end=16),)
    """
    if "@" not in chunk and not chunk.startswith("xmpp:"):
        return ()
    if _XMPP.search(chunk):
        kind = "jid"
    elif _MENTION.fullmatch(chunk):
        kind = "mention"
    elif chunk.strip("[](){}<>") == "@":
        return ()
    else:
        kind = "email" if _EMAIL.search(chunk) else "mixed"
    return (Token(kind, "", at, at + len(chunk)),)
