"""The server's calendar."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import Community, Permission
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


def at(unix_seconds: int) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)


async def test_a_vote_is_put_into_the_calendar_changed_and_taken_out(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    async with connect() as bot:
        made = await bot.guilds[0].create_scheduled_event(
            name="Temperature check",
            start_time=at(now + 3600),
            end_time=at(now + 7200),
            entity_type=discord.EntityType.external,
            location="https://snapshot.org",
            privacy_level=discord.PrivacyLevel.guild_only,
        )
        assert (await bot.hears("scheduled_event_create")).id == made.id
        await made.edit(name="Consensus check")
        await bot.hears("scheduled_event_update")
        (listed,) = await bot.guilds[0].fetch_scheduled_events()
        assert listed.name == guild.scheduled_events[0].fields["name"] == "Consensus check"
        made = await made.start()
        made = await made.end()
        assert guild.scheduled_events[0].status == 3
        await made.delete()
        with pytest.raises(discord.NotFound) as refusal:
            await bot.guilds[0].fetch_scheduled_event(made.id)
        assert refusal.value.code == 10070


async def test_an_event_cannot_begin_in_the_past_or_without_the_permission(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    body = {
        "name": "x",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "here"},
        "scheduled_start_time": at(now - 60).isoformat(),
        "scheduled_end_time": at(now - 120).isoformat(),
    }
    async with connect() as bot:
        with pytest.raises(discord.HTTPException) as refusal:
            await bot.http.create_guild_scheduled_event(guild.id, **body)  # type: ignore[arg-type]
        assert refusal.value.code == 50035
        less = guild.bot_role.permissions & ~Permission.CREATE_EVENTS
        guild.change_role(guild.bot_role, permissions=less)
        with pytest.raises(discord.Forbidden) as forbidden:
            await bot.http.create_guild_scheduled_event(guild.id, **body)  # type: ignore[arg-type]
        assert forbidden.value.code == 50013
    assert guild.scheduled_events == []
