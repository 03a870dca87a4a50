import pytest

from providence.scrubber.bloom import Bloom


def test_what_was_put_in_is_in_and_little_else() -> None:
    bloom = Bloom(bytearray(2048))
    for number in range(1000):
        bloom.add(f"word{number}")

    assert all(f"word{number}" in bloom for number in range(1000))
    assert sum(f"other{number}" in bloom for number in range(1000)) < 60


def test_another_key_is_another_set() -> None:
    bits = bytearray(2048)
    Bloom(bits, b"one key").add("word")

    assert "word" in Bloom(bits, b"one key")
    assert "word" not in Bloom(bits, b"another")


def test_the_bits_of_a_file_cannot_change() -> None:
    with pytest.raises(TypeError):
        Bloom(bytes(8)).add("word")


def test_the_bits_of_a_known_word_never_change() -> None:
    """The files that ship depend on it."""
    bits = bytearray(8)
    Bloom(bits).add("hello")

    assert bits.hex() == "0008000030100000"
