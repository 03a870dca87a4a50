import json
import re
import runpy
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.classifier import EMPTY, Seed, judge, keys, shipped
from providence.classifier.judging import Counts
from providence.classifier.seeds import HEADER, MAX_ROWS
from providence.errors import ForeignStoreError, VersionError

HERE = Path(__file__).parents[2]
TEXTS = sorted((HERE / "seeds" / "texts").glob("*.tsv"))
CORPORA = sorted((HERE.parent / "shared" / "data" / "messages").glob("*.jsonl"))
WORDS, RUN = 5, 9  # words in a row, or letters of a script without spaces, by which a text is recognised

ROWS = st.dictionaries(
    st.integers(0, 2**32 - 1), st.tuples(*[st.integers(0, 65_535).map(lambda n: n / 256)] * 2), max_size=20
)


@given(ROWS)
def test_a_seed_is_what_was_written(rows: dict[int, tuple[float, float]]) -> None:
    seed = Seed.from_bytes(Seed(40.0, 40.0, rows).to_bytes())

    assert (40.0, 40.0, rows) == (seed.spam, seed.ham, seed.rows)


@given(st.binary(max_size=80), st.booleans())
def test_no_bytes_bring_anything_but_our_errors(raw: bytes, headed: bool) -> None:
    with pytest.raises((ForeignStoreError, VersionError)):
        Seed.from_bytes((b"PVSD" if headed else b"") + raw + b"x")


def test_too_many_rows_are_refused() -> None:
    rows = MAX_ROWS + 1
    data = struct.pack("<4sHHIff12x", b"PVSD", 1, 0, rows, 1.0, 1.0) + bytes(8 * rows)

    assert len(data) == HEADER.size + 8 * rows
    with pytest.raises(ForeignStoreError):
        Seed.from_bytes(data)


def test_the_seed_that_is_shipped_is_small_and_knows_something() -> None:
    seed = shipped()

    assert 5_000 < len(seed.rows) < 100_000
    assert len(seed.to_bytes()) < 2 * 2**20
    assert "Seed of" in repr(seed)


def test_an_empty_seed_changes_nothing() -> None:
    counts = Counts(20, 20, [(3, 1), (0, 4)])

    assert judge(counts) == judge(counts, EMPTY.prior(bytes(32)))


def test_a_hash_is_looked_up_by_its_first_four_bytes() -> None:
    hashes = bytes.fromhex("01000000" + "00" * 12 + "ffffffff" + "11" * 12)

    assert [1, 2**32 - 1] == list(keys(hashes))
    assert [(2.0, 0.5), (0.0, 0.0)] == Seed(4, 4, {1: (2.0, 0.5)}).prior(hashes).features


def test_the_seed_that_is_shipped_speaks_of_the_features_of_today() -> None:
    """A change of scrubber or tokenizer asks for `python seeds/build.py`."""
    build = runpy.run_path(str(HERE / "seeds" / "build.py"))["build"]
    ours = build(None).rows

    assert len(ours) > 10_000
    assert sum(key in shipped().rows for key in ours) > 0.99 * len(ours)


def ours() -> Iterator[str]:
    for path in TEXTS:
        for line in path.read_text(encoding="utf-8").splitlines():
            label, text = line.split("\t")
            assert label in {"spam", "ham"}, path.name
            yield text


def phrases(text: str) -> set[str]:
    words = re.findall(r"[^\W_]+", text.casefold())
    letters = "".join(words)
    runs = range(len(letters) - RUN + 1) if re.search("[\u2e80-\ud7ff]", letters) else ()
    return {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)} | {
        letters[at : at + RUN] for at in runs
    }


def test_the_texts_of_the_seed_are_all_different() -> None:
    texts = ["".join(re.findall(r"[^\W_]", text.casefold())) or text for text in ours()]

    assert len(texts) == len(set(texts))


def test_the_texts_of_the_seed_name_no_real_server() -> None:
    servers = re.compile(r"\b[a-z0-9-]+\.(?:com|org|net|ru|me|io|cn|gg|ly|info|tv|xyz|test)\b", re.IGNORECASE)

    assert not [text for text in ours() if servers.search(text)]


@pytest.mark.skipif(not CORPORA, reason="the public corpora are not at hand")
def test_the_texts_of_the_seed_are_copied_from_no_corpus_that_it_is_measured_on() -> None:
    written = set().union(*map(phrases, ours()))
    lines = (line for path in CORPORA for line in path.read_text(encoding="utf-8").split("\n") if line)
    public = (json.loads(line)["text"] for line in lines)

    assert not [phrase for text in public for phrase in phrases(text) & written]
