"""A small community and the true discord.py client in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import (
    DEFAULT_BOT_PERMISSIONS,
    Channel,
    Community,
    DiscordWorld,
    Permission,
    Person,
    Rules,
)
from sandbox.discord.client import ListeningBot, connected
from tests.contract.discord.verdicts import faults

START = 1_750_000_000


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SandboxClock]:
    clock = SandboxClock.create(tmp_path / "clock", start=START)
    yield clock
    clock.close()


@pytest.fixture
def rules() -> Rules:
    return Rules(rate_limits=False)


@pytest.fixture
async def world(clock: SandboxClock, rules: Rules, tmp_path: Path) -> AsyncIterator[DiscordWorld]:
    async with DiscordWorld(clock, rules=rules, record=tmp_path / "calls.jsonl") as world:
        yield world


@pytest.fixture
def guild(world: DiscordWorld) -> Community:
    """A server whose bot may do more than Assent asks for: this world knows all of it."""
    more = Permission.MANAGE_THREADS | Permission.CREATE_EVENTS | Permission.PIN_MESSAGES
    return world.guild("Braintrust", bot_permissions=DEFAULT_BOT_PERMISSIONS | more)


@pytest.fixture
def ideas(guild: Community) -> Channel:
    return guild.text_channel("ideas")


@pytest.fixture
def forum(guild: Community) -> Channel:
    return guild.forum("idea-forum", tags=("open", "ready"))


@pytest.fixture
def mara(guild: Community) -> Person:
    return guild.member("Mara")


@pytest.fixture
def intents() -> discord.Intents:
    return discord.Intents(
        guilds=True, guild_messages=True, guild_reactions=True, guild_scheduled_events=True
    )


@pytest.fixture
def bot(intents: discord.Intents) -> ListeningBot:
    return ListeningBot(intents)


@pytest.fixture
def connect(
    world: DiscordWorld, intents: discord.Intents
) -> Callable[..., AbstractAsyncContextManager[ListeningBot]]:
    """Give a function that runs a bot for the time of an `async with` block."""

    def run(bot: ListeningBot | None = None, **options: Any) -> Any:
        return connected(world, bot or ListeningBot(intents, **options))

    return run


@pytest.fixture
def faithful(world: DiscordWorld, tmp_path: Path) -> Iterator[None]:
    """Hold every call of the test against Discord's specification, when it is over."""
    yield
    assert world.calls, "the test has spoken with the world"
    assert faults(tmp_path / "calls.jsonl") == []
