"""The pages of lists: turned by buttons whose id is the whole list, so they outlive restarts."""

import re
from typing import Any, Self

import discord
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.listing import CODE, Listing, listing_of
from bot.interactions import Asked, answering, guild_of
from cogs.cards import list_page


class PageButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=f"list:{CODE}"):
    """“◀” and “▶” under a list."""

    def __init__(self, custom_id: str, listing: Listing) -> None:
        super().__init__(discord.ui.Button(custom_id=custom_id))
        self.listing = listing

    @classmethod
    @override
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(match.string, listing_of(match))

    @override
    async def callback(self, interaction: Asked) -> None:  # type: ignore[override] # as ours
        """Ask for that page anew, and show it in place of the one before."""
        async with answering(interaction):
            records = interaction.client.services.records
            embed, view = list_page(await records.listed(guild_of(interaction), self.listing))
            await interaction.response.edit_message(embed=embed, view=view)


class Lists(commands.Cog):
    """Answers the buttons of every list."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons."""
        self.bot.add_dynamic_items(PageButton)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Lists(bot))
