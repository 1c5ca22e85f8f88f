"""Commands in the languages of their users."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from discord import app_commands
from typing_extensions import override

from sandbox.discord import Channel, Community, DiscordWorld
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")

WORDS = {
    "vote": "abstimmen",
    "Vote on a proposal": "Über einen Vorschlag abstimmen",
    "choice": "wahl",
    "How": "Wie",
    "Yes": "Ja",
}


class German(app_commands.Translator):
    @override
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        return WORDS.get(string.message) if locale is discord.Locale.german else None


async def test_translations_are_kept_and_shown_to_those_who_ask(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, world: DiscordWorld
) -> None:
    @bot.tree.command(name="vote", description="Vote on a proposal")
    @app_commands.describe(choice="How")
    @app_commands.choices(choice=[app_commands.Choice(name="Yes", value="yes")])
    async def vote(interaction: discord.Interaction[Any], choice: str) -> None:
        said = f"{interaction.locale} {interaction.guild_locale} {choice}"
        await interaction.response.send_message(said)

    greta = guild.member("Greta", locale="de")
    async with connect(bot):
        await bot.tree.set_translator(German())
        await bot.tree.sync()
        (kept,) = world.commands()
        assert kept["name_localizations"] == {"de": "abstimmen"}
        assert kept["description_localizations"] == {"de": WORDS["Vote on a proposal"]}
        assert kept["options"][0]["name_localizations"] == {"de": "wahl"}
        assert kept["options"][0]["choices"][0]["name_localizations"] == {"de": "Ja"}
        (plain,) = await bot.tree.fetch_commands()
        assert plain.name_localizations == {}
        path = "/applications/{application_id}/commands?with_localizations=true"
        route = discord.http.Route("GET", path, application_id=world.application_id)
        (whole,) = await bot.http.request(route)
        assert whole["name_localizations"] == {"de": "abstimmen"}
        assert (await greta.run("/vote", ideas, choice="Yes")).text == "de en-US yes"


async def test_translations_obey_the_rules_of_what_they_translate(
    connect: Connect, world: DiscordWorld
) -> None:
    good: dict[str, Any] = {"name": "vote", "description": "Vote", "type": 1}
    wrong: list[dict[str, Any]] = [
        {"name_localizations": {"xx": "vote"}},
        {"name_localizations": {"de": "Ab Stimmen"}},
        {"name_localizations": {"de": "a" * 33}},
        {"description_localizations": {"de": "a" * 101}},
    ]
    async with connect() as bot:
        for part in wrong:
            body: Any = {**good, **part}
            with pytest.raises(discord.HTTPException) as refusal:
                await bot.http.upsert_global_command(world.application_id, body)
            assert refusal.value.code == 50035
    assert world.commands() == []
