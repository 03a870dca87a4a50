"""A text becomes pieces. Detectors only name what goes: what stays is decided by the shape rule."""

import re
from collections.abc import Container, Iterator

from . import (
    addresses,
    blocks,
    chunks,
    contacts,
    credentials,
    cues,
    figures,
    lexicon,
    numbers,
    numerals,
    runs,
    seeds,
    streets,
    urls,
    words,
)
from .alignment import Alignment
from .confusables import resolve
from .folding import MAX_TEXT, fold, head, is_whole
from .pieces import KEPT, Piece, Span, Token, replace

__all__ = ["MAX_TEXT", "Scrubbed", "asks", "examine", "scrub"]

_ASSIGNMENT = re.compile(r"([^\W\d_]+)[=:]++(?!//)")
_STOPS = frozenset(".,!?:;")

# In this order: the first that knows a chunk names it. The last one knows every chunk.
_DETECTORS = (urls.detect, addresses.detect, numbers.detect, words.detect)


class Scrubbed:
    """What became of one text: its pieces, the spans that were taken out, and the text with placeholders."""

    __slots__ = ("_folded", "_text", "_tokens", "pieces")

    def __init__(self, text: str, *, strict: bool = False) -> None:
        self._text = text
        self._folded, self._tokens, mixed = _read(text, strict=strict)
        pieces = [Piece(token.kind, token.text) for token in self._tokens]
        self.pieces: tuple[Piece, ...] = (*pieces, *_shapes(text, mixed=mixed))

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the text was looked at: what is cut at a bound must not be learnt."""
        return is_whole(self._text)

    @property
    def asks(self) -> bool:
        """Tell whether the text speaks of a password or asks for a code: the answer is to be scrubbed strictly."""
        return cues.is_question(self._folded)

    def spans(self, admitted: Container[str] = ()) -> list[Span]:
        """Give what was taken out, with offsets into the text as it was handed in, in order and apart.

        A rare word is a span unless it is among those that were `admitted` by the doorkeeper.
        """
        alignment = Alignment(self._text, self._folded)
        found = [Span(*alignment.original(start, end), kind) for start, end, kind in self._removed(admitted)]
        if len(self._text) > MAX_TEXT:
            found.append(Span(len(head(self._text, MAX_TEXT)), len(self._text), "cut"))
        return found

    def _removed(self, admitted: Container[str]) -> Iterator[tuple[int, int, str]]:
        """Give what was taken out, in the folded text; of a URL what stands around the host."""
        done = 0
        for index, token in enumerate(self._tokens):
            if token.kind == "url":
                host = self._tokens[index - 1]
                kept = host.kind == "host" and host.text == self._folded[host.start : host.end]
                hole = (host.start, host.end) if kept else (token.end, token.end)
                # The host may have gone together with what stood before the URL.
                start = max(token.start, done)
                yield from ((a, b, "url") for a, b in ((start, hole[0]), (hole[1], token.end)) if a < b)
                done = token.end
            elif self._is_gone(token, admitted) and not self._is_in_url(index):
                yield token.start, token.end, token.kind
                done = token.end

    @staticmethod
    def _is_gone(token: Token, admitted: Container[str]) -> bool:
        return token.kind not in KEPT or (token.kind == "rare" and (not token.text or token.text not in admitted))

    def _is_in_url(self, index: int) -> bool:
        """Tell whether a token is the host of the URL that follows."""
        return index + 1 < len(self._tokens) and self._tokens[index + 1].start <= self._tokens[index].start

    def render(self) -> str:
        """Write what is left, with a placeholder for each thing that is gone; it scrubs to the same pieces."""
        written: list[str] = []
        end = 0
        for token in self._tokens:
            if written:
                written.append("\n" if "\n" in self._folded[end : token.start] else " ")
            written.append(_written(token))
            end = max(end, token.end)
        return "".join(written)


def examine(text: str, *, strict: bool = False) -> Scrubbed:
    """Scrub a text and keep account of what went: for people, and for whoever measures us."""
    return Scrubbed(text, strict=strict)


def scrub(text: str, *, strict: bool = False) -> tuple[Piece, ...]:
    """Cut a text of any size and content into pieces that hold no secret.

    Total: any str gives pieces, in time linear in MAX_TEXT. Should it raise all the same, the text must not be
    learnt. Words that a cue announces are hidden; with `strict`, as in the answer to somebody who asked for a
    password, and in a text that speaks of one, all words but function words.

    >>> scrub("Pay $500 at https://bob:pw@shop.example/x now!")[2:5]
    (Piece(kind='word', text='at'), Piece(kind='host', text='shop.example'), Piece(kind='url', text='@/'))
    """
    return Scrubbed(text, strict=strict).pieces


def asks(text: str) -> bool:
    """Tell whether a text speaks of a password or asks for a code: the answer to it is to be scrubbed strictly."""
    return cues.is_question(resolve(fold(text)))


def _read(text: str, *, strict: bool) -> tuple[str, list[Token], bool]:
    folded = fold(text)
    whole = folded if folded.isascii() else resolve(folded)
    found = blocks.find(whole)
    # A word for a password that is spelled out has no place of its own: then the whole text is held to say one.
    strict = strict or (bool(found) and cues.is_strict(blocks.spelled_out(whole)))
    unspaced = chunks.has_runs(whole)
    tokens: list[Token] = []
    at = 0
    for block in found:
        tokens += _between(whole, at, block.start, unspaced=unspaced)
        tokens.append(block)
        at = block.end
    tokens += _between(whole, at, len(whole), unspaced=unspaced)
    for hide in (seeds.hide, numerals.hide, contacts.hide):
        tokens = replace(tokens, hide(tokens))
    tokens = figures.name(tokens, whole)
    tokens = [_gated(token) if token.kind == "word" else token for token in tokens]
    tokens = replace(tokens, credentials.hide(tokens, whole, strict=strict))
    tokens = replace(tokens, streets.hide(tokens))
    return whole, runs.split(tokens) if unspaced else tokens, whole != folded


def _between(whole: str, start: int, end: int, *, unspaced: bool) -> Iterator[Token]:
    """Read the chunks between two blocks."""
    for first, last, kind in chunks.cut(whole, start, end, runs=unspaced):
        chunk = whole[first:last]
        if kind == chunks.RUN:
            yield Token("run", chunk, first, last)
        elif kind == chunks.NUMBER:
            yield Token("number", "#" * min(len(chunk), numbers.MAX_DIGITS), first, last)
        elif chunk.isalpha():
            yield words.word(chunk, first)
        elif chunk[-1] in _STOPS and chunk[:-1].isalpha():
            yield words.word(chunk[:-1], first)
            yield Token("mark", chunk[-1], last - 1, last)
        else:
            yield from _detected(chunk, first)


def _detected(chunk: str, first: int) -> Iterator[Token]:
    sign = _ASSIGNMENT.match(chunk)
    if sign and cues.is_known(sign[1]):
        # "name=bob": a word that announces, as if it stood alone.
        yield from words.detect(sign[0], first)
        chunk, first = chunk[sign.end() :], first + sign.end()
    yield from next(filter(None, (detect(chunk, first) for detect in _DETECTORS)), ())


def _gated(token: Token) -> Token:
    _, text, start, end = token
    if cues.is_known(text):
        return token
    telling = lexicon.is_telling(text)
    if not telling and lexicon.is_public(text):
        return token
    if len(text) >= words.RARE_TOKEN:
        return Token("token", "", start, end)
    return Token("rare", "" if telling else text, start, end)


def _written(token: Token) -> str:
    if token.kind in {"word", "run", "mark"} or (token.kind == "rare" and token.text):
        return token.text
    return f"<{token.kind}:{token.text}>"


def _shapes(text: str, *, mixed: bool) -> list[Piece]:
    """Tell of the whole text what folding took away."""
    parts = text[:MAX_TEXT].split()
    capitals = sum(map(str.isupper, parts))
    shapes = []
    if mixed:
        shapes.append(Piece("shape", "scripts"))
    if capitals:
        share = "all" if capitals * 2 > len(parts) else "some" if capitals * 8 > len(parts) else "few"
        shapes.append(Piece("shape", f"capitals {share}"))
    lines = text.count("\n", 0, MAX_TEXT)
    if lines:
        shapes.append(Piece("shape", "lines " + "|" * min(lines, 4)))
    return shapes
