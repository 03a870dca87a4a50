"""All text of a stanza within one bound, shared so that no text pushes out another."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from .values import Stanza, Texts

MAX_TEXT: Final = 16_384  # code points of all texts of a stanza together

Change = Callable[[str], str]


def clip(stanza: Stanza) -> Stanza:
    """Return the stanza with at most MAX_TEXT code points of text.

    The longest texts give way first, and lose their middles: a client shows the
    beginning of a message in its list of chats and the end of it in the chat.
    """
    lengths: list[int] = []

    def measure(text: str) -> str:
        lengths.append(len(text))
        return text

    _change(stanza, measure)
    if sum(lengths) <= MAX_TEXT:
        return stanza
    limit = _share(lengths)
    return replace(_change(stanza, lambda text: _shorten(text, limit)), truncated=True)


def _share(lengths: list[int]) -> int:
    """Return the most that each text may have so that all of them fit."""
    left, texts = MAX_TEXT, len(lengths)
    for length in sorted(lengths):
        if length * texts > left:
            break
        left -= length
        texts -= 1
    return left // texts


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    keep = max(limit - 1, 0)  # a line break keeps the two ends from making a word
    tail = keep // 2
    return f"{text[: keep - tail]}\n{text[len(text) - tail :]}"[:limit]


def _change(stanza: Stanza, change: Change) -> Stanza:
    return replace(
        stanza,
        bodies=_each(stanza.bodies, change),
        subjects=_each(stanza.subjects, change),
        statuses=_each(stanza.statuses, change),
        nick=change(stanza.nick),
        markup=change(stanza.markup),
        forms=tuple(map(change, stanza.forms)),
        files=tuple(map(change, stanza.files)),
        links=tuple(map(change, stanza.links)),
        fallbacks=tuple(map(change, stanza.fallbacks)),
        invites=tuple(replace(invite, reason=change(invite.reason)) for invite in stanza.invites),
        forwarded=tuple(replace(inner, stanza=_change(inner.stanza, change)) for inner in stanza.forwarded),
    )


def _each(texts: Texts, change: Change) -> Texts:
    return tuple((language, change(text)) for language, text in texts)
