"""Bytes into a tree of elements, through an expat that is allowed very little.

The whole document is there before parsing starts, and no larger than MAX_BYTES: expat
is slow on tokens that reach it in pieces (CVE-2023-52425), and every cost below is then
linear in a known length.

Expat's own namespace mode stays off. There each prefixed name is spelled out with its
whole URI before any handler is asked, so that 256 KiB of input could ask for gigabytes;
here a prefix is looked up when an element needs it, and URIs are bounded first.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat
from xml.parsers.expat import errors

from ..errors import StanzaError

MAX_BYTES: Final = 262_144  # of the document
MAX_DEPTH: Final = 32  # elements inside each other, the root counted
MAX_ELEMENTS: Final = 2_000
MAX_CHILDREN: Final = 512  # of one element
MAX_ATTRIBUTES: Final = 64  # of one element, namespace declarations counted
MAX_NAME: Final = 256  # code points of a tag as written, and of its namespace

# XMPP maps these onto each other: a component, a client and a peer server name the same
# things by them.
CORE: Final = frozenset({"", "jabber:client", "jabber:server"})

# No `>` in it but the last: it ends for expat where it ends for us.
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n][^<>]*\?>")
_SPACE = re.compile(rb"[ \t\r\n]*")
_FORBIDDEN = {
    b"<!D": "doctype",
    b"<!-": "comment",
    b"<!": "not-xml",
    b"<?": "processing-instruction",
    b"<\0": "not-xml",  # UTF-16, which expat would follow against what it was told
}
_REASONS = {
    errors.codes[errors.XML_ERROR_NO_ELEMENTS]: "cut-off",
    errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN]: "cut-off",
    errors.codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION]: "cut-off",
    errors.codes[errors.XML_ERROR_PARTIAL_CHAR]: "cut-off",
    errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "two-roots",
    errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]: "entity",
    errors.codes[errors.XML_ERROR_BAD_CHAR_REF]: "bad-character",
    errors.codes[errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "duplicate-attribute",
    errors.codes[errors.XML_ERROR_TAG_MISMATCH]: "tag-mismatch",
}


class Element:
    """One element.

    `name` is "local" in the core namespaces and "namespace local" in any other. `items`
    are its texts and elements in their order, `children` the elements alone. Attributes
    are kept as written; of prefixed ones only `xml:lang` means anything to us.
    """

    __slots__ = ("attributes", "children", "items", "name", "space")

    def __init__(self, name: str, space: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.space = space  # the default namespace for what is inside
        self.attributes = attributes
        self.items: list[str | Element] = []
        self.children: list[Element] = []

    @property
    def text(self) -> str:
        """All text inside, in order, without separators."""
        return "".join(
            [item if isinstance(item, str) else item.text for item in self.items],
        )

    @property
    def own_text(self) -> str:
        """The text that is directly inside."""
        return "".join([item for item in self.items if isinstance(item, str)])

    def descendants(self) -> Iterator["Element"]:
        """Yield every element inside, in document order."""
        for child in self.children:
            yield child
            yield from child.descendants()


class _Grower:
    """Takes expat's events and holds the bounds."""

    __slots__ = ("count", "document", "stack")

    def __init__(self) -> None:
        self.count = 0
        self.document = Element("", "", {})  # holds the root
        self.stack = [self.document]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        stack = self.stack
        self.count += 1
        if len(stack) > MAX_DEPTH:
            raise StanzaError("too-deep")
        if self.count > MAX_ELEMENTS:
            raise StanzaError("too-many-elements")
        if len(attributes) > MAX_ATTRIBUTES:
            raise StanzaError("too-many-attributes")
        if len(tag) > MAX_NAME:
            raise StanzaError("long-name")
        parent = stack[-1]
        if len(parent.children) >= MAX_CHILDREN:
            raise StanzaError("too-many-children")
        space = attributes.get("xmlns", parent.space)
        element = Element(tag, space, attributes)
        stack.append(element)
        element.name = self.qualify(tag, space)
        parent.children.append(element)
        parent.items.append(element)

    def end(self, _: str) -> None:
        self.stack.pop()

    def text(self, text: str) -> None:
        self.stack[-1].items.append(text)

    def qualify(self, tag: str, space: str) -> str:
        local = tag
        if ":" in tag:
            prefix, _, local = tag.partition(":")
            if not prefix or not local or ":" in local:
                raise StanzaError("bad-name")
            space = self.resolve("xmlns:" + prefix)
        if space in CORE:
            return local
        if len(space) > MAX_NAME:
            raise StanzaError("long-name")
        return f"{space} {local}"

    def resolve(self, declaration: str) -> str:
        for element in reversed(self.stack):
            if space := element.attributes.get(declaration):
                return space
        raise StanzaError("unbound-prefix")


def _comment(_: str) -> None:
    raise StanzaError("comment")


def _instruction(_: str, __: str) -> None:
    raise StanzaError("processing-instruction")


def _declaration(version: str, encoding: str | None, _: int) -> None:
    if version != "1.0" or (encoding or "utf-8").lower() != "utf-8":
        raise StanzaError("declaration")


def _check_prolog(data: bytes | bytearray | memoryview) -> None:
    """Let nothing but an XML declaration stand before the root element.

    A DTD can only stand there. It is refused before expat sees it because expat reads
    on to the end of its buffer, entities and all, after a handler has raised. The same
    look keeps out byte order marks.
    """
    declared = _DECLARATION.match(data)
    space = _SPACE.match(data, declared.end() if declared else 0)
    start = space.end() if space else 0
    head = bytes(data[start : start + 3])
    if not head:
        raise StanzaError("cut-off")
    for form, reason in _FORBIDDEN.items():
        if head.startswith(form):
            raise StanzaError(reason)
    if not head.startswith(b"<"):
        raise StanzaError("not-xml")


def grow(data: bytes | bytearray | memoryview) -> Element:
    """Return the root element of one whole UTF-8 document.

    Raises StanzaError when it is no well-formed XML, leaves the subset that XMPP allows
    (RFC 6120 §11.1: no DTD, entities, processing instructions or comments) or passes
    one of the bounds above.
    """
    if memoryview(data).nbytes > MAX_BYTES:
        raise StanzaError("too-large")
    _check_prolog(data)
    grower = _Grower()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = grower.start
    parser.EndElementHandler = grower.end
    parser.CharacterDataHandler = grower.text
    parser.CommentHandler = _comment
    parser.ProcessingInstructionHandler = _instruction
    parser.XmlDeclHandler = _declaration
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise StanzaError(_REASONS.get(error.code, "not-xml")) from None
    return grower.document.children[0]
