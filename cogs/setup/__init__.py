"""/governance: setting a server up by a conversation, and seeing what is missing."""

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.proposal import Community
from bot.domain.text import line
from bot.interactions import Asked, administrator_of, guild_of, tell
from cogs.cards import setup_page
from cogs.cards.server.followed import hibernated, lacks_right, not_an_author
from cogs.cards.server.permissions import Missing, Obstacle, excessive_here, missing_here
from cogs.cards.server.setting_up import button
from cogs.setup.channels import ChannelMaker, guild_here
from cogs.setup.conversation import (
    GovernorForm,
    SetupButton,
    SetupMenu,
    SpaceForm,
    author_here,
    begin,
    space_now,
)

_SHOWN = 80


@app_commands.default_permissions(manage_guild=True)
class Setup(
    commands.GroupCog, group_name="governance", group_description="Set Assent up in this server"
):
    """What an administrator does.

    Discord shows `/governance` to who may manage the server, until an administrator opens it to
    others; what each of its commands takes is checked when it is used.
    """

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Answer the conversation's buttons, menus and forms, also those from before a restart."""
        self.bot.add_dynamic_items(SetupButton, SetupMenu)
        self.bot.add_forms(SpaceForm, GovernorForm)

    @app_commands.command()
    async def setup(self, interaction: Asked) -> None:
        """Set Assent up, question by question; what you answered before is kept."""
        await begin(interaction)

    @app_commands.command()
    async def check(self, interaction: Asked) -> None:
        """See how Assent is set up here, what it lacks in which channel, and what is too much."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await administrator_of(interaction)
        guild_id, guild = guild_of(interaction), guild_here(interaction)
        await self.bot.services.delivery.unpark(guild_id)
        standing = await self.bot.services.setup.standing(guild_id)
        community = standing.community
        lacks = [*missing_here(community, guild), *await self._of_space(interaction, community)]
        excess, author = excessive_here(community, guild), await author_here(interaction)
        page = setup_page(community, standing.governors, lacks, excess, author)
        view = discord.ui.View(timeout=None)
        view.add_item(button("begin", "Run set-up"))
        view.stop()
        await tell(interaction, "", embed=page, view=view)

    async def _of_space(self, interaction: Asked, community: Community) -> list[Missing]:
        """Say what is in the way of posting to the space."""
        if community.space is None or not community.policy.steps:
            return []
        space, was_read = await space_now(interaction, community.space)
        name, author = line(community.space, _SHOWN), await author_here(interaction)
        if not was_read:
            return [Obstacle(what=f"⚠ Snapshot does not answer right now: {name} is not checked.")]
        if space is None:
            words = f"✖ Snapshot knows no space {name} any more: run `/governance setup`."
            return [Obstacle(what=words)]
        found: list[Missing] = []
        if space.hibernated:
            found.append(Obstacle(what=hibernated(space)))
        if author is not None and lacks_right(space, author):
            found.append(Obstacle(what=not_an_author(space, author)))
        return found


async def setup(bot: GovernanceBot) -> None:
    """Add the cogs."""
    await bot.add_cog(ChannelMaker(bot))
    await bot.add_cog(Setup(bot))
