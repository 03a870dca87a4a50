"""Where the program begins."""

import sys
from typing import NoReturn

from .hardening import Role, harden
from .mishaps import install


def main() -> NoReturn:
    """Run `providence` with the arguments of this process, and exit."""
    # A worker, whose way leads through this room's door, has no command line: with it, it starts half as fast.
    from .commands import run  # noqa: PLC0415 - see above

    install()
    harden(Role.TOOL)
    sys.exit(run(sys.argv[1:]))
