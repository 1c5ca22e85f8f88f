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


def external(start: int, end: int, **changes: object) -> dict[str, object]:
    return {
        "name": "x",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "here"},
        "scheduled_start_time": at(start).isoformat(),
        "scheduled_end_time": at(end).isoformat(),
        **changes,
    }


async def make(bot: ListeningBot, guild: Community, **body: object) -> discord.ScheduledEvent:
    made = await bot.http.create_guild_scheduled_event(guild.id, **body)  # type: ignore[arg-type] # any body
    return await bot.guilds[0].fetch_scheduled_event(int(made["id"]))


@pytest.mark.usefixtures("faithful")
async def test_an_external_event_begins_and_ends_by_itself(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    async with connect() as bot:
        made = await make(bot, guild, **external(now + 60, now + 120))
        clock.jump(61)
        (listed,) = await bot.guilds[0].fetch_scheduled_events()
        assert listed.status is discord.EventStatus.active
        assert (await bot.hears("scheduled_event_update")).id == made.id
        with pytest.raises(discord.HTTPException) as refusal:
            await made.edit(status=discord.EventStatus.cancelled)  # it has begun
        assert refusal.value.code == 50035
        clock.jump(60)
        assert await bot.guilds[0].fetch_scheduled_events() == []
        assert guild.scheduled_events[0].status.name == "COMPLETED"
        with pytest.raises(discord.HTTPException) as finished:
            await made.edit(name="Too late")
        assert finished.value.code == 180_000


@pytest.mark.usefixtures("faithful")
async def test_a_cancelled_event_is_off_the_list_and_final(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    async with connect() as bot:
        made = await make(bot, guild, **external(now + 60, now + 120))
        await made.edit(description="It is off.", status=discord.EventStatus.cancelled)
        assert await bot.guilds[0].fetch_scheduled_events() == []
        assert guild.scheduled_events[0].description == "It is off."
        with pytest.raises(discord.HTTPException) as finished:
            await made.edit(name="Too late")
        assert finished.value.code == 180_000


async def test_a_hundred_events_are_the_most_and_peoples_count(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    for _ in range(99):
        guild.schedule("A party", start=now + 60, end=now + 120)
    async with connect() as bot:
        await make(bot, guild, **external(now + 60, now + 120))
        with pytest.raises(discord.HTTPException) as full:
            await make(bot, guild, **external(now + 60, now + 120))
        assert full.value.code == 30_038
        guild.unschedule(guild.scheduled_events[0])
        await make(bot, guild, **external(now + 60, now + 120))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"description": "x" * 1_001},
        {"entity_metadata": {"location": "x" * 101}},
        {"entity_metadata": None},
        {"scheduled_end_time": None},
        {"privacy_level": 1},
    ],
)
async def test_an_event_outside_of_discords_limits_is_refused(
    connect: Connect, guild: Community, clock: SandboxClock, wrong: dict[str, object]
) -> None:
    now = clock.now()
    async with connect() as bot:
        with pytest.raises(discord.HTTPException) as refusal:
            await make(bot, guild, **external(now + 60, now + 120, **wrong))
        assert refusal.value.code == 50035
    assert guild.scheduled_events == []


async def test_a_beginning_cannot_be_moved_into_the_past_nor_others_events_be_changed(
    connect: Connect, guild: Community, clock: SandboxClock
) -> None:
    now = clock.now()
    theirs = guild.schedule("A party", start=now + 60, end=now + 120)
    async with connect() as bot:
        made = await make(bot, guild, **external(now + 60, now + 120))
        with pytest.raises(discord.HTTPException) as refusal:
            await made.edit(start_time=at(now - 60))
        assert refusal.value.code == 50035
        party = await bot.guilds[0].fetch_scheduled_event(theirs.id)
        with pytest.raises(discord.Forbidden):
            await party.edit(name="Ours")
        with pytest.raises(discord.Forbidden):
            await party.delete()
    assert theirs.name == "A party"
