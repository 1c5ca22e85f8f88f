"""Making the channels that a server has not chosen."""

import asyncio
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bot.client import GovernanceBot
from bot.domain.errors import Denial, Refusal
from bot.domain.proposal import Actor
from bot.domain.setting_up import Place, SetupChoices, channel_for, with_channel
from bot.domain.text import line
from bot.domain.types import ChannelId, GuildId
from bot.interactions import Asked
from cogs.cards.server.setting_up import CHANNEL_NAMES

_SHOWN = 80


def guild_here(interaction: Asked) -> discord.Guild:
    """Give the server, of which `guild_of` has made sure."""
    assert interaction.guild is not None, "guild_of has asked"
    return interaction.guild


def require_may_make(interaction: Asked) -> None:
    """Refuse to make channels for somebody who may not, or where Assent may not.

    Raises:
        Refusal: One of the two lacks “Manage Channels”.
    """
    if not interaction.permissions.manage_channels:
        raise Denial("You need “Manage Channels” to let Assent make channels; nothing was made.")
    if not guild_here(interaction).me.guild_permissions.manage_channels:
        raise Refusal(
            "Assent lacks “Manage Channels”, which it needs for nothing else. Give it to its role "
            "for a moment, or make the channels yourself and choose them here."
        )


class ChannelMaker(commands.Cog):
    """Makes channels, one server's at a time: two who press together get one set of them."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._making = asyncio.Lock()

    async def make(self, guild: discord.Guild, actor: Actor) -> SetupChoices:
        """Make the channels that are not chosen yet; one that has the name already is chosen.

        Raises:
            Refusal: Discord does not make one; those before it are chosen.
        """
        service, guild_id = self.bot.services.setup, GuildId(guild.id)
        async with self._making:
            choices = await service.choices(guild_id)
            for place in Place:
                if channel_for(choices, place) is not None:
                    continue
                role = guild.get_role(choices.moderator_role_id or 0)
                if place is Place.MODERATORS and role is None:
                    continue  # It would be private to nobody.
                channel = await _created(guild, place, role)
                change = partial(with_channel, place=place, channel_id=ChannelId(channel.id))
                choices = await service.choose(guild_id, actor, change)
        return choices


async def _created(
    guild: discord.Guild, place: Place, moderators: discord.Role | None
) -> discord.TextChannel:
    name = CHANNEL_NAMES[place]
    there = discord.utils.get(guild.text_channels, name=name)
    if there is not None:
        return there
    overwrites: dict[Any, discord.PermissionOverwrite] = {}
    if place is Place.MODERATORS:
        speaks = discord.PermissionOverwrite(view_channel=True, send_messages=True)
        hidden = discord.PermissionOverwrite(view_channel=False)
        overwrites = {guild.default_role: hidden, moderators: speaks, guild.me: speaks}
    try:
        return await guild.create_text_channel(name, overwrites=overwrites, reason="Set-up")
    except discord.HTTPException as error:
        if error.status >= 500:  # noqa: PLR2004 - Discord's trouble, and not a refusal
            raise
        raise Refusal(
            f"Discord did not make #{name}: {line(error.text, _SHOWN)}. Make it yourself, and "
            "choose it here; what was made before is chosen."
        ) from error
