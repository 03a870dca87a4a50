"""`providence version`: which Providence this is, and what it stands on."""

import platform
from argparse import Namespace
from importlib.metadata import version

from ... import __version__
from ...pnp import VERSION
from ..exits import Exit
from ..terminal import Terminal, outline
from .command import Command, no_arguments

_LIBRARIES = ("argon2-cffi", "cryptography", "lmdb", "msgpack")


def run(_args: Namespace, terminal: Terminal) -> int:
    """Print the versions that matter in a report about a fault."""
    versions = {
        "providence": __version__,
        "protocol": VERSION,
        "python": platform.python_version(),
        **{library: version(library) for library in _LIBRARIES},
    }
    terminal.show(versions, *outline(versions))
    return Exit.OK


COMMAND = Command("version", "print the version, and those of the libraries", no_arguments, run)
