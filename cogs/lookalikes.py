"""Ideas that read like a new one: post it anyway, or support one of them instead."""

import discord
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.proposal import thread_link
from bot.domain.typed import TypedIdea
from bot.domain.types import ProposalId
from bot.interactions import Asked, Stateful, actor_of, answer_error, guild_of, reactor_of, tell
from cogs.cards import (
    idea_is_out,
    text_attachment,
    written_out,
)


class KeptButton(Stateful, template=r"never:pressed"):
    r"""A button under what is alike; it says which text was kept.

    A subclass gives `template=r"typed:(?P<id>\d+):<name>"`. Whose text it is, is asked when it is
    pressed.
    """

    @override
    async def used(self, interaction: Asked) -> None:
        """Do what the button says."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.pressed(interaction, int(self.state["id"]))

    async def pressed(self, interaction: Asked, typed_id: int) -> None:
        """Do what the button says."""
        raise NotImplementedError


class PostAnywayButton(KeptButton, template=r"typed:(?P<id>\d+):post"):
    """“Post anyway”."""

    @override
    async def pressed(self, interaction: Asked, typed_id: int) -> None:
        bot, guild_id = interaction.client, guild_of(interaction)
        actor = await actor_of(interaction)
        typed = await bot.services.ideas.kept(guild_id, typed_id, actor)
        try:
            proposal = await bot.services.ideas.speak_kept(guild_id, typed_id, actor)
        except Refusal as refusal:
            await answer_error(interaction, refusal, file=_file(typed))
            return
        await bot.scheduler.run("outbox")
        found = await bot.services.records.find(guild_id, proposal.reference)
        await tell(interaction, idea_is_out(proposal, found.link))


class SupportInsteadButton(KeptButton, template=r"typed:(?P<id>\d+):support:(?P<other>\d+)"):
    """“Support that one instead”."""

    @override
    async def pressed(self, interaction: Asked, typed_id: int) -> None:
        bot, other = interaction.client, ProposalId(int(self.state["other"]))
        supported = await bot.services.ideas.support_instead(
            guild_of(interaction), typed_id, other, reactor_of(interaction.user)
        )
        if supported.seems_ready:  # Whether it is, is for a recount to say.
            await bot.scheduler.run("recount")
        await bot.scheduler.run("outbox")
        proposal = supported.proposal
        await tell(
            interaction,
            f"You support **{proposal.reference}** now. {thread_link(proposal)}\n"
            "Say in its thread what you would add; what you wrote is in the file.",
            file=_file(supported.typed),
        )


def _file(typed: TypedIdea) -> discord.File:
    return text_attachment(typed.title, written_out(typed.idea, typed.topic), "your-idea.md")


class Lookalikes(commands.Cog):
    """What becomes of an idea whose author was shown others that are alike."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons."""
        self.bot.add_dynamic_items(PostAnywayButton, SupportInsteadButton)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Lookalikes(bot))
