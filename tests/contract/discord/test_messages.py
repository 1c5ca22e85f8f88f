"""Messages, as the true client sends, reads and edits them."""

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


async def test_a_message_is_sent_seen_and_kept(
    connect: Connect, ideas: Channel, world: DiscordWorld, clock: SandboxClock
) -> None:
    async with connect() as bot:
        embed = discord.Embed(title=" Fee ", description="8 %").add_field(name="a", value="b")
        sent = await bot.get_partial_messageable(ideas.id).send("hello", embed=embed)
        assert (await bot.hears("message")).id == sent.id
    (kept,) = ideas.messages
    assert (kept.id, kept.content, kept.author) == (sent.id, "hello", world.bot)
    assert sent.embeds[0].title == "Fee"
    assert kept.text == "hello\nFee\n8 %\na\nb"
    assert 0 <= clock.now() - kept.created_at <= 2
    assert abs(sent.created_at.timestamp() - kept.created_at) <= 1


async def test_the_same_nonce_gives_the_first_message_again(
    connect: Connect, ideas: Channel, clock: SandboxClock
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        first = await channel.send("once", nonce="abc")
        again = await channel.send("once", nonce="abc")
        assert again.id == first.id
        assert len(ideas.messages) == 1
        clock.jump(301)
        later = await channel.send("once", nonce="abc")
        assert later.id != first.id


async def test_a_nonce_whose_message_was_deleted_is_an_unknown_message(
    connect: Connect, ideas: Channel
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        first = await channel.send("once", nonce="abc")
        await first.delete()
        with pytest.raises(discord.NotFound) as refusal:
            await channel.send("once", nonce="abc")
        assert refusal.value.code == 10008


async def test_an_edit_changes_the_message_in_place_and_keeps_its_past(
    connect: Connect, ideas: Channel
) -> None:
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("one")
        await sent.edit(content="two", embed=discord.Embed(title="new"))
        assert (await bot.hears("raw_message_edit")).message_id == sent.id
        (kept,) = ideas.messages
        assert (kept.content, kept.embeds[0]["title"]) == ("two", "new")
        assert [version.content for version in kept.edits] == ["one"]
        assert kept.edited_at is not None
        assert (await sent.channel.fetch_message(sent.id)).edited_at is not None


async def test_the_words_of_others_cannot_be_edited(
    connect: Connect, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "mine")
    async with connect() as bot:
        partial = bot.get_partial_messageable(ideas.id).get_partial_message(message.id)
        with pytest.raises(discord.Forbidden) as refusal:
            await partial.edit(content="yours")
        assert refusal.value.code == 50005
        with pytest.raises(discord.Forbidden):
            await partial.delete()


async def test_a_deleted_message_is_unknown(connect: Connect, ideas: Channel) -> None:
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("gone soon")
        await sent.delete()
        assert (await bot.hears("raw_message_delete")).message_id == sent.id
        for attempt in (sent.edit(content="x"), sent.delete(), sent.channel.fetch_message(sent.id)):
            with pytest.raises(discord.NotFound) as refusal:
                await attempt
            assert refusal.value.code == 10008
    assert ideas.messages == []
    assert ideas.log[sent.id].deleted


async def test_history_pages_before_after_and_around(
    connect: Connect, ideas: Channel, mara: Person
) -> None:
    said = [await mara.say(ideas, f"{number}") for number in range(7)]
    ids = [message.id for message in said]
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        middle = discord.Object(ids[3])
        assert [m.id async for m in channel.history(limit=2)] == ids[:-3:-1]
        assert [m.id async for m in channel.history(before=middle)] == ids[2::-1]
        assert [m.id async for m in channel.history(after=middle)] == ids[4:]
        around = [m.id async for m in channel.history(around=middle, limit=3)]
        assert sorted(around) == ids[2:5]


async def test_history_cannot_be_read_without_the_permission(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    message = await mara.say(ideas, "hm")
    guild.deny(ideas, guild.bot_member, Permission.READ_MESSAGE_HISTORY)
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        assert [m async for m in channel.history()] == []
        with pytest.raises(discord.Forbidden) as refusal:
            await channel.fetch_message(message.id)
        assert refusal.value.code == 50001


async def test_a_file_arrives_with_its_bytes(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        file = discord.File(io.BytesIO(b"\x89PNG"), "chart.png", description="a chart")
        sent = await bot.get_partial_messageable(ideas.id).send("tally", file=file)
        (attachment,) = sent.attachments
        assert (attachment.filename, attachment.content_type) == ("chart.png", "image/png")
        assert attachment.description == "a chart"
        async with aiohttp.ClientSession() as session, session.get(attachment.url) as response:
            assert await response.read() == b"\x89PNG"
        await sent.edit(attachments=[])
        assert ideas.messages[0].attachments == []
    (call,) = [call for call in world.calls if call["path"].endswith("/messages")]
    assert call["request_json"]["attachments"][0]["filename"] == "chart.png"


async def test_pins_are_listed_newest_first(connect: Connect, ideas: Channel) -> None:
    async with connect() as bot:
        channel = bot.get_channel(ideas.id)
        assert isinstance(channel, discord.TextChannel)
        first, second = await channel.send("one"), await channel.send("two")
        await first.pin()
        await second.pin()
        assert [message.id async for message in channel.pins()] == [second.id, first.id]
        await first.unpin()
        assert not ideas.log[first.id].pinned
        assert ideas.log[second.id].pinned


async def test_a_reply_names_the_message_it_answers(
    connect: Connect, ideas: Channel, mara: Person
) -> None:
    question = await mara.say(ideas, "when?")
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        partial = channel.get_partial_message(question.id)
        sent = await channel.send("soon", reference=partial)
        assert sent.reference is not None
        assert sent.reference.message_id == question.id
        assert ideas.messages[-1].pinged_users == {mara.id}
        quiet = await channel.send("soon", reference=partial, mention_author=False)
        assert ideas.log[quiet.id].pinged_users == set()


class TestMentions:
    async def test_everything_is_mentioned_by_default(
        self, connect: Connect, guild: Community, ideas: Channel, mara: Person
    ) -> None:
        role = guild.role("Voters", mentionable=True)
        async with connect() as bot:
            text = f"{mara.mention} {role.mention} @everyone"
            await bot.get_partial_messageable(ideas.id).send(text)
        message = ideas.messages[-1]
        assert message.pinged_users == {mara.id}
        assert message.pinged_roles == {role.id}
        assert not message.pinged_everyone, "the bot has no MENTION_EVERYONE"

    async def test_nothing_is_mentioned_when_nothing_is_allowed(
        self, connect: Connect, guild: Community, ideas: Channel, mara: Person
    ) -> None:
        role = guild.role("Voters", mentionable=True)
        async with connect(allowed_mentions=discord.AllowedMentions.none()) as bot:
            text = f"{mara.mention} {role.mention} @everyone"
            channel = bot.get_partial_messageable(ideas.id)
            await channel.send(text)
            one_role = discord.AllowedMentions(roles=[discord.Object(role.id)])
            await channel.send(text, allowed_mentions=one_role)
        silent, loud = ideas.messages
        assert (silent.pinged_users, silent.pinged_roles) == (set(), set())
        assert (loud.pinged_users, loud.pinged_roles) == (set(), {role.id})

    async def test_a_role_that_is_not_mentionable_needs_the_permission(
        self, connect: Connect, guild: Community, ideas: Channel
    ) -> None:
        role = guild.role("Voters")
        async with connect() as bot:
            channel = bot.get_partial_messageable(ideas.id)
            await channel.send(role.mention)
            guild.allow(ideas, guild.bot_member, Permission.MENTION_EVERYONE)
            await channel.send(f"{role.mention} @everyone")
        before, after = ideas.messages
        assert before.pinged_roles == set()
        assert (after.pinged_roles, after.pinged_everyone) == ({role.id}, True)

    async def test_an_edit_mentions_again_but_notifies_nobody(
        self, connect: Connect, ideas: Channel, mara: Person
    ) -> None:
        async with connect() as bot:
            channel = bot.get_partial_messageable(ideas.id)
            sent = await channel.send("x", allowed_mentions=discord.AllowedMentions.none())
            await sent.edit(content=mara.mention)
        (message,) = ideas.messages
        assert [user.id for user in message.mentions] == [mara.id]
        assert message.pinged_users == set()


async def test_people_are_held_to_their_permissions(
    guild: Community, ideas: Channel, mara: Person
) -> None:
    guild.deny(ideas, guild.everyone, Permission.SEND_MESSAGES)
    with pytest.raises(NotAllowedError, match="Missing Permissions"):
        await mara.say(ideas, "hello?")
    mods = guild.role("Moderator")
    guild.allow(ideas, mods, Permission.SEND_MESSAGES)
    guild.give(mara, mods)
    message = await mara.say(ideas, "hello!")
    await mara.edit(message, "hello, all")
    await mara.delete(message)
    assert ideas.messages == []
