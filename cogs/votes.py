"""/vote: the tallies, who voted and with what, as a list, a picture or a file."""

from collections.abc import Awaitable, Callable
from typing import Any

from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.offchain.lookup import require_scores
from bot.domain.offchain.report import exact_columns, exact_rows
from bot.domain.table_file import as_csv
from bot.domain.text import bare
from bot.domain.types import UserId
from bot.interactions import CHOICE_NAME_LIMIT, Asked, Stateful, guild_of, tell
from cogs.cards import text_file
from cogs.cards.ballots.list_page import vote_list, vote_name
from cogs.cards.ballots.mine_page import mine_page, power_page
from cogs.cards.ballots.picture import alternative, picture
from cogs.cards.ballots.tally_page import as_of_words, report_words, tally_page
from cogs.cards.ballots.voters_page import voters_page
from cogs.cards.chain.powers import chain_power_page
from cogs.cards.fitting import TOTAL_LIMIT

_ID = r"(?P<id>0x[0-9a-f]{64}|Qm[1-9A-Za-z]{44})"
_FILE_BYTES = 8 * 1024 * 1024  # every server takes as much
_WHICH = "Which one: its reference, its link or its id on Snapshot"

_Content = dict[str, Any]


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


class VotersButton(Stateful, template=rf"vote:voters:{_ID}:(?P<page>\d{{1,5}})"):
    """“◀” and “▶” under who has voted."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Ask for that page anew, and show it in place of the one before."""
        await interaction.response.defer()
        content = await _voters(interaction, self.state["id"], int(self.state["page"]))
        await interaction.edit_original_response(**content)


class MoreButton(Stateful, template=rf"vote:(?P<name>exact|voters|chart):{_ID}"):
    """What more there is about a vote that is shown."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Answer below it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        content = await _MORE[self.state["name"]](interaction, self.state["id"])
        await tell(interaction, **{"text": "", **content})


async def _open_votes(interaction: Asked, page: int) -> _Content:
    found = await interaction.client.services.ballots.open_votes(guild_of(interaction), page)
    embed, view = vote_list(found)
    return {"embed": embed, "view": view}


async def _voters(interaction: Asked, vote: str, page: int = 0) -> _Content:
    ballots = interaction.client.services.ballots
    embed, view = voters_page(await ballots.voters(guild_of(interaction), vote, page))
    return {"embed": embed, "view": view}


async def _chart(interaction: Asked, vote: str) -> _Content:
    history = await interaction.client.services.ballots.history(guild_of(interaction), vote)
    return {"text": alternative(history), "file": await picture(history)}


async def _exact(interaction: Asked, vote: str) -> _Content:
    look = await interaction.client.services.ballots.look(guild_of(interaction), vote)
    seen = look.sighting.seen
    require_scores(seen)
    text = as_csv(exact_columns(seen), exact_rows(seen))
    return {"text": as_of_words(look), "file": text_file(text, "scores.csv")}


_MORE: dict[str, Callable[[Asked, str], Awaitable[_Content]]] = {
    "exact": _exact,
    "voters": _voters,
    "chart": _chart,
}


class Votes(commands.GroupCog, group_name="vote", group_description="Look up votes on Snapshot"):
    """What everybody can look up about votes; nothing here changes anything."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons."""
        self.bot.add_dynamic_items(OpenVotesButton, VotersButton, MoreButton)

    @app_commands.command()
    @app_commands.describe(vote=_WHICH)
    async def show(self, interaction: Asked, vote: str) -> None:
        """See how a vote stands now."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        look = await self.bot.services.ballots.look(guild_of(interaction), vote)
        embed, view = tally_page(look)
        await tell(interaction, "", embed=embed, view=view)

    @app_commands.command(name="list")
    async def list_(self, interaction: Asked) -> None:
        """List the votes that are open here, those that end soonest first."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, "", **await _open_votes(interaction, 0))

    @app_commands.command()
    @app_commands.describe(
        vote="Which one; without it, the open one that ends soonest",
        address="Whose; without it, your linked wallets",
    )
    async def power(self, interaction: Asked, vote: str = "", address: str = "") -> None:
        """See with how much you can vote or propose, or an address can: on Snapshot, on chain."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        services, guild_id = self.bot.services, guild_of(interaction)
        asker = (guild_id, UserId(interaction.user.id))
        on_chain = await services.powers.look(*asker, address)
        note, pages = "", []
        try:
            pages.append(power_page(await services.ballots.power(*asker, vote, address)))
        except Refusal as refusal:
            if vote or not on_chain:
                raise
            note = f"Of votes on Snapshot: {refusal}"
        if on_chain:
            pages.append(chain_power_page(on_chain, note))
        fits = sum(map(len, pages)) <= TOTAL_LIMIT  # in one message
        for embeds in [pages] if fits else [[page] for page in pages]:
            await tell(interaction, "", embeds=embeds)

    @app_commands.command()
    async def mine(self, interaction: Asked) -> None:
        """See on which open votes your wallets have not voted yet."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        ballots = self.bot.services.ballots
        found = await ballots.mine(guild_of(interaction), UserId(interaction.user.id))
        await tell(interaction, "", embed=mine_page(found))

    @app_commands.command()
    @app_commands.describe(vote=_WHICH)
    async def voters(self, interaction: Asked, vote: str) -> None:
        """See who has voted, the largest voting power first, and why."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, "", **await _voters(interaction, vote))

    @app_commands.command()
    @app_commands.describe(vote=_WHICH)
    async def chart(self, interaction: Asked, vote: str) -> None:
        """Get a picture of how a vote went, with its numbers in words."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, **await _chart(interaction, vote))

    @app_commands.command()
    @app_commands.describe(vote=_WHICH)
    async def export(self, interaction: Asked, vote: str) -> None:
        """Get every vote that was cast as a file, in the form of Snapshot's own report."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        ballots = self.bot.services.ballots
        report = await ballots.report(guild_of(interaction), vote, _FILE_BYTES)
        name = f"snapshot-votes-report-{report.sighting.seen.id}.csv"
        await tell(interaction, report_words(report), file=text_file(report.text, name))

    @show.autocomplete("vote")
    @power.autocomplete("vote")
    @voters.autocomplete("vote")
    @chart.autocomplete("vote")
    @export.autocomplete("vote")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await offered_votes(interaction, current)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Votes(bot))
