"""/proposal implement and /proposal implemented: what is carried out where no contract does it."""

from discord import app_commands

from bot.client import GovernanceBot
from bot.domain.implementation import WHO_LIMIT
from bot.domain.lifecycle import Phase
from bot.domain.proposal import REASON_LIMIT
from bot.interactions import Asked, actor_of, guild_of, references, tell
from cogs.cards.markup import when
from cogs.cards.proposals.implementation import who as named

Reason = app_commands.Range[str, 1, REASON_LIMIT]
Who = app_commands.Range[str, 1, WHO_LIMIT]
Date = app_commands.Range[str, 1, 40]


class Implementations(
    app_commands.Group, name="implementations", description="Carry decisions out off chain"
):
    """Who does it, and that it was done; its commands belong to /proposal."""

    @app_commands.command()
    @app_commands.describe(
        proposal="What was decided",
        who="Who carries it out: @somebody, or in a few words",
        until="A date, such as 2026-12-24, or “in 10 days”",
    )
    async def implement(
        self, interaction: Asked, proposal: str, who: Who, until: Date = ""
    ) -> None:
        """Say who carries a passed proposal out, and until when (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        agreed = await bot.services.implementations.agree(
            guild_of(interaction), proposal, actor, who, until
        )
        await bot.scheduler.run("outbox")
        date = f" until {when(agreed.due_at)}" if agreed.due_at else ""
        await tell(
            interaction,
            f"Everybody is told that {named(agreed.who)} carries it out{date}. "
            "`/proposal implemented` says that it is done.",
        )

    @app_commands.command()
    @app_commands.describe(
        proposal="What was done", evidence="How it was done, and where to see it"
    )
    async def implemented(self, interaction: Asked, proposal: str, evidence: Reason) -> None:
        """Say that a passed proposal without a contract change was carried out (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        done = await bot.services.implementations.report(
            guild_of(interaction), proposal, actor, evidence
        )
        await bot.scheduler.run("outbox")
        await tell(interaction, f"{done.reference} is implemented. Well done, everybody.")

    @implement.autocomplete("proposal")
    @implemented.autocomplete("proposal")
    async def _passed(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.PASSED])


async def setup(bot: GovernanceBot) -> None:
    """Add the commands."""
    bot.extend("proposal", *Implementations().commands)
