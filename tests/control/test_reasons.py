"""Why a stanza was judged as it was, in words."""

import re
from pathlib import Path
from typing import Any

from providence.control import reasons
from providence.junk import Item, Seen
from providence.tokenizer import Part, tokenize

House = Any
ROOT = Path(__file__).parents[2]


def test_every_reason_there_is_has_words() -> None:
    """
    A new filter brings its words along.
    """
    sources = [path.read_text() for folder in ("pipeline", "daemon/worker") for path in (ROOT / folder).glob("*.py")]
    names = {name for source in sources for name in re.findall(r'Reason\("([A-Z_]+)"', source)}

    assert {"PRIOR", "BAYES", "CROWD"} <= names
    assert names <= reasons.WORDS.keys()


def test_a_reason_of_a_later_version_is_shown_by_its_name(house: House) -> None:
    item = Item("a@b.example", 0, 0.5, (("STARS_ALIGNED", 1.25),), house.message("hello"))

    assert "+1.2 STARS_ALIGNED" in reasons.of_item(house.vault, item)


def test_classes_are_those_of_the_tokenizer() -> None:
    pieces = [("word", "congratulations"), ("word", "now"), ("mark", "!"), ("host", "a.example"), ("run", "\u4f60")]
    kinds = {feature.partition(":")[0] for feature in tokenize([Part("body", pieces)]).features}

    assert reasons.CLASSES.keys() <= kinds


def test_what_cannot_be_read_or_has_no_words_is_explained_by_its_reasons_alone(house: House) -> None:
    for raw in (b"<message", b"<presence xmlns='jabber:client' type='subscribe' from='a@b.example'/>"):
        said = reasons.of_item(house.vault, Item("a@b.example", 0, 0.3, (("NO_CONTENT", 0.0),), raw))
        assert said.endswith("0.0 there are no words in it that I could judge")
    seen = Seen("a@b.example", 0, "", "subscribe", "deliver", 0.3, (("NO_CONTENT", 0.0),), b"")
    assert reasons.of_decision(house.vault, seen).endswith("no words in it that I could judge")
