"""
Fuzz the PNP reader: any bytes, cut anywhere, bring frames or FrameError, nothing else.

    python tests/fuzz/fuzz_pnp.py -runs=1000000

The first byte says whether requests or answers are read, the second how long the pieces
are. Each input is read in one piece too: both must come to the same end. What the
reader takes must be written and read again without a difference.
"""

import codecs
import importlib
import sys
import tempfile
from pathlib import Path

atheris = importlib.import_module("atheris")  # of the dependency group `soak`; it has no types

with atheris.instrument_imports(include=["providence.pnp", "providence.errors"]):
    from providence.errors import FrameError
    from providence.pnp import (
        FrameReader,
        check_request,
        encode_reply,
        encode_request,
    )

VECTORS = Path(__file__).parents[1] / "vectors" / "pnp"
Found = list[tuple[str, int, dict[str, str], bytes]]


def read(data: bytes, size: int, *, replies: bool) -> tuple[Found, str]:
    """Return the frames, and the rule that ended them."""
    reader = FrameReader(replies=replies)
    found: Found = []
    try:
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            reader.get_buffer()[: len(piece)] = piece
            reader.advance(len(piece))
            while frame := reader.read():
                body = bytes(frame.body)
                found.append((frame.verb, frame.code, frame.headers, body))
                if not replies:
                    check_request(frame)
    except FrameError as error:
        return found, str(error)
    return found, "half" if reader.half else ""


def write(found: Found) -> bytes:
    """Return the frames as bytes again."""
    return b"".join(
        encode_request(verb, headers, body) if verb else encode_reply(code, headers, body)
        for verb, code, headers, body in found
    )


def test_one_input(data: bytes) -> None:
    """Read, read in pieces, write and read again."""
    replies = data[:1] > b"\x7f"
    size = 1 + (data[1] if len(data) > 1 else 0)
    found, end = read(data[2:4000], 4000, replies=replies)
    if (found, end) != read(data[2:4000], size, replies=replies):
        raise RuntimeError("the pieces matter")
    again, _ = read(write(found), 4000, replies=replies)
    if again != found:
        raise RuntimeError("written and read again it is another frame")


def seeds(folder: Path) -> None:
    """Write the bytes of each vector into a folder, for the fuzzer to start from."""
    for path in VECTORS.glob("*.txt"):
        top, _, wire = path.read_text("ascii").partition("\n---\n")
        data = codecs.decode(wire.replace("\n", ""), "unicode_escape").encode("latin-1")
        kind = b"\xff" if "reader: answer" in top else b"\x00"
        (folder / path.stem).write_bytes(kind + b"\x06" + data)


def main() -> None:
    """Start from the vectors, which hold one of each."""
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        atheris.Setup([*sys.argv, folder], test_one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
