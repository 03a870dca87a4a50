"""The bot: what a user says, and what is said back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..keyring import Secret
from . import chat_boxes, chat_lists, chat_self
from .affairs import Affairs
from .commands import Said
from .conversations import Conversation
from .talks import Talk

# One and the same, whether the vault is locked or there is none.
LOCKED = "Your junk box is locked. It opens with your next login by password."

VERBS: Mapping[str, Callable[[Talk, Said], str]] = {
    "help": chat_self.help_,
    "list": chat_boxes.list_junk,
    "more": chat_boxes.more,
    "show": chat_boxes.show,
    "ok": chat_boxes.release,
    "spam": chat_boxes.spam,
    "ham": chat_boxes.ham,
    "delete": chat_boxes.delete,
    "why": chat_boxes.why,
    "log": chat_boxes.list_decisions,
    "valid": chat_boxes.valid,
    "invalid": chat_boxes.invalid,
    "waiting": chat_boxes.list_waiting,
    "exempt": chat_lists.exempt,
    "allow": chat_lists.allow,
    "deny": chat_lists.deny,
    "contacts": chat_lists.list_contacts,
    "forget": chat_lists.forget,
    "settings": chat_self.settings,
    "digest": chat_self.digest,
    "join": chat_self.join,
    "leave": chat_self.leave,
    "status": chat_self.status,
    "export": chat_self.export,
    "restore": chat_self.restore,
    "lock": chat_self.lock,
    "erase": chat_self.erase,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says. Where a recovery code is part of it, CODE_HERE stands in its place."""

    text: str
    code: Secret | None = None


def say(affairs: Affairs, conversation: Conversation, text: str) -> Reply:
    """Do what the user said, and return what to reply; whatever it is, it is no error."""
    said = Said.parse(text)
    if said.verb == "recovery":
        return Reply(chat_self.RECOVERY, affairs.recovery())
    talk = Talk(affairs, conversation)
    verb = VERBS.get(said.verb)
    return Reply(verb(talk, said) if verb else chat_self.NOT_UNDERSTOOD)
