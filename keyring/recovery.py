"""A recovery code as people write it down: eight groups of four letters and digits."""

from ..errors import InputError
from .secret import Octets, Secret
from .unlocks import RECOVERY_BYTES

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648
GROUP = 4
SYMBOLS = RECOVERY_BYTES * 8 // 5
MAX_TEXT_BYTES = 128

# What is easily taken for a symbol, and is none.
_ALIKE = {ord("0"): ord("O"), ord("1"): ord("I"), ord("8"): ord("B")}


def spell(code: Octets) -> bytearray:
    """Write a code of 20 bytes as `ABCD-EFGH-...` (ASCII), in a buffer that the caller wipes."""
    number = memoryview(code)
    text = bytearray()
    for place in range(SYMBOLS):
        if place and place % GROUP == 0:
            text += b"-"
        first = place * 5 // 8
        pair = (number[first] << 8) | (number[first + 1] if first + 1 < len(number) else 0)
        text.append(ALPHABET[(pair >> (11 - place * 5 % 8)) & 31])
    return text


def read(text: Octets) -> Secret:
    """Read a code back; case, spaces and dashes do not matter.

    Raises InputError if that is no recovery code.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise InputError("this is no recovery code")
    code = Secret(RECOVERY_BYTES)
    view = code.view()
    place = 0
    for letter in memoryview(text):
        upper = letter - 32 if ord("a") <= letter <= ord("z") else letter
        if upper in b" -":
            continue
        value = ALPHABET.find(_ALIKE.get(upper, upper))
        if value < 0 or place == SYMBOLS:
            raise InputError("this is no recovery code")
        first, shift = place * 5 // 8, 11 - place * 5 % 8
        view[first] |= (value << shift) >> 8
        if first + 1 < RECOVERY_BYTES:
            view[first + 1] |= (value << shift) & 255
        place += 1
    if place != SYMBOLS:
        raise InputError("this is no recovery code")
    return code
