"""Sets of words that only tell whether a word is in them."""

import hashlib
import struct

_INDICES = struct.Struct("<4I")


class Bloom:
    """A Bloom filter over bytes that are handed in: those of a file, or writable ones.

    Four indices from one BLAKE2b hash. `key` makes another set of it for everyone without the key.

    >>> seen = Bloom(bytearray(1024))
    >>> seen.add("hello")
    >>> "hello" in seen, "other" in seen
    (True, False)
    """

    __slots__ = ("_bits", "_size", "_state")

    def __init__(self, bits: bytes | bytearray, key: bytes = b"") -> None:
        self._bits = bits
        self._size = 8 * len(bits)
        self._state = hashlib.blake2b(digest_size=_INDICES.size, key=key, person=b"prov-words-v1")

    def _indices(self, word: str) -> tuple[int, ...]:
        state = self._state.copy()
        state.update(word.encode())
        return _INDICES.unpack(state.digest())

    def add(self, word: str) -> None:
        """Put a word in; the bytes must be writable."""
        if not isinstance(self._bits, bytearray):
            raise TypeError("the bits of this set cannot change")
        for index in self._indices(word):
            at = index % self._size
            self._bits[at >> 3] |= 1 << (at & 7)

    def __contains__(self, word: str) -> bool:
        """Tell whether a word was put in, or happens to look as if it was."""
        bits, size = self._bits, self._size
        for index in self._indices(word):
            at = index % size
            if not bits[at >> 3] >> (at & 7) & 1:
                return False
        return True
