"""Stopping in the worst moment."""

import asyncio
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket

from tests.simulation.discord.home import Home, awake


async def test_being_stopped_in_the_very_moment_of_connecting_is_not_overheard(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before Python 3.12 `asyncio.wait_for`, with which discord.py connects, loses this."""
    connect = DiscordWebSocket.from_client
    connection: asyncio.Task[None]

    async def stopped_at_the_end(*arguments: Any, **more: Any) -> DiscordWebSocket:
        made: DiscordWebSocket = await connect(*arguments, **more)
        connection.cancel()
        return made

    monkeypatch.setattr(DiscordWebSocket, "from_client", stopped_at_the_end)
    async with asyncio.TaskGroup() as tasks, awake(home, connects=False) as assent:
        connection = tasks.create_task(assent.bot.connect())
        done, _ = await asyncio.wait({connection}, timeout=5)
        assert done
        assert connection.cancelled()
