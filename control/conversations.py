"""What `show 3` refers to: the list that a user was shown last, in memory and nowhere else."""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from enum import Enum
from hashlib import blake2b

# Conversations that a worker remembers; the one longest silent gives way.
MAX_CONVERSATIONS = 1000
# Entries of one list that have a number.
MAX_NUMBERED = 500

_MARK_BYTES = 16


class Topic(Enum):
    """What the last list was of."""

    NOTHING = "nothing"
    JUNK = "junk"
    WAITING = "waiting"
    DECISIONS = "decisions"
    CONTACTS = "contacts"
    EXEMPTIONS = "exemptions"


class Conversation:
    """One user's: the names behind the numbers of the last list, and no word of it.

    Boxes name their items by numbers of their own. Addresses stand here as keyed hashes, see `mark`.
    """

    __slots__ = ("_key", "names", "topic")

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_MARK_BYTES)
        self.begin(Topic.NOTHING)

    def begin(self, topic: Topic) -> None:
        """Begin a new list."""
        self.topic = topic
        self.names: list[bytes] = []

    def number(self, names: Iterable[bytes]) -> int:
        """Give the next entries of the list their numbers, and return the first of them."""
        first = len(self.names) + 1
        self.names += names
        del self.names[MAX_NUMBERED:]
        return first

    def mark(self, text: str) -> bytes:
        """Return a name for a text, the same one for as long as this conversation lasts."""
        return blake2b(text.encode(), digest_size=_MARK_BYTES, key=self._key).digest()


class Conversations:
    """The conversations of one worker, by user."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Conversation] = OrderedDict()

    def of(self, uid: bytes) -> Conversation:
        """Return a user's conversation, or begin it."""
        conversation = self._known.setdefault(uid, Conversation())
        self._known.move_to_end(uid)
        if len(self._known) > MAX_CONVERSATIONS:
            self._known.popitem(last=False)
        return conversation

    def forget(self, uid: bytes) -> None:
        """Forget a user's: the vault was locked."""
        self._known.pop(uid, None)

    def __len__(self) -> int:
        """Count them."""
        return len(self._known)
