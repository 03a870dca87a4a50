"""The junk box as its user's client shows it: a chat, and forms."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .client import PATIENCE, Client

COMMANDS, FORMS = "http://jabber.org/protocol/commands", "jabber:x:data"
JUNK = "urn:providence:0:junk"
_HINTS = {f"{{urn:xmpp:hints}}{name}" for name in ("no-store", "no-permanent-store", "no-copy")}


class JunkBox:
    """The junk box of a client's user.

    box = JunkBox(client)
    box.say("list")
    form = box.run("list")
    box.run("list", {"item": ["1"]}, after=form)
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.jid = f"junk.{client.domain}"

    def hear(self, patience: float = PATIENCE) -> str:
        """Return the next words of the bot, which nobody is to keep."""
        message = self.client.wait(
            lambda stanza: stanza.tag.endswith("}message") and stanza.get("from") == self.jid, patience
        )
        assert message.get("to") == self.client.jid
        assert {child.tag for child in message} >= _HINTS
        return next(child.text or "" for child in message if child.tag.endswith("}body"))

    def say(self, text: str) -> str:
        """Say something, and return the answer."""
        self.client.say(self.jid, text)
        return self.hear()

    def nodes(self, to: str) -> dict[str, str]:
        """Return what commands there are at an address: their names, by what is special in their nodes."""
        found = self.client.ask("get", f"<query xmlns='http://jabber.org/protocol/disco#items' node='{COMMANDS}'/>", to)
        items = [item for item in found.iter() if (item.get("node") or "").startswith(JUNK)]
        assert all(item.get("jid") == (to or self.client.bare) for item in items)
        return {str(item.get("node")).removeprefix(f"{JUNK}#"): str(item.get("name")) for item in items}

    def run(
        self,
        name: str,
        fields: Mapping[str, Sequence[str]] | None = None,
        *,
        action: str = "execute",
        after: "Form | None" = None,
        to: str | None = None,
    ) -> "Form":
        """Take a step of a command; what is hidden in the form before goes back with it."""
        node = name if ":" in name else f"{JUNK}#{name}"
        given = {**(after.hidden if after else {}), **(fields or {})}
        x = "".join(
            f"<field var={quoteattr(var)}>{''.join(f'<value>{escape(value)}</value>' for value in values)}</field>"
            for var, values in given.items()
        )
        form = f"<x xmlns='{FORMS}' type='submit'>{x}</x>" if given else ""
        session = f" sessionid='{after.session}'" if after else ""
        address = self.client.domain if to is None else to
        return Form(
            self.client.ask(
                "set", f"<command xmlns='{COMMANDS}' node='{node}' action='{action}'{session}>{form}</command>", address
            )
        )


class Form:
    """An answer to a step of an ad-hoc command."""

    def __init__(self, iq: ET.Element) -> None:
        self.iq = iq
        self.error = next(
            (child.tag.rpartition("}")[2] for error in iq if error.tag.endswith("}error") for child in error), ""
        )
        command = iq.find(f"{{{COMMANDS}}}command")
        attributes: Mapping[str, Any] = {} if command is None else command.attrib
        self.node, self.session = str(attributes.get("node", "")), str(attributes.get("sessionid", ""))
        self.status = str(attributes.get("status", ""))
        self.actions = [
            action.tag.rpartition("}")[2] for actions in iq.iter(f"{{{COMMANDS}}}actions") for action in actions
        ]
        self.fields = list(iq.iter(f"{{{FORMS}}}field"))

    @property
    def hidden(self) -> dict[str, list[str]]:
        """The values of hidden fields, by var."""
        return {str(field.get("var")): values(field) for field in self.fields if field.get("type") == "hidden"}

    @property
    def types(self) -> set[str]:
        """The types of its fields."""
        return {str(field.get("type")) for field in self.fields}

    @property
    def text(self) -> str:
        """All that a person reads."""
        return "\n".join(part for part in self.iq.itertext() if part.strip())

    def field(self, var: str) -> ET.Element:
        """Return a field."""
        return next(field for field in self.fields if field.get("var") == var)

    def options(self, var: str) -> dict[str, str]:
        """Return the labels of a field's options, by value."""
        return {
            str(option.findtext(f"{{{FORMS}}}value")): str(option.get("label"))
            for option in self.field(var).iter(f"{{{FORMS}}}option")
        }


def values(field: ET.Element) -> list[str]:
    """Return the values of a field, without those of its options."""
    return [value.text or "" for value in field.findall(f"{{{FORMS}}}value")]
