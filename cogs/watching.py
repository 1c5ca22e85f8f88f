"""/watch: whose votes are told about here."""

from discord import app_commands
from discord.ext import commands

from bot.client import GovernanceBot
from bot.domain.text import bare, line
from bot.interactions import CHOICE_NAME_LIMIT, CHOICES_LIMIT, Asked, actor_of, guild_of, tell
from cogs.cards import watched_page

_SHOWN = 80


class Watching(
    commands.GroupCog, group_name="watch", group_description="Follow votes of other communities"
):
    """What moderators let be told about here beside the community's own votes."""

    add = app_commands.Group(name="add", description="Follow something more")

    @add.command()
    @app_commands.describe(space="Its name, such as ens.eth, or its address")
    async def snapshot(self, interaction: Asked, space: str) -> None:
        """Follow the votes in a Snapshot space (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        watched = await bot.services.watching.add(guild_of(interaction), space, actor)
        await bot.scheduler.run("outbox")
        already = (
            "What is open there now was listed once, in the voting channel."
            if watched.open_votes
            else "No vote is open there now, so nothing was said in public."
        )
        await tell(
            interaction,
            f"✔ {line(watched.space, _SHOWN)} is followed. {already}\n"
            "Each new vote there gets a card in the voting channel: when it opens, before it ends, "
            "and with its result. `/watch list` shows what is followed, `/watch remove` ends it.",
        )

    @app_commands.command()
    @app_commands.describe(space="Which one")
    async def remove(self, interaction: Asked, space: str) -> None:
        """Follow a Snapshot space no longer (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.services.watching.remove(
            guild_of(interaction), space, await actor_of(interaction)
        )
        await tell(
            interaction,
            f"New votes in {line(removed, _SHOWN)} are not announced here any more. Those that "
            "were announced are told about until they end.",
        )

    @app_commands.command(name="list")
    async def list_(self, interaction: Asked) -> None:
        """See whose votes are told about here."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        watched = await interaction.client.services.watching.listed(guild_of(interaction))
        await tell(interaction, "", embed=watched_page(watched))

    @remove.autocomplete("space")
    async def _watched(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        watched = await interaction.client.services.watching.listed(guild_of(interaction))
        return [
            app_commands.Choice(name=bare(each.space, CHOICE_NAME_LIMIT), value=each.space)
            for each in watched
            if not each.is_own and current.casefold() in each.space
        ][:CHOICES_LIMIT]


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Watching())
