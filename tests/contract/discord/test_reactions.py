"""Reactions, given by people and counted by the true client."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord
import pytest

from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


async def test_a_reaction_comes_with_the_member_and_their_roles(
    connect: Connect, guild: Community, ideas: Channel
) -> None:
    voter = guild.role("Voter")
    mara = guild.member("Mara", roles=[voter])
    message = await mara.say(ideas, "an idea")
    async with connect() as bot:
        await mara.react(message, "👍")
        given = await bot.hears("raw_reaction_add")
        assert (given.user_id, given.message_id, str(given.emoji)) == (mara.id, message.id, "👍")
        assert [role.id for role in given.member.roles[1:]] == [voter.id]
        await mara.react(message, "👍")
        await mara.unreact(message, "👍")
        taken = await bot.hears("raw_reaction_remove")
        assert (taken.user_id, taken.member) == (mara.id, None)
        assert bot.heard("raw_reaction_add") == 0, "the same reaction twice is one"
    assert message.count("👍") == 0


async def test_normal_and_super_reactions_are_listed_apart_and_counted_together(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    joel = guild.member("Joel")
    message = await mara.say(ideas, "an idea")
    await mara.react(message, "👍")
    await joel.super_react(message, "👍")
    async with connect() as bot:
        seen = await bot.get_partial_messageable(ideas.id).fetch_message(message.id)
        (reaction,) = seen.reactions
        assert (reaction.count, reaction.normal_count, reaction.burst_count) == (2, 1, 1)
        normal = [user.id async for user in reaction.users(type=discord.ReactionType.normal)]
        burst = [user.id async for user in reaction.users(type=discord.ReactionType.burst)]
        assert (normal, burst) == ([mara.id], [joel.id])


async def test_many_users_come_in_pages(
    connect: Connect, guild: Community, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    message = await mara.say(ideas, "an idea")
    crowd = guild.crowd(250)
    async with connect() as bot:
        await world.burst_reactions(message, "👍", crowd)
        for person in crowd:
            assert (await bot.hears("raw_reaction_add")).user_id == person.id
        seen = await bot.get_partial_messageable(ideas.id).fetch_message(message.id)
        users = [user.id async for user in seen.reactions[0].users()]
        assert sorted(users) == [person.id for person in crowd]
    pages = [call for call in world.calls if "/reactions/" in call["path"]]
    assert len(pages) == 3


async def test_the_bot_reacts_and_takes_it_back(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("vote")
        await sent.add_reaction("👍")
        await sent.add_reaction("👎")
        seen = await sent.channel.fetch_message(sent.id)
        assert [(str(r.emoji), r.me) for r in seen.reactions] == [("👍", True), ("👎", True)]
        assert bot.user is not None
        await sent.remove_reaction("👍", bot.user)
    assert list(map(str, ideas.messages[0].reactions)) == ["👎"]
    assert world.bot.id not in ideas.messages[0].pinged_users


async def test_only_a_moderating_bot_takes_others_reactions_away(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "an idea")
    await mara.react(message, "👍")
    await mara.react(message, "👎")
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        partial = channel.get_partial_message(message.id)
        with pytest.raises(discord.Forbidden):
            await partial.clear_reactions()
        guild.allow(ideas, guild.bot_member, Permission.MANAGE_MESSAGES)
        await partial.remove_reaction("👍", discord.Object(mara.id))
        await bot.hears("raw_reaction_remove")
        await partial.clear_reaction("👎")
        await bot.hears("raw_reaction_clear_emoji")
        await mara.react(message, "👍")
        await partial.clear_reactions()
        await bot.hears("raw_reaction_clear")
    assert not message.reactions


async def test_a_message_takes_twenty_emoji(connect: Connect, ideas: Channel, mara: Person) -> None:
    message = await mara.say(ideas, "an idea")
    for number in range(20):
        await mara.react(message, chr(0x1F600 + number))
    async with connect() as bot:
        partial = bot.get_partial_messageable(ideas.id).get_partial_message(message.id)
        with pytest.raises(discord.HTTPException) as refusal:
            await partial.add_reaction("👍")
        assert refusal.value.code == 30010
        await partial.add_reaction(chr(0x1F600))
    with pytest.raises(NotAllowedError, match="20"):
        await mara.react(message, "👍")


async def test_custom_emoji_belong_to_a_server(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "an idea")
    btrst = guild.emoji("btrst")
    await mara.react(message, str(btrst))
    async with connect() as bot:
        partial = bot.get_partial_messageable(ideas.id).get_partial_message(message.id)
        await partial.add_reaction(f"btrst:{btrst.id}")
        with pytest.raises(discord.HTTPException) as refusal:
            await partial.add_reaction("nowhere:42")
        assert refusal.value.code == 10014
    assert message.count("btrst") == 2


async def test_reacting_first_needs_a_permission(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "an idea")
    await mara.react(message, "👍")
    guild.deny(ideas, guild.everyone, Permission.ADD_REACTIONS)
    guild.deny(ideas, guild.bot_member, Permission.ADD_REACTIONS)
    async with connect() as bot:
        partial = bot.get_partial_messageable(ideas.id).get_partial_message(message.id)
        await partial.add_reaction("👍")
        with pytest.raises(discord.Forbidden):
            await partial.add_reaction("👎")
