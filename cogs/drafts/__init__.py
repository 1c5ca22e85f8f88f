"""Drafts: read exactly as Snapshot will get them, written section by section, and reviewed."""

from bot.client import GovernanceBot
from cogs.drafts.commands import Drafts

__all__ = ["Drafts", "setup"]


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Drafts(bot))
