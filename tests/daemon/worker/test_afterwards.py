"""What is done once the answer has left."""

import asyncio
import logging

import pytest

from providence.daemon.worker.afterwards import Afterwards


def test_deeds_come_after_what_the_loop_was_to_do_before_and_in_their_order() -> None:
    done: list[str] = []

    async def ask() -> None:
        afterwards = Afterwards()
        asyncio.get_running_loop().call_soon(done.append, "answer")
        afterwards.add(lambda: done.append("first"))
        afterwards.add(lambda: done.append("second"))
        assert not done
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(ask())
    assert ["answer", "first", "second"] == done


def test_what_is_asked_next_finds_them_done_and_one_that_fails_keeps_none_from_being_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    async def ask() -> None:
        afterwards = Afterwards()
        afterwards.add(lambda: done.remove("deed"))
        afterwards.add(lambda: done.append("deed"))
        afterwards.run()
        assert ["deed"] == done
        await asyncio.sleep(0)

    with caplog.at_level(logging.ERROR):
        asyncio.run(ask())
    assert ["deed"] == done
    assert "ValueError" in caplog.text
