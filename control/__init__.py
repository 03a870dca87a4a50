"""Control (text side): what a user sees and decides of their own vault, whoever carries the question."""

from .affairs import MAX_AT_ONCE, Affairs, Effects
from .chat import LOCKED, Reply, say
from .chat_self import CODE_HERE, NOT_RESTORED, RESTORED
from .choices import Choices, choices_of, keep
from .commands import MAX_SAID
from .conversations import Conversation, Conversations
from .digest import news
from .export import Part, part
from .fields import Asked, Page
from .forms import COMMANDS, command, listed
from .lessons import Taught, sender_of, teach, teach_seen
from .notices import notice
from .requests import as_before
from .signals import SIGNAL, Change, Heard, Signal, heed, seen_of
from .stewards import Steward
from .waiting import NOTHING, Outcome, deny, expire, reconsider, release

__all__ = [
    "CODE_HERE",
    "COMMANDS",
    "LOCKED",
    "MAX_AT_ONCE",
    "MAX_SAID",
    "NOTHING",
    "NOT_RESTORED",
    "RESTORED",
    "SIGNAL",
    "Affairs",
    "Asked",
    "Change",
    "Choices",
    "Conversation",
    "Conversations",
    "Effects",
    "Heard",
    "Outcome",
    "Page",
    "Part",
    "Reply",
    "Signal",
    "Steward",
    "Taught",
    "as_before",
    "choices_of",
    "command",
    "deny",
    "expire",
    "heed",
    "keep",
    "listed",
    "news",
    "notice",
    "part",
    "reconsider",
    "release",
    "say",
    "seen_of",
    "sender_of",
    "teach",
    "teach_seen",
]
