"""What is logged of a fault: its kind and its place."""

import asyncio
import logging

import pytest

from providence.pnp import place_of, quiet_exception_handler


def fail(secret: bytes) -> None:
    raise ValueError(secret)


def test_the_event_loop_logs_no_arguments(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(quiet_exception_handler)
        loop.call_soon(fail, b"hunter2")
        loop.call_exception_handler({"message": "hunter2"})
        await asyncio.sleep(0)

    asyncio.run(run())

    assert "ValueError at test_faults.py:" in caplog.text
    assert "the event loop reports a fault without an exception" in caplog.text
    assert "hunter2" not in caplog.text


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("hunter2")) == "ValueError"
