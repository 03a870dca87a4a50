"""A text becomes pieces. Detectors only name what goes: what stays is decided by the shape rule."""

import re

from . import addresses, credentials, numbers, urls, words
from .confusables import resolve
from .folding import MAX_TEXT, fold, head
from .pieces import Piece
from .scripts import UNSPACED

__all__ = ["MAX_TEXT", "scrub"]

# A chunk is what stands between spaces. Scripts without spaces are cut out of it, but not out of what may
# be a URL, an address or a name after @.
_GLUED = re.compile(rf"[a-z]{{2,12}}://\S*+|@\S*+|[{UNSPACED}]++")
_STOPS = frozenset(".,!?:;")
_RUN = re.compile(rf"[{UNSPACED}]++")
_SECRET_PART = re.compile(r"[/?#@]|://")

# In this order: the first that knows a chunk names it. The last one knows every chunk.
_DETECTORS = (urls.detect, addresses.detect, numbers.detect, words.detect)


def scrub(text: str) -> tuple[Piece, ...]:
    """Cut a text of any size and content into pieces that hold no secret.

    Total: any str gives pieces, in time linear in MAX_TEXT. Should it raise all the same, the text must not be
    learnt. Words beside a credential word are hidden, all words of a text that speaks of a password.

    >>> scrub("Pay $500 at https://bob:pw@shop.example/x now!")[2:5]
    (Piece(kind='word', text='at'), Piece(kind='host', text='shop.example'), Piece(kind='url', text='@/'))
    """
    text = head(text, MAX_TEXT)
    folded = fold(text)
    whole = folded if folded.isascii() else resolve(folded)
    strict = credentials.is_strict(whole)
    pieces: list[Piece] = []
    plain = whole.isascii() or not _RUN.search(whole)
    for chunk in (whole if plain else _GLUED.sub(_space, whole)).split():
        if chunk.isalpha():
            pieces.append(words.word(chunk) if plain or not _RUN.match(chunk) else Piece("run", chunk))
        elif chunk[-1] in _STOPS and chunk[:-1].isalpha() and plain:
            pieces += words.word(chunk[:-1]), Piece("mark", chunk[-1])
        elif not plain and _RUN.match(chunk):
            pieces.append(Piece("run", chunk))
        else:
            for detect in _DETECTORS:
                found = detect(chunk)
                if found:
                    pieces.extend(found)
                    break
    pieces = credentials.hide(pieces, strict=strict)
    pieces.extend(_shapes(text, mixed=whole is not folded and whole != folded))
    return tuple(pieces)


def _space(match: re.Match[str]) -> str:
    """Set a run apart, unless it may belong to a URL or an address."""
    found = match[0]
    if _RUN.match(found):
        return "" if match.string.startswith("@", match.end()) else f" {found} "
    run = _RUN.search(found)
    if run is None or found[0] == "@":
        return f"{found} "
    # "https://shop.example看" ends its host where the run begins, unless more of a URL follows.
    host = found.index("://") + 3
    if _SECRET_PART.search(found, host):
        return f"{found} "
    return found[: run.start()] + _RUN.sub(_space, found[run.start() :])


def _shapes(text: str, *, mixed: bool) -> list[Piece]:
    """Tell of the whole text what folding took away."""
    chunks = text.split()
    capitals = sum(map(str.isupper, chunks))
    shapes = []
    if mixed:
        shapes.append(Piece("shape", "scripts"))
    if capitals:
        share = "all" if capitals * 2 > len(chunks) else "some" if capitals * 8 > len(chunks) else "few"
        shapes.append(Piece("shape", f"capitals {share}"))
    lines = text.count("\n")
    if lines:
        shapes.append(Piece("shape", "lines " + "|" * min(lines, 4)))
    return shapes
