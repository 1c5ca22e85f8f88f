"""What does not fit is refused with 50035 and a tree; what is not allowed with 50001 or 50013."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
import pytest

from sandbox.discord import Channel, Community, DiscordWorld, Permission
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


LONG = "x" * 4097
TOO_MUCH = [
    ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": LONG}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": LONG[:3001]}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"embeds": [{"footer": {"text": LONG}}]}, "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
    (
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        "embeds.0.fields",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        {"embeds": [{"fields": [{"name": " ", "value": "v"}]}]},
        "embeds.0.fields.0.name",
        "BASE_TYPE_REQUIRED",
    ),
    (
        {"embeds": [{"url": "javascript:alert(1)"}]},
        "embeds.0.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    ({"components": [row(button())] * 2}, "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ({"components": [row()]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    (
        {"components": [row(button(label="x" * 81))]},
        "components.0.components.0.label",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        {"components": [row(button(custom_id="x" * 101))]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"components": [row({"type": 3, "custom_id": "s", "options": []})]},
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "y"}]},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        {"flags": 1 << 15, "components": [{"type": 10, "content": "y" * 2001}] * 2},
        "components",
        "COMPONENT_TEXT_TOTAL_LENGTH_EXCEEDED",
    ),
    (
        {"components": [{"type": 10, "content": "y"}]},
        "components.0.type",
        "BASE_TYPE_CHOICES",
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        {"content": "x", "message_reference": {"message_id": "42"}},
        "message_reference",
        "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
    ),
]


@pytest.mark.parametrize(("body", "where", "code"), TOO_MUCH)
async def test_a_message_that_does_not_fit_is_refused_with_the_place_and_the_reason(
    connect: Connect,
    ideas: Channel,
    world: DiscordWorld,
    body: dict[str, Any],
    where: str,
    code: str,
) -> None:
    async with connect() as bot:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=ideas.id)
        with pytest.raises(discord.HTTPException) as refusal:
            await bot.http.request(route, json=body)
        assert refusal.value.code == 50035
    tree = world.calls[-1]["response_json"]["errors"]
    for key in where.split("."):
        tree = tree[key]
    assert code in [error["code"] for error in tree["_errors"]]
    assert ideas.messages == []


async def test_what_just_fits_is_sent(connect: Connect, ideas: Channel) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        embed = discord.Embed(title="t" * 256, description="d" * 4096)
        embed.set_footer(text="f" * 1648)
        await channel.send("x" * 2000, embed=embed)
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.send("")
        assert refusal.value.code == 50006
    assert len(ideas.messages) == 1


async def test_the_new_layout_is_sent_and_kept(connect: Connect, ideas: Channel) -> None:
    class Card(discord.ui.LayoutView):
        card: discord.ui.Container[Any] = discord.ui.Container(
            discord.ui.TextDisplay("# Lower the fee"),
            discord.ui.Separator(),
            discord.ui.Section(
                "by Mara", accessory=discord.ui.Button(label="Go", custom_id="go", emoji="👍")
            ),
            accent_colour=0x335577,
        )

    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send(view=Card())
        assert sent.flags.components_v2
        with pytest.raises(discord.HTTPException) as refusal:
            await sent.edit(content="words")
        assert refusal.value.code == 50035
    assert ideas.messages[0].text == "# Lower the fee\nby Mara"
    assert ideas.messages[0].button("Go")["custom_id"] == "go"


@pytest.mark.parametrize(
    ("missing", "sent"),
    [
        (Permission.SEND_MESSAGES, {"content": "x"}),
        (Permission.EMBED_LINKS, {"embed": discord.Embed(title="x")}),
    ],
)
async def test_a_missing_permission_is_50013(
    connect: Connect, ideas: Channel, world: DiscordWorld, missing: Permission, sent: Any
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        world.faults.take_permission(missing, ideas)
        with pytest.raises(discord.Forbidden) as refusal:
            await channel.send(**sent)
        assert refusal.value.code == 50013
        world.faults.give_permission(missing, ideas)
        await channel.send(**sent)


async def test_a_channel_that_cannot_be_seen_is_50001_and_a_deleted_one_10003(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        world.faults.take_permission(Permission.VIEW_CHANNEL, ideas)
        with pytest.raises(discord.Forbidden) as hidden:
            await channel.send("x")
        assert hidden.value.code == 50001
        world.faults.delete_channel(ideas)
        with pytest.raises(discord.NotFound) as gone:
            await channel.send("x")
        assert gone.value.code == 10003
        with pytest.raises(discord.NotFound) as nowhere:
            await bot.fetch_guild(42)
        assert nowhere.value.code == 10004


async def test_overwrites_apply_everyone_first_then_roles_then_the_member(
    connect: Connect, guild: Community, ideas: Channel
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        guild.deny(ideas, guild.everyone, Permission.SEND_MESSAGES)
        with pytest.raises(discord.Forbidden):
            await channel.send("denied to everyone")
        guild.allow(ideas, guild.bot_role, Permission.SEND_MESSAGES)
        await channel.send("allowed to the bot's role")
        guild.deny(ideas, guild.bot_member, Permission.SEND_MESSAGES)
        with pytest.raises(discord.Forbidden):
            await channel.send("denied to the bot")
        seen = bot.guilds[0].get_channel(ideas.id)
        assert isinstance(seen, discord.TextChannel)
        assert not seen.permissions_for(bot.guilds[0].me).send_messages


async def test_channels_are_made_and_changed_only_with_the_permission(
    connect: Connect, guild: Community, ideas: Channel
) -> None:
    async with connect() as bot:
        server = bot.guilds[0]
        with pytest.raises(discord.Forbidden):
            await server.create_text_channel("votes")
        more = guild.bot_role.permissions | Permission.MANAGE_CHANNELS | Permission.MANAGE_ROLES
        guild.change_role(guild.bot_role, permissions=more)
        channel = await server.create_text_channel("votes", topic="Every vote")
        assert guild.channel("votes").topic == "Every vote"
        await channel.edit(name="ballots")
        await channel.set_permissions(server.default_role, send_messages=False)
        assert guild.channel("ballots").overwrites[guild.id].deny == Permission.SEND_MESSAGES
        await channel.delete()
        forum = await server.create_forum("posts", available_tags=[discord.ForumTag(name="fees")])
        assert forum.available_tags[0].name == "fees"
        assert {found.id for found in await server.fetch_channels()} == {ideas.id, forum.id}
        with pytest.raises(discord.HTTPException) as refusal:
            await forum.edit(available_tags=[discord.ForumTag(name="t" * 21)])
        assert refusal.value.code == 50035
