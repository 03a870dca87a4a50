"""Where the program begins."""

import sys
from typing import NoReturn

from .commands import run
from .hardening import Role, harden
from .mishaps import install


def main() -> NoReturn:
    """Run `providence` with the arguments of this process, and exit."""
    install()
    harden(Role.TOOL)
    sys.exit(run(sys.argv[1:]))
