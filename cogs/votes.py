"""/vote: the tallies, who voted and with what, as a list, a picture or a file."""

from typing import Any

from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.text import bare
from bot.interactions import CHOICE_NAME_LIMIT, Asked, Stateful, guild_of, tell
from cogs.cards.ballots.list_page import vote_list, vote_name
from cogs.cards.ballots.tally_page import tally_page


async def offered_votes(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """Offer the votes that this server tells of while a person types one."""
    found = await interaction.client.services.ballots.matching(guild_of(interaction), current)
    return [
        app_commands.Choice(
            name=bare(f"{vote_name(vote)} · {vote.seen.title}", CHOICE_NAME_LIMIT),
            value=vote.seen.id,
        )
        for vote in found
    ]


class OpenVotesButton(Stateful, template=r"votes:open:(?P<page>\d{1,5})"):
    """“◀” and “▶” under the open votes."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Ask for that page anew, and show it in place of the one before."""
        content = await _open_votes(interaction, int(self.state["page"]))
        await interaction.response.edit_message(**content)


async def _open_votes(interaction: Asked, page: int) -> dict[str, Any]:
    ballots = interaction.client.services.ballots
    found = await ballots.open_votes(guild_of(interaction), page)
    embed, view = vote_list(found.rows, found.count, found.page, found.page_count)
    return {"embed": embed, "view": view}


class Votes(commands.GroupCog, group_name="vote", group_description="Look up votes on Snapshot"):
    """What everybody can look up about votes; nothing here changes anything."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons."""
        self.bot.add_dynamic_items(OpenVotesButton)

    @app_commands.command()
    @app_commands.describe(vote="Which one: its reference, its link or its id on Snapshot")
    async def show(self, interaction: Asked, vote: str) -> None:
        """See how a vote stands now."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        look = await self.bot.services.ballots.look(guild_of(interaction), vote)
        embed, view = tally_page(look.sighting, look.as_of)
        await tell(interaction, "", embed=embed, view=view)

    @app_commands.command(name="list")
    async def list_(self, interaction: Asked) -> None:
        """List the votes that are open here, those that end soonest first."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, "", **await _open_votes(interaction, 0))

    @show.autocomplete("vote")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await offered_votes(interaction, current)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Votes(bot))
