"""Threads and forum posts."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


async def test_a_thread_has_the_id_of_its_message_and_there_is_only_one(
    connect: Connect, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "an idea")
    async with connect() as bot:
        partial = bot.get_partial_messageable(ideas.id).get_partial_message(message.id)
        channel = bot.get_channel(ideas.id)
        assert isinstance(channel, discord.TextChannel)
        thread = await channel.get_partial_message(message.id).create_thread(name="Talk")
        assert thread.id == message.id
        assert (await bot.hears("thread_create")).id == thread.id
        await thread.send("welcome")
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.get_partial_message(message.id).create_thread(name="Again")
        assert refusal.value.code == 160004
        seen = await partial.channel.fetch_message(message.id)
        assert seen.flags.has_thread
        head = await anext(thread.history(oldest_first=True))
        assert head.type is discord.MessageType.thread_starter_message
    assert message.thread is not None
    assert message.thread.messages[-1].content == "welcome"


async def test_a_forum_post_has_tags_and_a_message_of_the_same_id(
    connect: Connect, forum: Channel, mara: Person
) -> None:
    async with connect() as bot:
        channel = bot.get_channel(forum.id)
        assert isinstance(channel, discord.ForumChannel)
        tag = next(tag for tag in channel.available_tags if tag.name == "ready")
        thread, head = await channel.create_thread(name="Fee", content="8 %", applied_tags=[tag])
        assert thread.id == head.id
        assert (await bot.hears("thread_create")).id == thread.id
        (post,) = [t for t in channel.guild.threads if t.parent_id == forum.id]
        assert [applied.name for applied in post.applied_tags] == ["ready"]
        await thread.edit(applied_tags=[channel.available_tags[0]])
        theirs = await mara.post(forum, "Mine", "text", tags=("open",))
        assert (await bot.hears("thread_create")).id == theirs.id
        with pytest.raises(discord.HTTPException) as refusal:
            await bot.get_partial_messageable(forum.id).send("no")
        assert refusal.value.code == 50008
    assert theirs.messages[0].id == theirs.id
    assert theirs.tags == ["open"]


async def test_inside_an_archived_thread_only_deleting_is_left(
    connect: Connect, ideas: Channel
) -> None:
    async with connect() as bot:
        channel = bot.get_channel(ideas.id)
        assert isinstance(channel, discord.TextChannel)
        kind = discord.ChannelType.public_thread
        thread = await channel.create_thread(name="T", type=kind)
        inside = await thread.send("tally")
        await thread.edit(archived=True)
        for attempt in (inside.edit(content="x"), inside.add_reaction("👍"), thread.join()):
            with pytest.raises(discord.HTTPException) as refusal:
                await attempt
            assert refusal.value.code == 50083
        with pytest.raises(discord.HTTPException) as refusal:
            await thread.edit(name="renamed")
        assert refusal.value.code == 50083
        archived = [found.id async for found in channel.archived_threads()]
        assert archived == [thread.id]
        await thread.edit(archived=False, name="awake")
        await inside.edit(content="y")
        await thread.edit(archived=True)
        await inside.delete()


async def test_speaking_wakes_an_archived_thread_but_not_a_locked_one(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    thread = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        live = bot.get_partial_messageable(thread.id)
        seen = await bot.fetch_channel(thread.id)
        assert isinstance(seen, discord.Thread)
        await seen.edit(archived=True)
        await live.send("good morning")
        assert not thread.archived
        await seen.edit(archived=True, locked=True)
        with pytest.raises(NotAllowedError, match="locked"):
            await mara.say(thread, "hello?")
        guild.change_role(guild.bot_role, permissions=Permission.VIEW_CHANNEL)
        with pytest.raises(discord.HTTPException) as refusal:
            await live.send("me neither")
        assert refusal.value.code == 160005
        with pytest.raises(discord.Forbidden) as refusal:
            await seen.edit(archived=False)
        assert refusal.value.code == 50013


async def test_a_locked_thread_takes_nothing_from_who_does_not_manage_it(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    thread = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        seen = await bot.fetch_channel(thread.id)
        assert isinstance(seen, discord.Thread)
        inside = await seen.send("tally")
        await seen.edit(locked=True)
        await inside.edit(content="moderators still may")
        bits = guild.bot_role.permissions & ~Permission.MANAGE_THREADS
        guild.change_role(guild.bot_role, permissions=bits)
        refused: list[Coroutine[Any, Any, object]] = [seen.send("new"), inside.edit(content="x")]
        for attempt in refused:
            with pytest.raises(discord.HTTPException) as refusal:
                await attempt
            assert refusal.value.code == 160005
        await inside.add_reaction("👍")
        thread.archived = True
        refused = [inside.edit(content="x"), inside.delete(), inside.add_reaction("🎉")]
        for attempt in refused:
            with pytest.raises(discord.HTTPException) as refusal:
                await attempt
            assert refusal.value.code == 50083
        with pytest.raises(discord.HTTPException) as refusal:
            await seen.send("new")
        assert refusal.value.code == 160005


async def test_a_thread_outlives_the_message_it_hangs_on(
    connect: Connect, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "an idea")
    thread = await mara.start_thread(message, "T")
    async with connect() as bot:
        await mara.delete(message)
        assert (await bot.hears("raw_message_delete")).message_id == message.id
        live = await bot.fetch_channel(thread.id)
        assert isinstance(live, discord.Thread)
        await live.send("the talk goes on")
        (head, said) = [found async for found in live.history(oldest_first=True)]
        assert head.type is discord.MessageType.thread_starter_message
        assert head.reference is not None
        assert said.content == "the talk goes on"
        with pytest.raises(discord.NotFound) as refusal:
            await bot.get_partial_messageable(ideas.id).fetch_message(message.id)
        assert refusal.value.code == 10008


async def test_a_silent_thread_archives_itself_as_the_clock_goes(
    connect: Connect, ideas: Channel, mara: Person, clock: SandboxClock
) -> None:
    thread = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        active = await bot.guilds[0].active_threads()
        assert [found.id for found in active] == [thread.id]
        clock.jump(86_400)
        assert await bot.guilds[0].active_threads() == []
        await bot.hears("raw_thread_update")
        assert thread.archived
        assert bot.get_channel(thread.id) is None


async def test_people_close_their_own_threads_and_moderators_lock_them(
    guild: Community, ideas: Channel, mara: Person
) -> None:
    mods = guild.role("Moderator", permissions=Permission.MANAGE_THREADS)
    ana = guild.member("Ana", roles=[mods])
    message = await mara.say(ideas, "an idea")
    thread = await mara.start_thread(message, "T")
    with pytest.raises(NotAllowedError, match="already"):
        await mara.start_thread(message, "T")
    await mara.archive(thread)
    await mara.say(thread, "awake again")
    with pytest.raises(NotAllowedError):
        await mara.archive(thread, locked=True)
    await ana.archive(thread, locked=True)
    assert (thread.archived, thread.locked) == (True, True)


async def test_members_join_and_leave(connect: Connect, ideas: Channel, mara: Person) -> None:
    thread = await mara.start_thread(ideas, "T")
    async with connect() as bot:
        seen = await bot.fetch_channel(thread.id)
        assert isinstance(seen, discord.Thread)
        await seen.join()
        assert {member.id for member in await seen.fetch_members()} == set(thread.members)
        await seen.fetch_member(mara.id)
        await seen.leave()
        with pytest.raises(discord.NotFound):
            assert bot.user is not None
            await seen.fetch_member(bot.user.id)
        await seen.add_user(discord.Object(mara.id))
        await seen.remove_user(discord.Object(mara.id))
    assert not thread.members


async def test_a_deleted_thread_is_an_unknown_channel(
    connect: Connect, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    thread = await mara.start_thread(await mara.say(ideas, "an idea"), "T")
    async with connect() as bot:
        world.faults.delete_thread(thread)
        assert (await bot.hears("raw_thread_delete")).thread_id == thread.id
        with pytest.raises(discord.NotFound) as refusal:
            await bot.get_partial_messageable(thread.id).send("anybody?")
        assert refusal.value.code == 10003


async def test_speaking_in_threads_is_a_permission_of_its_own(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    thread = await mara.start_thread(ideas, "T")
    guild.deny(ideas, guild.bot_member, Permission.SEND_MESSAGES_IN_THREADS)
    async with connect() as bot:
        await bot.get_partial_messageable(ideas.id).send("here I may")
        with pytest.raises(discord.Forbidden) as refusal:
            await bot.get_partial_messageable(thread.id).send("here not")
        assert refusal.value.code == 50013
