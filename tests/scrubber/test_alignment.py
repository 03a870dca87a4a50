import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.scrubber.alignment import Alignment
from providence.scrubber.confusables import resolve
from providence.scrubber.folding import fold


def found(text: str, part: str) -> str:
    folded = resolve(fold(text))
    start = folded.index(part)
    first, last = Alignment(text, folded).original(start, start + len(part))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("say hunter now", "hunter", "hunter"),
        ("ﬃ hun\u200bter now", "hunter", "hun\u200bter"),
        ("Straße ＨＵＮＴＥＲ!", "hunter", "ＨＵＮＴＥＲ"),
        ("\ufdfa h\u0301unter", "hunter", "h\u0301unter"),
        ("각각 hunter", "hunter", "hunter"),
        ("2\ufe0f\u20e3 hunter", "2", "2\ufe0f\u20e3"),
    ],
)
def test_an_offset_leads_back_to_where_it_came_from(text: str, part: str, original: str) -> None:
    assert original == found(text, part)


@given(st.text())
def test_segments_fold_to_the_whole(text: str) -> None:
    """Then no span is ever guessed."""
    folded = resolve(fold(text))
    kept = [at for at, char in enumerate(text) if fold(char) and not unicodedata.combining(char)]
    first, last = Alignment(text, folded).original(0, len(folded)) if folded else (0, 0)

    assert not kept or (first <= kept[0] and last > kept[-1])
