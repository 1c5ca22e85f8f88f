"""Interactions of every kind between people and the true client."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from discord import app_commands
from typing_extensions import override

from sandbox.discord import Channel, Community, DiscordWorld, NotAllowedError, Person
from sandbox.discord.client import Do, ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


class IdeaForm(discord.ui.Modal, title="New idea"):
    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="title", max_length=20)
    )
    topic: discord.ui.Label[Any] = discord.ui.Label(
        text="Topic",
        component=discord.ui.Select(
            custom_id="topic", options=[discord.SelectOption(label="Fees", value="fees")]
        ),
    )
    body: discord.ui.TextInput[Any] = discord.ui.TextInput(
        label="The idea", custom_id="body", default="because", required=False
    )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        title, topic = self.name.component, self.topic.component
        assert isinstance(title, discord.ui.TextInput)
        assert isinstance(topic, discord.ui.Select)
        said = f"{title.value}/{topic.values}/{self.body.value}"
        await interaction.response.send_message(said)


class Button(discord.ui.Button[Any]):
    def __init__(self, label: str, do: Do) -> None:
        super().__init__(label=label, custom_id=label.lower())
        self._do = do

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await self._do(interaction)


class Buttons(discord.ui.View):
    def __init__(self, pressed: dict[str, Do]) -> None:
        super().__init__(timeout=None)
        for label, do in pressed.items():
            self.add_item(Button(label, do))


async def test_a_command_is_answered_at_once(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        assert interaction.user.id == mara.id
        assert interaction.channel_id == ideas.id
        assert interaction.permissions.send_messages
        response = await interaction.response.send_message("hello")
        assert response.message_id is not None
        await interaction.edit_original_response(content="hello again")
        await interaction.followup.send("and more", ephemeral=True)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", ideas)
        await world.until(lambda: len(reply.messages) == 2)
        assert reply.text == "hello again\nand more"
        assert not reply.ephemeral
        assert reply.messages[1].ephemeral_to is mara.member.user
        (public,) = ideas.messages
        assert public.interaction is not None
        assert public.type == 20
        assert (await bot.hears("message")).id == public.id


async def test_options_of_every_type_arrive(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    seen: list[Any] = []
    group = app_commands.Group(name="proposal", description="x")
    inner = app_commands.Group(name="step", description="x", parent=group)

    @inner.command(name="publish", description="x")
    @app_commands.choices(step=[app_commands.Choice(name="Temperature Check", value="temp")])
    async def publish(
        interaction: discord.Interaction[Any],
        *,
        step: app_commands.Choice[str],
        days: app_commands.Range[int, 1, 14],
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        loud: bool,
        share: float | None = None,
    ) -> None:
        seen.extend([step.value, days, who.id, where.id, role.id, loud, share])
        await interaction.response.send_message("ok")

    bot.tree.add_command(group)
    voters = guild.role("Voters")
    async with connect(bot):
        await bot.tree.sync()
        given: dict[str, Any] = {"days": 3, "who": mara, "where": ideas, "role": voters}
        wanted = {**given, "loud": True}
        await mara.run("/proposal step publish", ideas, step="Temperature Check", **wanted)
        assert seen == ["temp", 3, mara.id, ideas.id, voters.id, True, None]
        with pytest.raises(NotAllowedError, match="from 1 to 14"):
            await mara.run("/proposal step publish", step="temp", **{**wanted, "days": 15})
        with pytest.raises(NotAllowedError, match="required"):
            await mara.run("/proposal step publish", step="temp")
        with pytest.raises(NotAllowedError, match="one of"):
            await mara.run("/proposal step publish", step="other", **wanted)
        with pytest.raises(LookupError, match="No option"):
            await mara.run("/proposal step publish", step="temp", colour="red", **wanted)
        with pytest.raises(LookupError, match="No subcommand"):
            await mara.run("/proposal step erase")
        with pytest.raises(LookupError, match="No command"):
            await mara.run("/propose")


async def test_a_deferred_answer_is_waited_for(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0)
        await interaction.followup.send("thought", ephemeral=True)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", ideas)
        assert (reply.text, reply.ephemeral, len(reply.messages)) == ("thought", True, 1)
    assert ideas.messages == []


async def test_only_the_first_follow_up_becomes_the_deferred_answer(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person, world: DiscordWorld
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(f"one {mara.mention}", ephemeral=True)
        await interaction.followup.send("two", ephemeral=True)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", ideas)
        await world.until(lambda: len(reply.messages) == 2)
        assert [message.is_loading for message in reply.messages] == [False, False]
        assert reply.messages[0].pinged_users == set()


async def test_a_form_is_opened_filled_in_and_sent(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(IdeaForm())

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        form = (await mara.run("/do", ideas)).modal
        assert form is not None
        assert form.title == "New idea"
        assert [field.label for field in form.fields] == ["Title", "Topic", "The idea"]
        assert form.field("The idea").value == "because"
        reply = await mara.submit(form, title="Lower the fee", topic=["fees"])
        assert reply.text == "Lower the fee/['fees']/because"
        with pytest.raises(NotAllowedError, match="characters"):
            await mara.submit(form, title="x" * 21)
        with pytest.raises(NotAllowedError, match="required"):
            await mara.submit(form, {"The idea": "only"})
        with pytest.raises(LookupError, match="No field"):
            await mara.submit(form, price="8")


async def test_a_button_changes_its_message_or_answers_below(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    async def update(interaction: discord.Interaction[Any]) -> None:
        assert interaction.message is not None
        await interaction.response.edit_message(content="published")

    async def answer(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("noted", ephemeral=True)

    async def later(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later", view=None)

    view = Buttons({"Publish": update, "Note": answer, "Later": later})
    joel = guild.member("Joel")

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("ready?", view=view, ephemeral=True)

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        await bot.get_partial_messageable(ideas.id).send("ready?", view=view)
        (message,) = ideas.messages
        reply = await mara.press(message, "Publish")
        assert reply.updated
        assert message.content == "published"
        reply = await joel.press(message, "note")
        assert (reply.text, reply.ephemeral, reply.updated) == ("noted", True, False)
        await mara.press(message, "Later")
        assert (message.content, message.components) == ("later", [])
        private = await mara.run("/do", ideas)
        with pytest.raises(NotAllowedError, match="does not see"):
            await joel.press(private, "Publish")
        reply = await mara.press(private, "Publish")
        assert reply.text == "published"
        assert reply.ephemeral
        with pytest.raises(LookupError, match="Publish"):
            await mara.press(private, "Erase")


async def test_choosing_from_menus(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    class Menus(discord.ui.View):
        @discord.ui.select(
            cls=discord.ui.Select,
            custom_id="topic",
            max_values=2,
            options=[discord.SelectOption(label=n.title(), value=n) for n in ("fees", "treasury")],
        )
        async def topic(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(" ".join(menu.values))

        @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="role")
        async def role(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(menu.values[0].name)

        @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="channel")
        async def channel(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(menu.values[0].name)

        @discord.ui.select(cls=discord.ui.UserSelect, custom_id="user")
        async def user(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(menu.values[0].display_name)

    voters = guild.role("Voters")
    async with connect(bot):
        await bot.get_partial_messageable(ideas.id).send("choose", view=Menus())
        (message,) = ideas.messages
        reply = await mara.choose(message, "topic", values=["Fees", "treasury"])
        assert reply.text == "fees treasury"
        assert (await mara.choose(message, "role", values=[voters])).text == "Voters"
        assert (await mara.choose(message, "channel", values=[ideas])).text == "ideas"
        assert (await mara.choose(message, "user", values=[mara])).text == "Mara"
        with pytest.raises(NotAllowedError):
            await mara.choose(message, "topic", values=["gardening"])
        with pytest.raises(NotAllowedError):
            await mara.choose(message, "role", values=[voters, voters])


async def test_a_right_click_brings_the_whole_message_without_any_intent(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    @bot.tree.context_menu(name="Make this an idea")
    async def idea(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.id}: {message.content}")

    @bot.tree.context_menu(name="Who is this")
    async def who(interaction: discord.Interaction[Any], member: discord.Member) -> None:
        await interaction.response.send_message(member.display_name, ephemeral=True)

    joel = guild.member("Joel")
    message = await mara.say(ideas, "lower the fee")
    async with connect(bot):
        await bot.tree.sync()
        reply = await joel.use_on(message, "Make this an idea")
        assert reply.text == f"{mara.id}: lower the fee"
        assert (await joel.use_on(mara, "Who is this")).text == "Mara"
        with pytest.raises(LookupError, match="Make this an idea"):
            await joel.use_on(message, "Delete it")


async def test_suggestions_while_typing(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    @bot.tree.command(name="show", description="x")
    async def show(interaction: discord.Interaction[Any], reference: str) -> None:
        await interaction.response.send_message(reference)

    @show.autocomplete("reference")
    async def suggest(
        _interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}RST-12 Lower the fee", value="12")]

    async with connect(bot):
        await bot.tree.sync()
        (choice,) = await mara.autocomplete("/show", ideas, reference="BT")
        assert (choice.name, choice.value) == ("BTRST-12 Lower the fee", "12")
        assert (await mara.run("/show", reference=choice.value)).text == "12"


async def test_a_form_cannot_answer_a_form(
    connect: Connect, bot: ListeningBot, ideas: Channel, mara: Person
) -> None:
    refused: list[int] = []

    class Second(IdeaForm):
        @override
        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            with pytest.raises(discord.HTTPException) as refusal:
                await interaction.response.send_modal(IdeaForm())
            refused.append(refusal.value.code)
            await interaction.response.defer(thinking=True)
            await interaction.edit_original_response(content="sorry")

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Second())

    bot.answers("do", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/do", ideas)
        reply = await mara.submit(reply.modal, title="a", topic="fees")
        assert reply.text == "sorry"
    assert refused == [50035]
