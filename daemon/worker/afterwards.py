"""What is done once the answer has left: nobody waits for it."""

import asyncio
from collections.abc import Callable

from ...pnp import log_fault


class Afterwards:
    """Deeds for the event loop's next turn, which begins with writing what was answered in this one.

    In their order, and before anything that is asked later: `run` is called ahead of each request.
    """

    def __init__(self) -> None:
        self._deeds: list[Callable[[], None]] = []

    def add(self, deed: Callable[[], None]) -> None:
        """Do this afterwards; called from the event loop, once the request was answered."""
        if not self._deeds:
            asyncio.get_running_loop().call_soon(self.run)
        self._deeds.append(deed)

    def run(self) -> None:
        """Do what is left to be done."""
        deeds, self._deeds = self._deeds, []
        for deed in deeds:
            try:
                deed()
            except Exception as error:  # noqa: BLE001 - it is nobody's answer
                log_fault(error)
