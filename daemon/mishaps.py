"""
Unexpected exceptions, told by type and place only.

Values are what a traceback is dangerous for: a decode error holds the bytes it failed on, a KeyError its
key. So nothing here formats an exception or its arguments.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

_log = logging.getLogger(__name__)

# Beyond it a chain of causes tells nothing new; it also ends chains that bite their own tail.
_MAX_CAUSES = 4


def describe(error: BaseException) -> str:
    """Return the types of an exception and its causes, each with the file and line it was raised at."""
    return ", from ".join(_causes(error))


def install() -> None:
    """From now on report what nobody caught, in the main thread, others and destructors, by `describe`."""
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda args: _tell("a thread ended", args.exc_value)
    sys.unraisablehook = lambda args: _tell("ignored", args.exc_value)


def on_loop_error(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Report an error of an asyncio loop; asyncio's own handler would show the reprs of tasks and buffers."""
    _tell("in the event loop", context.get("exception"))


class Formatter(logging.Formatter):
    """A log formatter that describes exceptions where others print tracebacks."""

    def formatException(  # noqa: N802 - logging names it
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the description of an exception."""
        return describe(ei[1]) if ei[1] else ""


def _causes(error: BaseException | None) -> Iterator[str]:
    for _ in range(_MAX_CAUSES):
        if error is None:
            return
        yield f"{type(error).__name__} ({_place(error.__traceback__)})"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _place(trace: TracebackType | None) -> str:
    """Return `room/file.py:line` of where a traceback ends."""
    if trace is None:
        return "raised nowhere"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{'/'.join(Path(trace.tb_frame.f_code.co_filename).parts[-2:])}:{trace.tb_lineno}"


def _on_uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _tell("uncaught", error)


def _tell(what: str, error: BaseException | None) -> None:
    _log.error("%s: %s", what, describe(error) if error else "no exception")
