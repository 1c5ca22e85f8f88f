"""Messages pinned to a channel."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord
import pytest

from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


async def test_a_pin_needs_its_own_permission_and_is_told_in_the_channel(
    connect: Connect, guild: Community, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    without = guild.bot_role.permissions & ~Permission.PIN_MESSAGES
    message = await mara.say(ideas, "rules")
    async with connect() as bot:
        live = bot.get_channel(ideas.id)
        assert isinstance(live, discord.TextChannel)
        seen = await live.fetch_message(message.id)
        await seen.pin()
        await seen.pin()
        assert message.pinned
        notice = ideas.messages[-1]
        assert (notice.type, notice.author, len(ideas.messages)) == (6, world.bot, 2)
        assert (await live.fetch_message(notice.id)).type is discord.MessageType.pins_add
        told = await live.fetch_message(notice.id)
        assert told.reference is not None
        assert told.reference.message_id == message.id
        assert [pin.id async for pin in live.pins()] == [message.id]
        with pytest.raises(discord.Forbidden) as refusal:
            await told.pin()
        assert refusal.value.code == 50021
        await seen.unpin()
        assert not message.pinned
        guild.change_role(guild.bot_role, permissions=without | Permission.MANAGE_MESSAGES)
        with pytest.raises(discord.Forbidden) as refusal:
            await seen.pin()
        assert refusal.value.code == 50013


async def test_moderators_pin_and_members_do_not(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    role = guild.role("Moderator", permissions=Permission.PIN_MESSAGES)
    ana = guild.member("Ana", roles=[role])
    async with connect() as bot:
        await bot.get_partial_messageable(ideas.id).send("rules")
        (message,) = ideas.messages
        with pytest.raises(NotAllowedError):
            await mara.pin(message)
        await ana.pin(message)
        assert message.pinned
        assert await bot.hears("guild_channel_pins_update")
        await ana.unpin(message)
    assert not message.pinned
