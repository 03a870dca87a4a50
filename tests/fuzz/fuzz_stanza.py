"""Fuzz the stanza parser: `python tests/fuzz/fuzz_stanza.py -runs=1000000 [folder of documents]`.

Any bytes are a Stanza within the bound or a StanzaError. Anything else ends the run with the input written down.
"""

import importlib
import sys

atheris = importlib.import_module("atheris")  # of the dependency group `soak`; it has no types

with atheris.instrument_imports(include=["providence.stanza"]):
    from providence.errors import StanzaError
    from providence.stanza import Jid, parse
    from providence.stanza.bound import MAX_TEXT


def check(data: bytes) -> None:
    """Read the bytes, and look at what came of them."""
    try:
        stanza = parse(data)
    except StanzaError:
        return
    if sum(len(text) for _, text in stanza.texts) > MAX_TEXT:
        raise AssertionError("more text than the bound")
    if stanza.sender and Jid.parse(str(stanza.sender)) != stanza.sender:
        raise AssertionError("an address has two spellings")


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
