"""Unexpected exceptions, told by type and place only.

Values are what a traceback is dangerous for: a decode error holds the bytes it failed on, a KeyError its
key. So nothing here formats an exception or its arguments. The event loop's part is
`pnp.quiet_exception_handler`.
"""

import logging
import sys
import threading
from collections.abc import Iterator
from types import TracebackType

from ..pnp import place_of

_log = logging.getLogger(__name__)

# Beyond it a chain of causes tells nothing new; it also ends chains that bite their own tail.
_MAX_CAUSES = 4


def describe(error: BaseException) -> str:
    """Return the types of an exception and of its causes, each with the file and line it was raised at."""
    return ", from ".join(_causes(error))


def install() -> None:
    """From now on log what nobody caught, in the main thread, others and destructors, by `describe`."""
    sys.excepthook = lambda _kind, error, _trace: _tell("uncaught", error)
    threading.excepthook = lambda args: _tell("a thread ended", args.exc_value)
    sys.unraisablehook = lambda args: _tell("ignored", args.exc_value)


def log_to_stderr(level: str) -> None:
    """From now on log to standard error what weighs `level` or more; exceptions by `describe`, too."""
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


class Formatter(logging.Formatter):
    """A log formatter that describes exceptions where others print tracebacks."""

    def formatException(  # noqa: N802 - logging names it
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the description of an exception."""
        return describe(ei[1]) if ei[1] else ""


def _causes(error: BaseException | None) -> Iterator[str]:
    for _ in range(_MAX_CAUSES):
        if error is None:
            return
        yield place_of(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _tell(what: str, error: BaseException | None) -> None:
    _log.error("%s: %s", what, describe(error) if error else "no exception")
