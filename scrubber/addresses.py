"""Addresses of people: e-mail, JID, a name after @."""

import re

from .pieces import Piece

_XMPP = re.compile(r"xmpp:|@[^/@]{1,255}/|@(?:conference|muc|chat|xmpp|jabber)\.")
_EMAIL = re.compile(r"@[\w-]{1,63}\.")
_MENTION = re.compile(r"\W*@\w+\W*")


def detect(chunk: str) -> tuple[Piece, ...]:
    """Give one placeholder for a chunk with an @ in it, whatever else it holds; nothing for another chunk.

    >>> detect("bob@shop.example"), detect("@bob")
    ((Piece(kind='email', text=''),), (Piece(kind='mention', text=''),))
    """
    if "@" not in chunk and not chunk.startswith("xmpp:"):
        return ()
    if _XMPP.search(chunk):
        return (Piece("jid", ""),)
    if _MENTION.fullmatch(chunk):
        return (Piece("mention", ""),)
    return (Piece("email" if _EMAIL.search(chunk) else "mixed", ""),)
