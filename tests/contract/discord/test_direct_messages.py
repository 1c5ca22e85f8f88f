"""Direct messages of the bot, and interactions that come from there."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest

from sandbox.discord import Community, DiscordWorld, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


async def test_the_bot_writes_to_a_person_in_private(
    connect: Connect, mara: Person, world: DiscordWorld
) -> None:
    async with connect() as bot:
        user = await bot.fetch_user(mara.id)
        sent = await user.send("your vote is missing", embed=discord.Embed(title="BT-1"))
        await sent.edit(content="your vote is there")
        await sent.add_reaction("👍")
        assert isinstance(sent.channel, discord.DMChannel)
        (message,) = mara.direct_messages
        assert message.id == sent.id
        assert message.text.startswith("your vote is there")
        member = await bot.guilds[0].fetch_member(mara.id)
        await member.send("and more")
        assert len(mara.direct_messages) == 2
        read = [found.content async for found in sent.channel.history(oldest_first=True)]
        assert read == ["your vote is there", "and more"]
        assert world.messages() == []
        assert bot.heard("message") == 0
        with pytest.raises(discord.HTTPException) as refused:
            await bot.http.start_private_message(42)
        assert refused.value.code == 50033


async def test_direct_messages_are_told_to_those_who_asked_for_them(
    connect: Connect, mara: Person
) -> None:
    async with connect(ListeningBot(discord.Intents(guilds=True, dm_messages=True))) as bot:
        await (await bot.fetch_user(mara.id)).send("hello")
        heard = await bot.hears("message")
        assert heard.content == "hello"
        assert heard.guild is None


async def test_a_person_may_close_their_direct_messages(
    connect: Connect, guild: Community, mara: Person
) -> None:
    async with connect() as bot:
        user = await bot.fetch_user(mara.id)
        await mara.close_direct_messages()
        with pytest.raises(discord.Forbidden) as refusal:
            await user.send("hello")
        assert refusal.value.code == 50007
        await mara.open_direct_messages()
        await user.send("hello")
        guild.leave(mara)
        with pytest.raises(discord.Forbidden) as refusal:
            await user.send("hello?")
        assert refusal.value.code == 50278
    assert [message.content for message in mara.direct_messages] == ["hello"]


async def test_a_command_can_be_forged_from_direct_messages(
    connect: Connect, bot: ListeningBot, mara: Person
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        said = f"{interaction.guild_id} {interaction.user.id == mara.id}"
        await interaction.response.send_message(said)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", in_dm=True)
        assert reply.text == "None True"
        assert mara.direct_messages == [reply.message]
