"""Answers to interactions: who asks, with which authority, and what they read when it fails."""

import secrets
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.proposal import Actor
from bot.domain.types import GuildId, UserId

if TYPE_CHECKING:
    from bot.client import GovernanceBot

log = structlog.get_logger()

Asked = discord.Interaction["GovernanceBot"]


def guild_of(interaction: Asked) -> GuildId:
    """Give the server an interaction comes from.

    Raises:
        Refusal: It comes from a direct message.
    """
    if interaction.guild_id is None:
        raise Refusal("This works in a server only.")
    return GuildId(interaction.guild_id)


async def actor_of(interaction: Asked) -> Actor:
    """Say who asks, with the roles they have at this moment.

    A moderator has the community's role for it, or may manage the server.
    """
    member = interaction.user
    community = await interaction.client.services.setup.community(guild_of(interaction))
    is_moderator = interaction.permissions.manage_guild
    if community is not None and isinstance(member, discord.Member):
        is_moderator |= member.get_role(community.moderator_role_id) is not None
    return Actor(
        user_id=UserId(member.id), name=member.display_name, is_moderator=is_moderator
    )


async def administrator_of(interaction: Asked) -> Actor:
    """Say who asks, if they may manage the server.

    Raises:
        Refusal: They may not.
    """
    actor = await actor_of(interaction)
    if not interaction.permissions.manage_guild:
        raise Refusal("Only members who may manage the server (“Manage Server”) can do this.")
    return actor


async def tell(interaction: Asked, text: str, **more: Any) -> None:
    """Answer privately, whatever was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True, **more)
    else:
        await interaction.response.send_message(text, ephemeral=True, **more)


async def answer_error(interaction: Asked, error: Exception) -> None:
    """Tell the person privately what went wrong: the one answer to every failed interaction."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    match cause:
        case Refusal():
            text = str(cause)
        case app_commands.CheckFailure() | app_commands.TransformerError():
            text = f"That did not fit: {cause}"[:300]
        case _:
            code = secrets.token_hex(3)
            log.error("interaction failed", code=code, exc_info=cause)
            text = (
                "Something went wrong on our side, and it was noted. What you did may not have "
                f"been done: look before you repeat it. (code {code})"
            )
    try:
        await tell(interaction, text)
    except discord.HTTPException as failure:
        log.warning("could not answer", error=repr(failure))


class Form(discord.ui.Modal):
    """A form; every form of ours answers errors in the one way."""

    @override
    async def on_error(  # type: ignore[override]  # our client is the only one
        self, interaction: Asked, error: Exception, /
    ) -> None:
        await answer_error(interaction, error)


class Press(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"unused"):
    """A button whose whole state is its `custom_id`, so that it outlives every restart.

    Who may press it is asked when it is pressed.
    """

    @override
    async def callback(  # type: ignore[override]  # our client is the only one
        self, interaction: Asked
    ) -> None:
        """Do what the button says; errors are answered like those of commands."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # The Discord error handler, for what the tree does not see.
            await answer_error(interaction, error)

    async def pressed(self, interaction: Asked) -> None:
        """Do what the button says."""
        raise NotImplementedError

