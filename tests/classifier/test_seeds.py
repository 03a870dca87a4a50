import runpy
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.classifier import EMPTY, Seed, judge, keys, shipped
from providence.classifier.judging import Counts
from providence.classifier.seeds import HEADER, MAX_ROWS
from providence.errors import ForeignStoreError, VersionError

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
    build = runpy.run_path(str(Path(__file__).parents[2] / "seeds" / "build.py"))["build"]
    ours = build(None).rows

    assert len(ours) > 500
    assert sum(key in shipped().rows for key in ours) > 0.99 * len(ours)
