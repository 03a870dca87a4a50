"""What a worker keeps in mind between messages, so that no secret of theirs is learnt."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b

from ..scrubber import Doorkeeper, asks
from ..stanza import Encryption, Stanza
from .reading import NOTHING, Reading, study, study_judged

ASKED_SECONDS = 300.0
"""Time after somebody spoke of a password in which the other messages of that conversation are held to hold it."""

MAX_ASKED = 256
"""Conversations of a user that are kept in mind."""

MAX_USERS = 4096
"""Users that are kept in mind; who was read longest ago starts afresh."""


class _Mind:
    """Of one user: the words at the door, and until when which conversations are held to speak of a secret."""

    __slots__ = ("asked", "door")

    def __init__(self) -> None:
        self.door = Doorkeeper()
        self.asked: OrderedDict[bytes, float] = OrderedDict()


class Study:
    """Reads stanzas for learning. In memory only, nothing of it in clear, and forgotten user by user."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._minds: OrderedDict[bytes, _Mind] = OrderedDict()

    def watch(self, uid: bytes, stanza: Stanza, judged: Reading = NOTHING) -> bool:
        """Keep in mind that a conversation speaks of a secret; tell whether it did before this stanza."""
        mind = self._mind(uid)
        pair = self._pair(stanza)
        now = self._clock()
        before = mind.asked.get(pair, 0.0) > now
        scrubbed = judged.scrubbed
        if any(each.asks for each in scrubbed) if scrubbed else any(asks(text) for _, text in stanza.texts):
            mind.asked[pair] = now + ASKED_SECONDS
            mind.asked.move_to_end(pair)
            if len(mind.asked) > MAX_ASKED:
                mind.asked.popitem(last=False)
        return before

    def read(self, uid: bytes, stanza: Stanza, *, undo: bool = False, judged: Reading = NOTHING) -> Reading:
        """Return what may be learnt of a stanza, or with `undo` be unlearnt; nothing where its content is hidden.

        Strict where somebody asked for a secret just before: the reply is often nothing else. `judged` is what it was
        judged by: where that is plain it is the same, else what was scrubbed for it serves once more.
        """
        if stanza.encryption is Encryption.HIDDEN:
            return NOTHING
        strict = self.watch(uid, stanza, judged) and not undo
        if judged.is_plain and not strict:
            return judged
        door = None if undo else self._mind(uid).door
        if judged.scrubbed and not strict:
            return study_judged(stanza.texts, judged, door)
        return study(stanza.texts, door, strict=strict)

    def forget(self, uid: bytes) -> None:
        """Forget a user."""
        self._minds.pop(uid, None)

    def _mind(self, uid: bytes) -> _Mind:
        mind = self._minds.get(uid)
        if mind is None:
            mind = self._minds[uid] = _Mind()
        self._minds.move_to_end(uid)
        if len(self._minds) > MAX_USERS:
            self._minds.popitem(last=False)
        return mind

    def _pair(self, stanza: Stanza) -> bytes:
        ends = sorted(str(jid.bare) for jid in (stanza.sender, stanza.recipient) if jid is not None)
        return blake2b("\0".join(ends).encode(), digest_size=16, key=self._key).digest()
