"""Channels that the bot makes, and channels and roles that go away."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord
import pytest

from sandbox.discord import Channel, Community, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
Overwrites = dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]
pytestmark = pytest.mark.usefixtures("faithful")


async def test_the_bot_makes_channels_with_overwrites_it_may_give(
    connect: Connect, guild: Community
) -> None:
    async with connect() as bot:
        server = bot.guilds[0]
        with pytest.raises(discord.Forbidden) as refusal:
            await server.create_text_channel("Votes")
        assert refusal.value.code == 50013
        bits = guild.bot_role.permissions | Permission.MANAGE_CHANNELS
        guild.change_role(guild.bot_role, permissions=bits)
        assert server.self_role is not None
        quiet: Overwrites = {
            server.default_role: discord.PermissionOverwrite(send_messages=False),
            server.self_role: discord.PermissionOverwrite(send_messages=True),
        }
        category = await server.create_category("Governance")
        votes = await server.create_text_channel(
            "Open Votes", category=category, topic="All votes", overwrites=quiet
        )
        forum = await server.create_forum(
            "posts", category=category, available_tags=[discord.ForumTag(name="open")]
        )
        made = guild.channel("open-votes")
        assert (made.id, made.parent_id, made.topic) == (votes.id, category.id, "All votes")
        assert made.overwrites[guild.id].deny is Permission.SEND_MESSAGES
        assert guild.channel("posts").tags[0].name == forum.available_tags[0].name == "open"
        await votes.send("hello")
        more: Overwrites = {server.default_role: discord.PermissionOverwrite(ban_members=True)}
        with pytest.raises(discord.Forbidden) as refusal:
            await server.create_text_channel("no", overwrites=more)
        assert refusal.value.code == 50013
        with pytest.raises(discord.HTTPException) as refused:
            await server.create_text_channel("no", category=discord.Object(42))  # type: ignore[arg-type] # wrong on purpose
        assert refused.value.code == 50035


async def test_what_administrators_delete_is_told(
    connect: Connect, guild: Community, ideas: Channel, forum: Channel, mara: Person
) -> None:
    role = guild.role("Voters")
    guild.give(mara, role)
    post = await mara.post(forum, "Fee", "8 %")
    lone = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        guild.delete_role(role)
        assert (await bot.hears("guild_role_delete")).id == role.id
        guild.delete_thread(lone)
        assert (await bot.hears("raw_thread_delete")).thread_id == lone.id
        guild.delete_channel(forum)
        assert (await bot.hears("guild_channel_delete")).id == forum.id
        assert (await bot.hears("raw_thread_delete")).thread_id == post.id
        for gone in (forum, post, lone):
            with pytest.raises(discord.NotFound) as refusal:
                await bot.fetch_channel(gone.id)
            assert refusal.value.code == 10003
    assert mara.roles == []
