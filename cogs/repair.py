"""What moderators mend by hand: a proposal's link to the chain, and its status."""

from discord import app_commands

from bot.client import GovernanceBot
from bot.domain.lifecycle import Phase
from bot.domain.proposal import REASON_LIMIT
from bot.interactions import (
    CHOICES_LIMIT,
    Asked,
    actor_of,
    chosen,
    guild_of,
    on_chain_names,
    references,
    tell,
)

Reason = app_commands.Range[str, 1, REASON_LIMIT]
_NO_LINK = app_commands.Choice(name="none: remove the link", value="none")


class Repair(app_commands.Group, name="repair", description="Mend a proposal by hand"):
    """What no rule can know; its commands belong to /proposal."""

    @app_commands.command()
    @app_commands.describe(
        proposal="What was decided off chain",
        on_chain="What carries it out, or “none” to remove the link",
        reason="Why; everybody can read it",
    )
    async def relink(
        self, interaction: Asked, proposal: str, on_chain: str, reason: Reason
    ) -> None:
        """Replace or remove a proposal's link to the chain (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        linked = await bot.services.records.relink(
            guild_of(interaction), proposal, on_chain, actor, reason
        )
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"{linked.reference} is linked; its card follows the chain now."
            if linked.governor_key
            else f"{linked.reference} is linked to nothing on chain any more.",
        )

    @app_commands.command(name="set-status")
    @app_commands.describe(
        proposal="Which one", status="Where it shall stand", reason="Why; everybody can read it"
    )
    @app_commands.choices(
        status=[app_commands.Choice(name=phase.value, value=phase.value) for phase in Phase]
    )
    async def set_status(
        self, interaction: Asked, proposal: str, status: str, reason: Reason
    ) -> None:
        """Put a proposal where it should stand, outside of the usual steps (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        moved = await bot.services.overrides.set_status(
            guild_of(interaction), proposal, chosen(Phase, status), actor, reason
        )
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"{moved.reference} stands at “{moved.phase}” now. Its thread and its history say that "
            "you set it, and why.",
        )

    @relink.autocomplete("proposal")
    async def _linkable(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.PASSED, Phase.ON_CHAIN])

    @relink.autocomplete("on_chain")
    async def _on_chain(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        named = await on_chain_names(interaction, current)
        return [_NO_LINK, *named][:CHOICES_LIMIT] if current.casefold() in "none" else named

    @set_status.autocomplete("proposal")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current)


async def setup(bot: GovernanceBot) -> None:
    """Add the commands."""
    bot.extend("proposal", *Repair().commands)
