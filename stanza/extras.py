"""Text beside the body: wherever a client shows some, spam can stand in it."""

from collections.abc import Iterator

from .encryption import Index
from .tree import Element

_XHTML = "http://www.w3.org/1999/xhtml "
_INLINE = frozenset(
    f"{_XHTML}{tag}"
    for tag in (
        *(
            "a",
            "abbr",
            "acronym",
            "b",
            "big",
            "cite",
            "code",
            "del",
            "dfn",
            "em",
            "font",
            "i",
            "ins",
        ),
        *(
            "kbd",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "sup",
            "tt",
            "u",
            "var",
        ),
    )
)
_HTML = "http://jabber.org/protocol/xhtml-im html"
_FORM = "jabber:x:data "
_FORM_TEXTS = frozenset(_FORM + tag for tag in ("desc", "instructions", "title", "value"))
_OOB = "jabber:x:oob "
_SHARING = ("urn:xmpp:sfs:0 file-sharing", "urn:xmpp:reference:0 reference")
_FILE_SPACES = (
    "urn:xmpp:file:metadata:0",
    "urn:xmpp:jingle:apps:file-transfer:4",
    "urn:xmpp:jingle:apps:file-transfer:5",
)
_FILE_TEXTS = frozenset(f"{space} {tag}" for space in _FILE_SPACES for tag in ("desc", "name"))
_URL_DATA = "http://jabber.org/protocol/url-data url-data"


def read_markup(index: Index) -> str:
    """Return the text of XHTML-IM (XEP-0071); inline tags split no word."""
    pieces: list[str] = []
    for html in index.get(_HTML, ()):
        _render(html, pieces)
    return "".join(pieces).strip()


def _render(element: Element, pieces: list[str]) -> None:
    edge = "" if element.name in _INLINE else "\n"
    pieces.append(edge)
    for item in element.items:
        if isinstance(item, str):
            pieces.append(item)
        else:
            _render(item, pieces)
    pieces.append(element.attributes.get("alt", ""))
    pieces.append(edge)


def read_forms(index: Index) -> tuple[str, ...]:
    """Return what each data form (XEP-0004) shows: titles, labels and values."""
    forms = ("\n".join(_form_texts(form)) for form in index.get(f"{_FORM}x", ()))
    return tuple(form for form in forms if form)


def _form_texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if child.attributes.get("type") == "hidden":
            continue
        if label := child.attributes.get("label"):
            yield label
        if child.name in _FORM_TEXTS:
            if text := child.text:
                yield text
        else:
            yield from _form_texts(child)


def read_files(index: Index) -> tuple[str, ...]:
    """Return names and descriptions of files (XEP-0447, XEP-0385, XEP-0066)."""
    found = [
        inner.own_text  # what is inside it comes by itself
        for name in _SHARING
        for shared in index.get(name, ())
        for inner in shared.descendants()
        if inner.name in _FILE_TEXTS
    ]
    found += [inner.text for inner in _oob(index) if inner.name == f"{_OOB}desc"]
    return tuple(text for text in found if text)


def read_links(index: Index) -> tuple[str, ...]:
    """Return addresses beside the text: out of band, of shared files, in markup."""
    found = [inner.text for inner in _oob(index) if inner.name == f"{_OOB}url"]
    for name in _SHARING:
        for shared in index.get(name, ()):
            if shared.attributes.get("type") == "data":
                found.append(shared.attributes.get("uri", ""))
            found += [inner.attributes.get("target", "") for inner in shared.descendants() if inner.name == _URL_DATA]
    for html in index.get(_HTML, ()):
        for inner in html.descendants():
            found += [inner.attributes.get(key, "") for key in ("href", "src")]
    return tuple(link for link in found if link)


def _oob(index: Index) -> Iterator[Element]:
    for outer in index.get(f"{_OOB}x", ()):
        yield from outer.children
