"""/governance alias: for whose wallet Assent proposes."""

from discord import app_commands

from bot.client import GovernanceBot
from bot.interactions import Asked, actor_of, guild_of, tell
from cogs.cards.votes.aliases import standing_text, unlinked_text


class Aliases(app_commands.Group, name="alias", description="For whose wallet Assent proposes"):
    """The wallet in whose name votes are posted; the group belongs to /governance."""

    @app_commands.command()
    async def show(self, interaction: Asked) -> None:
        """See for whose wallet Assent proposes here, and until when (moderators)."""
        aliases, actor = interaction.client.services.aliases, await actor_of(interaction)
        standing = await aliases.standing(guild_of(interaction), actor)
        await tell(interaction, standing_text(standing))

    @app_commands.command()
    async def unlink(self, interaction: Asked) -> None:
        """Let Assent propose in a wallet's name no longer (its owner, or a moderator)."""
        aliases, actor = interaction.client.services.aliases, await actor_of(interaction)
        await tell(interaction, unlinked_text(await aliases.unlink(guild_of(interaction), actor)))


async def setup(bot: GovernanceBot) -> None:
    """Add the commands."""
    bot.extend("governance", Aliases())
