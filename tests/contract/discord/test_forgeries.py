"""Presses and forms that no client would send."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from typing_extensions import override

from sandbox.discord import Channel, DiscordWorld, NoAnswerError, NotAllowedError, Person
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


class Vote(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"vote:(?P<id>\d+)"):
    def __init__(self, number: str) -> None:
        super().__init__(discord.ui.Button(label="Vote", custom_id=f"vote:{number}"))
        self.number = number

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /
    ) -> "Vote":
        return cls(match["id"])

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        said = f"{self.number} {interaction.guild_id}"
        await interaction.response.send_message(said, ephemeral=True)


class Menu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"menu:(?P<id>\d+)"):
    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /
    ) -> "Menu":
        return cls(item)

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"{self.item.values}", view=None)


async def test_any_id_can_be_forged_from_any_server(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    other = world.guild("Elsewhere")
    eve, hall = other.member("Eve"), other.text_channel("hall")
    bot.add_dynamic_items(Vote, Menu)
    async with connect(bot):
        reply = await eve.forge_component(hall, "vote:7")
        assert reply.text == f"7 {other.id}"
        reply = await mara.forge_component(ideas, "menu:1", component_type=3, values=("x", "y"))
        assert reply.text == "['x', 'y']"
        with pytest.raises(NotAllowedError, match="not in the server"):
            await eve.forge_component(ideas, "vote:7")
    assert not ideas.messages


async def test_an_unknown_id_is_not_answered(
    connect: Connect,
    bot: ListeningBot,
    ideas: Channel,
    mara: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id="from:an:older:version"))
    view.stop()
    async with connect(bot):
        await bot.get_partial_messageable(ideas.id).send("hello")
        monkeypatch.setattr("sandbox.discord.people.FIRST_ANSWER_SECONDS", 0.05)
        with pytest.raises(NoAnswerError):
            await mara.forge_component(ideas, "from:an:older:version")
        with pytest.raises(NoAnswerError):
            await mara.forge_modal(ideas, "never:opened", fields={"title": "x"})


async def test_a_form_can_be_forged(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    @bot.listen("on_interaction")
    async def take(interaction: discord.Interaction[Any]) -> None:
        assert interaction.data is not None
        parts: Any = interaction.data["components"]  # type: ignore[typeddict-item] # of a form
        bare, text, menu = parts
        said = f"{text['component']['value']} {menu['component']['values']} {bare['type']}"
        await interaction.response.send_message(said, ephemeral=True)

    async with connect(bot):
        fields = {"title": "Fee", "topics": ["fees"]}
        bare = [{"type": 10, "id": 99}]
        sent = await mara.forge_modal(ideas, "form:1", fields=fields, components=bare)
        assert sent.text == "Fee ['fees'] 10"
