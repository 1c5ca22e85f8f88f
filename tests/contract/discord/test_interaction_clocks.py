"""What an application may still answer: once, in three seconds, for fifteen minutes."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from typing_extensions import override

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, DiscordWorld, NoAnswerError, Person
from sandbox.discord.client import Do, ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


class Go(discord.ui.Button[Any]):
    def __init__(self, do: Do) -> None:
        super().__init__(label="Go")
        self._do = do

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await self._do(interaction)


async def test_a_second_acknowledgement_is_refused(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    refused: list[int] = []

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("first")
        interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.response.send_message("second")
        refused.append(refusal.value.code)
        await interaction.followup.send("done")

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", ideas)
        assert reply.text.startswith("first")
        await bot.hears("message")
        await bot.hears("message")
    assert refused == [40060]


async def test_after_three_seconds_nobody_waits_any_more_whatever_the_clock_says(
    connect: Connect,
    bot: ListeningBot,
    ideas: Channel,
    mara: Person,
    clock: SandboxClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused: list[int] = []
    may_answer = asyncio.Event()

    async def prompt(interaction: discord.Interaction[Any]) -> None:
        clock.jump(600)
        await interaction.response.send_message("in time")

    async def late(interaction: discord.Interaction[Any]) -> None:
        await may_answer.wait()
        with pytest.raises(discord.NotFound) as refusal:
            await interaction.response.send_message("too late")
        refused.append(refusal.value.code)
        await interaction.client.get_partial_messageable(ideas.id).send("sorry")

    bot.answers("prompt", prompt)
    bot.answers("late", late)
    async with connect(bot):
        await bot.tree.sync()
        assert (await mara.run("/prompt", ideas)).text == "in time"
        monkeypatch.setattr("sandbox.discord.people.FIRST_ANSWER_SECONDS", 0.05)
        monkeypatch.setattr("sandbox.discord.interactions.FIRST_ANSWER_SECONDS", 0.05)
        with pytest.raises(NoAnswerError, match="did not respond"):
            await mara.run("/late", ideas)
        may_answer.set()
        await bot.hears("message")
        await bot.hears("message")
    assert refused == [10062]


async def test_a_token_lives_for_fifteen_minutes(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person, clock: SandboxClock
) -> None:
    kept: list[discord.Interaction[Any]] = []

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("now")
        kept.append(interaction)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        await mara.run("/do", ideas)
        await bot.hears("message")
        clock.jump(14 * 60)
        await kept[0].followup.send("still here")
        clock.jump(2 * 60)
        for attempt in (kept[0].followup.send("gone"), kept[0].edit_original_response(content="x")):
            with pytest.raises(discord.NotFound) as refusal:
                await attempt
            assert refusal.value.code == 10015


async def test_no_bot_no_answer(
    world: DiscordWorld,
    ideas: Channel,
    mara: Person,
    connect: Connect,
    bot: ListeningBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("x")

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
    assert not world.connected
    monkeypatch.setattr("sandbox.discord.people.FIRST_ANSWER_SECONDS", 0.05)
    with pytest.raises(NoAnswerError):
        await mara.run("/do", ideas)


async def test_an_answer_that_does_not_fit_is_no_acknowledgement(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    async def too_long(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.response.edit_message(content="x" * 2001)
        assert refusal.value.code == 50035
        await interaction.response.edit_message(content="shorter")

    async with connect(bot):
        view = discord.ui.View()
        view.add_item(Go(too_long))
        await bot.get_partial_messageable(ideas.id).send("long", view=view)
        assert (await mara.press(ideas.messages[0], "Go")).text == "shorter"
