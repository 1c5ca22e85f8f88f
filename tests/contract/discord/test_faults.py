"""Misfortune on demand."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import discord
import pytest

from sandbox.discord import Channel, Community, DiscordWorld, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
SENDING = r"/channels/\d+/messages$"


async def test_a_reset_after_the_effect_reaches_the_caller_and_the_nonce_saves_the_day(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    world.faults.lose_answer("POST", SENDING, how="reset")
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        with pytest.raises(aiohttp.ClientError):
            await channel.send("once", nonce="row-1")
        assert len(ideas.messages) == 1
        again = await channel.send("once", nonce="row-1")
        assert again.id == ideas.messages[0].id
        assert len(ideas.messages) == 1
    (lost,) = [call for call in world.calls if call.get("fault")]
    assert (lost["method"], lost["status"]) == ("POST", 200)


async def test_a_closed_connection_is_another_way_to_lose_an_answer(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    world.faults.lose_answer("POST", SENDING, how="disconnect")
    async with connect() as bot:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await bot.get_partial_messageable(ideas.id).send("once")
    assert len(ideas.messages) == 1


async def test_the_client_repeats_after_a_500_and_does_not_post_twice(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    world.faults.lose_answer("POST", SENDING, how="500")
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("once")
    assert [message.id for message in ideas.messages] == [sent.id]


async def test_a_request_can_fail_before_its_effect(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    world.faults.fail("POST", SENDING, status=503)
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        with pytest.raises(discord.DiscordServerError):
            await channel.send("not yet")
        assert ideas.messages == []
        await channel.send("now")
    assert [message.content for message in ideas.messages] == ["now"]


async def test_answers_are_lost_by_a_seeded_chance(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        outcomes = []
        for _ in range(2):
            world.faults.lose_randomly(0.5, seed=7, methods=("POST",))
            outcomes.append([await is_lost(channel) for _ in range(10)])
        world.faults.heal()
        assert outcomes[0] == outcomes[1]
        assert 0 < sum(outcomes[0]) < 10
        assert not await is_lost(channel)
    assert len(ideas.messages) == 21


async def is_lost(channel: discord.PartialMessageable) -> bool:
    try:
        await channel.send("x")
    except aiohttp.ClientError:
        return True
    return False


async def test_an_event_can_be_lost(
    connect: Connect, ideas: Channel, world: DiscordWorld, mara: Person
) -> None:
    async with connect() as bot:
        world.faults.lose_events("REACTION_ADD")
        message = await mara.say(ideas, "an idea")
        await mara.react(message, "👍")
        await mara.react(message, "👎")
        assert str((await bot.hears("raw_reaction_add")).emoji) == "👎"
        assert bot.heard("raw_reaction_add") == 0


async def test_a_server_can_be_away_for_a_while_or_for_good(
    connect: Connect, guild: Community, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        world.faults.begin_outage(guild.guild)
        assert (await bot.hears("guild_unavailable")).id == guild.id
        world.faults.end_outage(guild.guild)
        assert (await bot.hears("guild_available")).id == guild.id
        world.faults.remove_bot(guild.guild)
        assert (await bot.hears("guild_remove")).id == guild.id
        with pytest.raises(discord.Forbidden) as refusal:
            await bot.get_partial_messageable(ideas.id).send("let me in")
        assert refusal.value.code == 50001


async def test_a_message_can_be_deleted_under_the_bot(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("a card")
        world.faults.delete_message(ideas.messages[0])
        with pytest.raises(discord.NotFound) as refusal:
            await sent.edit(content="x")
        assert refusal.value.code == 10008


async def test_a_world_that_stops_comes_back_on_the_same_port_with_everything_in_it(
    connect: Connect, ideas: Channel, world: DiscordWorld, mara: Person
) -> None:
    message = await mara.say(ideas, "before")
    address = world.api_url
    async with connect() as bot:
        await world.stop()
        await world.start()
        assert world.api_url == address
        await bot.hears("resumed", timeout_seconds=20)
        found = await bot.get_partial_messageable(ideas.id).fetch_message(message.id)
        assert found.id == message.id
