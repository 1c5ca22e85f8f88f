"""The application's commands: registered, replaced, and hidden from those who may not."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Permission, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


def with_command(intents: discord.Intents, **options: Any) -> ListeningBot:
    bot = ListeningBot(intents)

    @bot.tree.command(name="promote", description="Promote an idea")
    @app_commands.default_permissions(**options)
    async def promote(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("promoted")

    return bot


async def test_commands_keep_their_id_when_they_are_put_again(
    connect: Connect, intents: discord.Intents, world: DiscordWorld, guild: Community
) -> None:
    bot = with_command(intents, manage_messages=True)
    async with connect(bot):
        (first,) = await bot.tree.sync()
        (again,) = await bot.tree.sync()
        assert first.id == again.id
        bot.tree.clear_commands(guild=None)
        bot.tree.copy_global_to(guild=discord.Object(guild.id))
        assert await bot.tree.sync() == []
        assert world.commands() == []
        assert await bot.tree.fetch_commands() == []


async def test_a_server_may_have_commands_of_its_own(
    connect: Connect, intents: discord.Intents, world: DiscordWorld, guild: Community
) -> None:
    bot = with_command(intents, manage_messages=True)
    here = discord.Object(guild.id)
    bot.tree.copy_global_to(guild=here)
    async with connect(bot):
        (registered,) = await bot.tree.sync(guild=here)
        assert world.commands() == []
        assert world.commands(guild)[0]["name"] == "promote"
        fetched = await bot.tree.fetch_command(registered.id, guild=here)
        await fetched.edit(description="Other words")
        assert world.commands(guild)[0]["description"] == "Other words"
        await fetched.delete()
        with pytest.raises(discord.NotFound) as refusal:
            await fetched.delete()
        assert refusal.value.code == 10063


async def test_a_command_is_hidden_from_those_without_its_permissions(
    connect: Connect, intents: discord.Intents, guild: Community, ideas: Channel, mara: Person
) -> None:
    mods = guild.role("Moderator", permissions=Permission.MANAGE_MESSAGES)
    ana = guild.member("Ana", roles=[mods])
    bot = with_command(intents, manage_messages=True)
    async with connect(bot):
        await bot.tree.sync()
        assert (await ana.run("/promote", ideas)).text == "promoted"
        assert (await guild.owner.run("/promote", ideas)).text == "promoted"
        with pytest.raises(NotAllowedError, match="hides"):
            await mara.run("/promote", ideas)
        assert (await mara.run("/promote", ideas, anyway=True)).text == "promoted"
        guild.deny(ideas, guild.everyone, Permission.USE_APPLICATION_COMMANDS)
        with pytest.raises(NotAllowedError, match="Missing"):
            await ana.run("/promote", ideas)


async def test_bad_definitions_are_refused_with_what_is_wrong(
    connect: Connect, world: DiscordWorld
) -> None:
    bad: list[dict[str, Any]] = [
        {"name": "Shout", "description": "capital letters"},
        {"name": "mute", "description": ""},
        {
            "name": "order",
            "description": "x",
            "options": [
                {"name": "a", "description": "x", "type": 3},
                {"name": "b", "description": "x", "type": 3, "required": True},
            ],
        },
        {"name": "park", "description": "x", "name_localizations": {"de": "Zur Seite"}},
        {"name": "park", "description": "x", "description_localizations": {"de": "x" * 101}},
        {"name": "park", "type": 3, "name_localizations": {"de": "x" * 33}},
    ]
    async with connect() as bot:
        for body in bad:
            with pytest.raises(discord.HTTPException) as refusal:
                await bot.http.bulk_upsert_global_commands(world.application_id, payload=[body])
            assert refusal.value.code == 50035
        with pytest.raises(discord.Forbidden):
            await bot.http.get_global_commands(42)
