"""Tags of forums and posts, and posts that stay on top."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord
import pytest

from sandbox.discord import Channel, Community, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


def may_manage(guild: Community, *more: Permission) -> None:
    bits = guild.bot_role.permissions
    for permission in more:
        bits |= permission
    guild.change_role(guild.bot_role, permissions=bits)


def without(guild: Community, permission: Permission) -> None:
    guild.change_role(guild.bot_role, permissions=guild.bot_role.permissions & ~permission)


async def test_a_forum_gets_its_tags_from_those_who_manage_channels(
    connect: Connect, guild: Community, forum: Channel
) -> None:
    async with connect() as bot:
        channel = await bot.fetch_channel(forum.id)
        assert isinstance(channel, discord.ForumChannel)
        with pytest.raises(discord.Forbidden) as refusal:
            await channel.create_tag(name="executed")
        assert refusal.value.code == 50013
        may_manage(guild, Permission.MANAGE_CHANNELS)
        old = {tag.name: tag.id for tag in forum.tags}
        await channel.create_tag(
            name="executed", emoji=discord.PartialEmoji(name="✅"), moderated=True
        )
        tags = {tag.name: tag for tag in forum.tags}
        assert {name: tags[name].id for name in old} == old
        assert (tags["executed"].moderated, tags["executed"].emoji_name) == (True, "✅")
        too_many = [discord.ForumTag(name=f"tag {number}") for number in range(21)]
        for wrong in (too_many, [discord.ForumTag(name="x" * 21)]):
            with pytest.raises(discord.HTTPException) as refused:
                await channel.edit(available_tags=wrong)
            assert refused.value.code == 50035
        twice = [discord.ForumTag(name="same"), discord.ForumTag(name="same")]
        with pytest.raises(discord.HTTPException) as refused:
            await channel.edit(available_tags=twice)
        assert refused.value.code == 40061


async def test_an_owner_tags_the_post_but_not_with_what_moderators_keep(
    connect: Connect, guild: Community, mara: Person
) -> None:
    names = [f"t{number}" for number in range(6)]
    forum = guild.forum("posts", tags=names, moderated_tags=["passed"])
    without(guild, Permission.MANAGE_THREADS)
    theirs = await mara.post(forum, "Theirs", "text", tags=["t0"])
    async with connect() as bot:
        channel = await bot.fetch_channel(forum.id)
        assert isinstance(channel, discord.ForumChannel)
        *plain, passed = channel.available_tags
        post, _ = await channel.create_thread(name="Mine", content="8 %", applied_tags=plain[:5])
        with pytest.raises(discord.HTTPException) as refused:
            await channel.create_thread(name="No", content="8 %", applied_tags=plain)
        assert refused.value.code == 50035
        await post.edit(applied_tags=plain[1:2])
        foreign = await bot.fetch_channel(theirs.id)
        assert isinstance(foreign, discord.Thread)
        for thread, tag in ((post, passed), (foreign, plain[1])):
            with pytest.raises(discord.Forbidden) as refusal:
                await thread.edit(applied_tags=[tag])
            assert refusal.value.code == 50013
        may_manage(guild, Permission.MANAGE_THREADS)
        await post.edit(applied_tags=[plain[1], passed])
        await foreign.edit(applied_tags=[passed])
        assert theirs.tags == ["passed"]
        without(guild, Permission.MANAGE_THREADS)
        await post.edit(applied_tags=[plain[2], passed])
    with pytest.raises(NotAllowedError):
        await mara.tag(theirs, "t1")
    with pytest.raises(NotAllowedError):
        await mara.post(forum, "More", "text", tags=["passed"])


async def test_one_post_of_a_forum_is_pinned_until_it_is_archived(
    connect: Connect, guild: Community, forum: Channel, mara: Person, ideas: Channel
) -> None:
    first, second = await mara.post(forum, "1", "x"), await mara.post(forum, "2", "x")
    plain = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        posts = [await bot.fetch_channel(one.id) for one in (first, second, plain)]
        live = [post for post in posts if isinstance(post, discord.Thread)]
        await live[0].edit(pinned=True)
        assert first.pinned
        for thread, code in ((live[1], 30047), (live[2], 50024)):
            with pytest.raises(discord.HTTPException) as refused:
                await thread.edit(pinned=True)
            assert refused.value.code == code
        await live[0].edit(archived=True)
        assert not first.pinned
        without(guild, Permission.MANAGE_THREADS)
        with pytest.raises(discord.Forbidden):
            await live[1].edit(pinned=True)
