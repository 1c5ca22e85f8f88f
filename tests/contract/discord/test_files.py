"""Files that people give to commands, and files the bot sends."""

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest

from sandbox.discord import Channel, DiscordWorld, NotAllowedError, Person, Upload
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


async def test_a_file_given_to_a_command_is_read_over_the_wire(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    @bot.tree.command(name="upload", description="x")
    async def upload(
        interaction: discord.Interaction[Any], proposal: str, file: discord.Attachment
    ) -> None:
        text = (await file.read()).decode()
        said = f"{proposal}: {file.filename} {file.size} {file.content_type} {file.ephemeral}"
        back = discord.File(io.BytesIO(text.upper().encode()), "back.md")
        await interaction.response.send_message(said, file=back, ephemeral=True)

    async with connect(bot):
        await bot.tree.sync()
        draft = Upload(name="draft.md", content="8 €".encode(), content_type="text/markdown")
        reply = await mara.run("/upload", ideas, proposal="BT-1", file=draft)
        assert reply.text == "BT-1: draft.md 5 text/markdown True"
        assert reply.files == {"back.md": "8 €".encode()}
        with pytest.raises(NotAllowedError, match="Upload"):
            await mara.run("/upload", ideas, proposal="BT-1", file="draft.md")
        large = Upload(name="large.md", content=bytes(10 * 2**20 + 1))
        with pytest.raises(NotAllowedError, match="too large"):
            await mara.run("/upload", ideas, proposal="BT-1", file=large)


async def test_a_file_of_the_bot_is_kept_by_name_and_can_be_fetched(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        sent = await channel.send(file=discord.File(io.BytesIO(b"{}"), "ballot.json"))
        (message,) = ideas.messages
        assert message.files == {"ballot.json": b"{}"}
        assert await sent.attachments[0].read() == b"{}"
        assert sent.attachments[0].url.startswith(world.cdn_url)
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.send(file=discord.File(io.BytesIO(bytes(10 * 2**20 + 1)), "large.bin"))
        assert (refusal.value.status, refusal.value.code) == (413, 40005)
