import hashlib

from hypothesis import given
from hypothesis import strategies as st

from providence.scrubber import HASH_BYTES, blind


def test_a_hash_is_blake2b_of_the_feature_under_the_label_of_the_format() -> None:
    expected = hashlib.blake2b(b"word:hello", digest_size=16, person=b"prov-token-v1").digest()

    assert expected == blind(["word:hello"])


def test_the_hash_of_a_known_feature_never_changes() -> None:
    """Stored tables depend on it."""
    assert blind(["word:hello"]).hex() == "51f5c9270114dbe025aca5bd3ec8234a"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_each_feature_is_hashed_once_and_in_order(features: list[str]) -> None:
    hashes = blind(features)

    assert HASH_BYTES * len(set(features)) == len(hashes)
    assert b"".join(blind([feature]) for feature in dict.fromkeys(features)) == hashes
