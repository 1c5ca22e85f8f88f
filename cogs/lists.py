"""The pages of lists: turned by buttons whose id is the whole list, so they outlive restarts."""

from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.listing import CODE, listing_of
from bot.interactions import Asked, Stateful, guild_of
from cogs.cards import list_page


class ListButton(Stateful, template=f"list:{CODE}"):
    """“◀” and “▶” under a list."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Ask for that page anew, and show it in place of the one before."""
        records = interaction.client.services.records
        embed, view = list_page(await records.listed(guild_of(interaction), listing_of(self.state)))
        await interaction.response.edit_message(embed=embed, view=view)


class Lists(commands.Cog):
    """Answers the buttons of every list."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons."""
        self.bot.add_dynamic_items(ListButton)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Lists(bot))
