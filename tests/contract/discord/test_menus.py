"""Menus in messages, and whole conversations inside one private message."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest
from typing_extensions import override

from sandbox.discord import Channel, Community, NotAllowedError, Person
from sandbox.discord.client import Do, ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


class Topic(discord.ui.Select[Any]):
    def __init__(self) -> None:
        options = [discord.SelectOption(label=n.title(), value=n) for n in ("fees", "grants")]
        super().__init__(custom_id="topic", options=options, placeholder="Which topic?")

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"topic {self.values[0]}", view=Second())


class Where(discord.ui.ChannelSelect[Any]):
    def __init__(self) -> None:
        kinds = [discord.ChannelType.forum]
        super().__init__(custom_id="where", channel_types=kinds, placeholder="Where?")

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        said = f"in {self.values[0].name}"
        await interaction.edit_original_response(content=said, view=Third())


class Name(discord.ui.Button[Any]):
    def __init__(self) -> None:
        super().__init__(label="Name it", custom_id="name")

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Naming())


class Second(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(Where())


class Third(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(Name())


class Naming(discord.ui.Modal, title="A name"):
    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Name", component=discord.ui.TextInput(custom_id="name")
    )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        assert isinstance(self.name.component, discord.ui.TextInput)
        assert interaction.message is not None
        assert interaction.message.flags.ephemeral
        said = f"named {self.name.component.value}"
        await interaction.response.edit_message(content=said, view=None)


def first_step() -> Do:
    async def do(interaction: discord.Interaction[Any]) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Topic())
        await interaction.response.send_message("hello", view=view, ephemeral=True)

    return do


async def test_a_conversation_goes_on_in_one_private_message(
    connect: Connect, bot: ListeningBot, ideas: Channel, forum: Channel, mara: Person
) -> None:
    bot.answers("begin", first_step())
    async with connect(bot):
        await bot.tree.sync()
        first = await mara.run("/begin", ideas)
        message = first.message
        assert first.ephemeral
        assert first.component("topic")["placeholder"] == "Which topic?"
        second = await mara.choose(first, "topic", values=["Grants"])
        assert second.updated
        assert (second.text, first.text) == ("topic grants", "topic grants")
        with pytest.raises(NotAllowedError):
            await mara.choose(second, "where", values=[ideas])
        third = await mara.choose(second, "where", values=[forum])
        assert third.updated
        assert third.message is message
        assert third.text == "in idea-forum"
        form = (await mara.press(first, "Name it")).modal
        last = await mara.submit(form, name="Fee")
        assert last.updated
        assert last.message is message
        assert (last.text, last.ephemeral) == ("named Fee", True)
        with pytest.raises(LookupError):
            await mara.press(first, "Name it")
    assert not ideas.messages


async def test_menus_of_people_roles_and_channels_take_only_their_kind(
    connect: Connect, bot: ListeningBot, guild: Community, ideas: Channel, mara: Person
) -> None:
    voters = guild.role("Voters")

    class Menus(discord.ui.View):
        @discord.ui.select(
            cls=discord.ui.UserSelect,
            custom_id="user",
            min_values=0,
            default_values=[discord.Object(mara.id, type=discord.User)],
        )
        async def user(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(f"{len(menu.values)}", ephemeral=True)

        @discord.ui.select(
            cls=discord.ui.RoleSelect,
            custom_id="role",
            max_values=2,
            default_values=[discord.Object(voters.id, type=discord.Role)],
        )
        async def role(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            await interaction.response.send_message(menu.values[0].name, ephemeral=True)

        @discord.ui.select(cls=discord.ui.MentionableSelect, custom_id="who", max_values=2)
        async def who(self, interaction: discord.Interaction[Any], menu: Any) -> None:
            names = [type(one).__name__ for one in menu.values]
            await interaction.response.send_message(" ".join(names), ephemeral=True)

    async def do(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("choose", view=Menus(), ephemeral=True)

    bot.answers("choose", do)
    async with connect(bot):
        await bot.tree.sync()
        reply = await mara.run("/choose", ideas)
        assert reply.message is not None
        user, role, _ = reply.message.selects
        assert user["default_values"] == [{"type": "user", "id": str(mara.id)}]
        assert role["default_values"] == [{"type": "role", "id": str(voters.id)}]
        assert (await mara.choose(reply, "user", values=[])).text == "0"
        assert (await mara.choose(reply, "role", values=[voters])).text == "Voters"
        assert (await mara.choose(reply, "who", values=[mara, voters])).text == "Member Role"
        for menu, wrong in (("user", voters), ("role", mara), ("who", ideas)):
            with pytest.raises(NotAllowedError, match="cannot be"):
                await mara.choose(reply, menu, values=[wrong])


async def test_a_menu_discord_would_refuse_is_refused(connect: Connect, ideas: Channel) -> None:
    options = [discord.SelectOption(label="Fees")]
    menus = (
        discord.ui.Select[Any](custom_id="many", options=options, max_values=2),
        discord.ui.RoleSelect[Any](custom_id="none", min_values=3, max_values=2),
    )
    async with connect() as bot:
        for menu in menus:
            view = discord.ui.View()
            view.add_item(menu)
            with pytest.raises(discord.HTTPException) as refusal:
                await bot.get_partial_messageable(ideas.id).send("choose", view=view)
            assert refusal.value.code == 50035
