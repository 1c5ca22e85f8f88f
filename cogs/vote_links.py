"""/vote link and /vote unlink: whose vote a vote is that was made outside of Assent."""

from discord import app_commands

from bot.client import GovernanceBot
from bot.domain.lifecycle import DRAFTING, NOTICED
from bot.domain.proposal import REASON_LIMIT
from bot.domain.text import bare
from bot.interactions import (
    CHOICE_NAME_LIMIT,
    Asked,
    actor_of,
    guild_of,
    references,
    tell,
)

Reason = app_commands.Range[str, 1, REASON_LIMIT]


class VoteLinks(app_commands.Group, name="links", description="Whose vote a vote is"):
    """What a moderator knows and no vote says; its commands belong to /vote."""

    @app_commands.command()
    @app_commands.describe(
        vote="Its link or its id on Snapshot",
        proposal="Which proposal it decides",
        reason="Why; everybody can read it",
    )
    async def link(self, interaction: Asked, vote: str, proposal: str, reason: Reason) -> None:
        """Say that a vote made elsewhere is a proposal's vote (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        linked = await bot.services.vote_links.link(
            guild_of(interaction), vote, proposal, actor, reason
        )
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"This is the vote of {linked.reference} now: its result will count. The thread says "
            "that you linked it, and why.",
        )

    @app_commands.command()
    @app_commands.describe(
        vote="Its link or its id on Snapshot", reason="Why; everybody can read it"
    )
    async def unlink(self, interaction: Asked, vote: str, reason: Reason) -> None:
        """Say that a vote made elsewhere is not a proposal's vote (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        unlinked = await bot.services.vote_links.unlink(guild_of(interaction), vote, actor, reason)
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"This vote does not count for {unlinked.reference} any more, which is back at its "
            "draft. The thread says that you unlinked it, and why.",
        )

    @link.autocomplete("proposal")
    async def _waiting(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, sorted(DRAFTING | NOTICED))

    @link.autocomplete("vote")
    @unlink.autocomplete("vote")
    async def _vote(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        found = await interaction.client.services.ballots.matching(guild_of(interaction), current)
        return [
            app_commands.Choice(
                name=bare(vote.seen.title, CHOICE_NAME_LIMIT) or "-", value=vote.seen.id
            )
            for vote in found
            if not vote.is_ours and vote.foreign_space is None
        ]


async def setup(bot: GovernanceBot) -> None:
    """Add the commands."""
    bot.extend("vote", *VoteLinks().commands)
