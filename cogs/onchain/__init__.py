"""/onchain: what a community does on chain, prepared here and sent by a person."""

from bot.client import GovernanceBot
from cogs.onchain.buttons import (
    CallMenu,
    OneCallButton,
    PrepareButton,
)
from cogs.onchain.commands import OnChain
from cogs.onchain.forms import CallForm, JsonForm, TitleForm

__all__ = ["OnChain", "setup"]


async def setup(bot: GovernanceBot) -> None:
    """Add the group, the buttons, the menu and the forms."""
    bot.add_dynamic_items(PrepareButton, OneCallButton, CallMenu)
    bot.add_forms(CallForm, JsonForm, TitleForm)
    await bot.add_cog(OnChain())
