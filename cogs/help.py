"""/help: how proposals go here, where they stand, and what you can do."""

from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.client import GovernanceBot
from bot.domain.outlook import tasks
from bot.interactions import Asked, actor_of, guild_of, tell
from cogs.cards.server.help_page import help_page


class Help(commands.Cog):
    """The first thing a newcomer asks for."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @app_commands.command()
    async def help(self, interaction: Asked) -> None:
        """See how an idea becomes real here, where things stand, and what you can do now."""
        outlook = await self.bot.services.guide.outlook(guild_of(interaction))
        page = help_page(outlook, tasks(outlook, await actor_of(interaction)))
        more: dict[str, Any] = {} if page.view is None else {"view": page.view}
        await tell(interaction, "", embed=page.embed, **more)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Help(bot))
