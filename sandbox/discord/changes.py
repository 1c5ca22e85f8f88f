"""Waiting for something to become true, woken by every change instead of polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A bell that rings whenever anything in the world has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake everybody who waits, so that they look again."""
        waiting, self._waiting = self._waiting, set()
        for bell in waiting:
            if not bell.done():
                bell.set_result(None)

    async def until(self, condition: Callable[[], T], *, timeout_seconds: float) -> T:
        """Wait until the condition gives something truthy, and give that.

        Raises:
            TimeoutError: after `timeout_seconds` of real time.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout_seconds):
            while not (value := condition()):
                bell = loop.create_future()
                self._waiting.add(bell)
                await bell
        return value
