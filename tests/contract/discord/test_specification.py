"""A broad session, recorded and judged against Discord's own OpenAPI document."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from typing_extensions import override

from sandbox.discord import Channel, Community, DiscordWorld, Permission, Person
from sandbox.discord.client import ListeningBot
from tests.contract.discord.verdicts import judged

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


class Card(discord.ui.View):
    @discord.ui.button(label="Publish", custom_id="publish", emoji="👍")
    async def publish(self, interaction: discord.Interaction[Any], _button: Any) -> None:
        await interaction.response.edit_message(content="published", view=None)

    @discord.ui.select(
        custom_id="topic", options=[discord.SelectOption(label="Fees", emoji="💰")], row=1
    )
    async def topic(self, interaction: discord.Interaction[Any], _menu: Any) -> None:
        await interaction.response.defer()
        await interaction.followup.send("chosen", ephemeral=True)


class Layout(discord.ui.LayoutView):
    card: discord.ui.Container[Any] = discord.ui.Container(
        discord.ui.TextDisplay("# Lower the fee"),
        discord.ui.Separator(),
        discord.ui.Section(
            "by Mara", accessory=discord.ui.Thumbnail("https://example.org/picture.png")
        ),
        discord.ui.MediaGallery(discord.MediaGalleryItem("https://example.org/chart.png")),
        discord.ui.ActionRow(discord.ui.Button(label="Open", url="https://example.org")),
    )


class Form(discord.ui.Modal, title="New idea"):
    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="title")
    )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("noted", view=Card())
        await interaction.edit_original_response(content="noted well")
        await (await interaction.original_response()).fetch()
        more = await interaction.followup.send("more", wait=True)
        await more.edit(content="more and more")
        await more.delete()


def with_commands(intents: discord.Intents) -> ListeningBot:
    bot = ListeningBot(intents)
    idea = app_commands.Group(name="idea", description="Ideas")

    @idea.command(name="new", description="Open an idea")
    async def new(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form())

    @idea.command(name="show", description="Show an idea")
    @app_commands.choices(step=[app_commands.Choice(name="Draft", value="draft")])
    async def show(
        interaction: discord.Interaction[Any],
        number: app_commands.Range[int, 1, 99],
        step: str = "draft",
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.edit_original_response(content=f"{number} {step}")
        await interaction.delete_original_response()

    @show.autocomplete("number")
    async def numbers(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[int]]:
        return [app_commands.Choice(name=f"{typed}2", value=12)]

    @bot.tree.context_menu(name="Make this an idea")
    async def make(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(message.content)

    bot.tree.add_command(idea)
    return bot


async def talk(bot: ListeningBot, ideas: Channel, message_id: int) -> None:
    """Do everything there is to do with messages and reactions, but for files.

    discord.py numbers attachments with integers, which Discord takes and its document does not.
    """
    channel = bot.get_channel(ideas.id)
    assert isinstance(channel, discord.TextChannel)
    embed = discord.Embed(title="Fee", description="8 %", url="https://example.org", colour=1)
    embed.add_field(name="Yes", value="81 %").set_footer(text="now").set_author(name="Mara")
    embed.timestamp = datetime.fromtimestamp(1_750_000_000, UTC)
    allowed = discord.AllowedMentions(roles=[channel.guild.default_role])
    sent = await channel.send("hello", embed=embed, view=Card(), allowed_mentions=allowed)
    await channel.send(view=Layout())
    reply = await channel.send("yes", reference=channel.get_partial_message(message_id))
    await sent.edit(content="hello!", embed=None)
    await sent.add_reaction("👍")
    await channel.get_partial_message(message_id).add_reaction("👍")
    seen = await channel.fetch_message(message_id)
    assert [user async for user in seen.reactions[-1].users()]
    await sent.clear_reaction("👍")
    await sent.clear_reactions()
    await reply.pin()
    assert [pin async for pin in channel.pins()]
    await reply.unpin()
    assert [message async for message in channel.history(limit=10)]
    await channel.typing()
    await reply.delete()
    await channel.delete_messages([discord.Object(sent.id)])


async def open_threads(bot: ListeningBot, ideas: Channel, forum: Channel, message_id: int) -> None:
    """Do everything there is to do with threads."""
    channel, posts = bot.get_channel(ideas.id), bot.get_channel(forum.id)
    assert isinstance(channel, discord.TextChannel)
    assert isinstance(posts, discord.ForumChannel)
    thread = await channel.get_partial_message(message_id).create_thread(name="Talk")
    await thread.send("welcome")
    await channel.create_thread(name="Loose", type=discord.ChannelType.public_thread)
    tag = posts.available_tags[0]
    post, _ = await posts.create_thread(name="Post", content="text", applied_tags=[tag])
    await post.edit(applied_tags=[posts.available_tags[1]], archived=True, locked=True)
    await post.edit(archived=False, locked=False)
    await thread.join()
    await thread.leave()
    await thread.fetch_members()
    await thread.edit(archived=True)
    assert [found async for found in channel.archived_threads()]
    await channel.guild.active_threads()
    await bot.fetch_channel(thread.id)
    await thread.delete()


async def administer(bot: ListeningBot, mara: Person) -> None:
    """Do everything there is to do with a server and the application."""
    server = bot.guilds[0]
    await bot.fetch_guild(server.id)
    await server.fetch_channels()
    await server.fetch_roles()
    member = await server.fetch_member(mara.id)
    await bot.application_info()
    await bot.http.get_bot_gateway()
    assert [guild async for guild in bot.fetch_guilds()]
    start = datetime.fromtimestamp(1_760_000_000, UTC)
    event = await server.create_scheduled_event(
        name="Vote",
        start_time=start,
        end_time=datetime.fromtimestamp(1_760_003_600, UTC),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="Snapshot",
    )
    await event.edit(description="Soon")
    await server.fetch_scheduled_events()
    await event.delete()
    made = await server.create_text_channel("votes")
    await made.edit(topic="All votes")
    await made.set_permissions(member, send_messages=False)
    await made.set_permissions(member, overwrite=None)
    await made.delete()
    forum = await server.create_forum("posts", available_tags=[discord.ForumTag(name="fees")])
    await forum.delete()


async def be_refused(bot: ListeningBot, ideas: Channel) -> None:
    """Ask for what there is not."""
    channel = bot.get_partial_messageable(ideas.id)
    for attempt in (
        channel.fetch_message(42),
        bot.fetch_channel(42),
        bot.fetch_guild(42),
        bot.guilds[0].fetch_member(42),
        channel.send(""),
        channel.get_partial_message(42).add_reaction("👍"),
    ):
        with pytest.raises(discord.HTTPException):
            await attempt


async def use_commands(bot: ListeningBot, guild: Community, ideas: Channel, mara: Person) -> None:
    """Do everything there is to do with interactions."""
    (listed, *_) = await bot.tree.sync()
    bot.tree.copy_global_to(guild=discord.Object(guild.id))
    await bot.tree.sync(guild=discord.Object(guild.id))
    await bot.tree.fetch_commands()
    await listed.edit(description="All about ideas")
    message = await mara.say(ideas, "lower the fee")
    await mara.use_on(message, "Make this an idea")
    await mara.autocomplete("/idea show", ideas, number=1)
    await mara.run("/idea show", number=12)
    form = (await mara.run("/idea new", ideas)).modal
    noted = await mara.submit(form, title="Lower the fee")
    await mara.choose(noted, "topic", values=["Fees"])
    await mara.press(noted, "Publish")
    await listed.delete()


async def test_every_call_of_a_broad_session_fits_the_specification(
    connect: Connect,
    intents: discord.Intents,
    world: DiscordWorld,
    guild: Community,
    tmp_path: Path,
) -> None:
    ideas, forum = guild.text_channel("ideas"), guild.forum("posts", tags=("open", "ready"))
    mara = guild.member("Mara")
    extra = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS | Permission.MANAGE_ROLES
    permissions = guild.bot_role.permissions | extra
    guild.change_role(guild.bot_role, permissions=permissions)
    message = await mara.say(ideas, f"an idea for <@{world.application_id}>")
    await mara.super_react(message, "🎉")
    async with connect(with_commands(intents)) as bot:
        await talk(bot, ideas, message.id)
        await open_threads(bot, ideas, forum, message.id)
        await administer(bot, mara)
        await be_refused(bot, ideas)
        await use_commands(bot, guild, ideas, mara)
        await bot.hears("interaction")
    verdicts = judged(tmp_path / "calls.jsonl")
    assert [verdict for verdict in verdicts if verdict["verdict"] not in {"ok", "coerced"}] == []
    assert len({verdict["op"] for verdict in verdicts}) >= 50


async def test_the_file_holds_the_calls_one_a_line(
    connect: Connect, world: DiscordWorld, ideas: Channel, tmp_path: Path
) -> None:
    async with connect() as bot:
        await bot.get_partial_messageable(ideas.id).send("hello")
    lines = (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == world.calls
    keys = {"method", "path", "request_json", "status", "response_json"}
    assert all(set(call) == keys for call in world.calls)
