"""Forms with menus, optional fields and texts between them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from typing_extensions import override

from sandbox.discord import Channel, Community, NotAllowedError, Person, Upload
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


class Proposal(discord.ui.Modal, title="Proposal"):
    about = discord.ui.TextDisplay[Any]("Read the **rules** first.")
    step: discord.ui.Label[Any] = discord.ui.Label(
        text="Step",
        description="Where it goes next",
        component=discord.ui.Select(
            custom_id="step",
            options=[
                discord.SelectOption(label="Draft", value="1"),
                discord.SelectOption(label="Vote", value="2", default=True),
            ],
        ),
    )
    role: discord.ui.Label[Any] = discord.ui.Label(
        text="Who votes", component=discord.ui.RoleSelect(custom_id="role", required=True)
    )
    where: discord.ui.Label[Any] = discord.ui.Label(
        text="Channel",
        component=discord.ui.ChannelSelect(
            custom_id="where", required=False, channel_types=[discord.ChannelType.text]
        ),
    )
    note: discord.ui.Label[Any] = discord.ui.Label(
        text="Note",
        component=discord.ui.TextInput(custom_id="note", required=False, min_length=3),
    )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        step, role, where, note = (
            label.component for label in (self.step, self.role, self.where, self.note)
        )
        assert isinstance(step, discord.ui.Select)
        assert isinstance(role, discord.ui.RoleSelect)
        assert isinstance(where, discord.ui.ChannelSelect)
        assert isinstance(note, discord.ui.TextInput)
        names = [role.values[0].name, *(channel.name for channel in where.values)]
        await interaction.response.send_message(f"{step.values} {names} {note.value!r}")


async def test_a_form_is_filled_with_menus_and_its_optional_parts_left_empty(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Proposal())

    bot.answers("propose", do)
    voters, forum = guild.role("Voters"), guild.forum("posts")
    async with connect(bot):
        await bot.tree.sync()
        form = (await mara.run("/propose", ideas)).modal
        assert form is not None
        assert form.text == "Read the **rules** first."
        step, role, where, note = form.fields
        assert (step.values, step.options) == (["2"], ["Draft", "Vote"])
        assert [field.required for field in (step, role, where, note)] == [True, True, False, False]
        with pytest.raises(NotAllowedError, match="role"):
            await mara.submit(form)
        with pytest.raises(NotAllowedError, match="note"):
            await mara.submit(form, role=[voters], note="x")
        with pytest.raises(NotAllowedError, match="where"):
            await mara.submit(form, role=[voters], where=[forum])
        with pytest.raises(NotAllowedError, match="step"):
            await mara.submit(form, role=voters, step=[])
        reply = await mara.submit(form, role=voters)
        assert reply.text == "['2'] ['Voters'] ''"
        form = (await mara.run("/propose", ideas)).modal
        reply = await mara.submit(form, role=voters, step=["Draft"], where=ideas, note="soon")
        assert reply.text == "['1'] ['Voters', 'ideas'] 'soon'"


async def test_a_form_may_ask_for_a_file(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    class Asking(discord.ui.Modal, title="Text"):
        text: discord.ui.Label[Any] = discord.ui.Label(
            text="File", component=discord.ui.FileUpload(custom_id="file", required=False)
        )

        @override
        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            assert isinstance(self.text.component, discord.ui.FileUpload)
            read = [await file.read() for file in self.text.component.values]
            await interaction.response.send_message(f"{read}")

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Asking())

    bot.answers("ask", do)
    async with connect(bot):
        await bot.tree.sync()
        form = (await mara.run("/ask", ideas)).modal
        assert (await mara.submit(form)).text == "[]"
        form = (await mara.run("/ask", ideas)).modal
        sent = Upload(name="fee.md", content=b"8 %")
        assert (await mara.submit(form, file=sent)).text == "[b'8 %']"
