"""/announcement: what was said where, and said again."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GovernanceBot
from bot.domain.errors import Denial, Refusal
from bot.domain.outbox import PostState
from bot.domain.types import ChannelId
from bot.interactions import CHOICES_LIMIT, Asked, actor_of, chosen, guild_of, references, tell
from cogs.cards import announced_name, announced_page


class Announced(
    commands.GroupCog, group_name="announcement", group_description="What was said, and said again"
):
    """What moderators look through and repeat."""

    @app_commands.command(name="list")
    @app_commands.describe(state="Only what came so far", proposal="Only what is about this one")
    @app_commands.choices(
        state=[app_commands.Choice(name=state.value, value=state.value) for state in PostState]
    )
    async def list_(
        self, interaction: Asked, state: str | None = None, proposal: str | None = None
    ) -> None:
        """See what was said where, and what could not be said (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = guild_of(interaction)
        said = await interaction.client.services.announced.said(
            guild_id,
            await actor_of(interaction),
            chosen(PostState, state) if state else None,
            proposal,
        )
        await tell(interaction, "", embed=announced_page(said, guild_id))

    @app_commands.command()
    @app_commands.describe(
        announcement="Which one", channel="Where; without it, where it belongs (not for cards)"
    )
    async def resend(
        self,
        interaction: Asked,
        announcement: str,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Say something again, or bring a card up to date (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        what = await bot.services.announced.again(
            guild_of(interaction),
            actor,
            _number(announcement),
            ChannelId(channel.id) if channel else None,
        )
        await bot.scheduler.run("outbox")
        await tell(interaction, f"Announcement {_number(announcement)} {what}.")

    @list_.autocomplete("proposal")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current)

    @resend.autocomplete("announcement")
    async def _said(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        try:
            said = await interaction.client.services.announced.said(
                guild_of(interaction), await actor_of(interaction)
            )
        except Denial:
            return []
        names = {str(each.id): announced_name(each) for each in said}
        return [
            app_commands.Choice(name=name, value=number)
            for number, name in names.items()
            if current.casefold() in name.casefold()
        ][:CHOICES_LIMIT]


def _number(text: str) -> int:
    text = text.strip().lstrip("#")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - a column holds no more
        raise Refusal(
            "Pick an announcement from the list that appears while you type, or give its number "
            "from /announcement list."
        )
    return int(text)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Announced())
