"""What is logged when something of ours fails.

The kind of error and its place, never a value.
"""

import asyncio
import logging
import traceback
from pathlib import Path
from typing import Any

_LOG = logging.getLogger("providence.pnp")


def place_of(error: BaseException) -> str:
    """Return `KindOfError at file:line`.

    Its text may hold what a peer sent, so that is left out.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


def log_fault(error: BaseException) -> None:
    """Log where an error that nobody foresaw was raised."""
    _LOG.error("unforeseen %s", place_of(error))


def quiet_exception_handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what the event loop could not hand to anybody; for `loop.set_exception_handler`.

    The default handler writes the arguments of the callback, which may be a frame with
    a secret in it.
    """
    error = context.get("exception")
    if isinstance(error, BaseException):
        log_fault(error)
    else:
        _LOG.error("the event loop reports a fault without an exception")
