"""Ideas: /idea, and “Make this an idea” on any message."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Self

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, GATHERING, Phase
from bot.domain.proposal import (
    IDEA_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    Actor,
    Idea,
    Proposal,
    require_moderator,
)
from bot.domain.text import bare
from bot.domain.types import GuildId, UserId
from bot.interactions import Asked, Form, ProposalButton, actor_of, guild_of, references, tell
from bot.services.ideas import SpokenIdea
from cogs.cards import text_attachment

Reason = app_commands.Range[str, 1, REASON_LIMIT]
_NAME_LIMIT = 64  # of the author's name, which travels in the form's `custom_id` of at most 100


class IdeaForm(Form, title="A new idea", template=r"idea:(?P<author>\d+):(?P<name>.*)"):
    """The form for an idea; it knows whose it is, who need not be the person who fills it in."""

    headline: discord.ui.Label[Self] = discord.ui.Label(
        text="What should change, in one line?",
        component=discord.ui.TextInput(
            custom_id="title",
            placeholder="Lower the marketplace fee from 10 % to 8 %",
            max_length=TITLE_LIMIT,
        ),
    )
    text: discord.ui.Label[Self] = discord.ui.Label(
        text="What is the problem, and what would help?",
        component=discord.ui.TextInput(
            custom_id="text",
            style=discord.TextStyle.paragraph,
            max_length=IDEA_LIMIT,
        ),
    )

    def __init__(self, author: discord.Member | discord.User, text: str = "") -> None:
        name = bare(author.display_name, _NAME_LIMIT)
        super().__init__(custom_id=f"idea:{author.id}:{name}")
        field = self.text.component
        assert isinstance(field, discord.ui.TextInput), "declared above"
        field.default = text[:IDEA_LIMIT] or None

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        idea = SpokenIdea(
            guild_id=guild_of(interaction),
            author_id=UserId(int(state["author"])),
            author_name=state["name"],
            title=typed["title"],
            idea=Idea(problem=typed["text"]),
        )
        try:
            await speak(interaction, idea)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            lost = text_attachment(idea.title, idea.idea.text, "your-text.md")
            await tell(interaction, str(refusal), file=lost)


async def speak(interaction: Asked, idea: SpokenIdea) -> None:
    """Record an idea, and say where its card is."""
    bot, actor = interaction.client, await actor_of(interaction)
    if idea.author_id != actor.user_id:
        require_moderator(actor)
    proposal = await bot.services.ideas.speak(idea, actor)
    await bot.scheduler.run("outbox")
    found = await bot.services.records.find(idea.guild_id, proposal.reference)
    where = ""
    if found.message is not None:
        where = (
            f" https://discord.com/channels/{idea.guild_id}/"
            f"{found.message.channel_id}/{found.message.message_id}"
        )
    await tell(
        interaction,
        f"**{proposal.reference}** is out.{where}\nMembers support it with a reaction and "
        "discuss it in its thread. You can take it back with `/idea withdraw`.",
    )


class PromoteButton(ProposalButton, template=r"proposal:(?P<id>\d+):promote"):
    """“Promote” on the card of a ready idea."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await promote(interaction, reference)


async def promote(interaction: Asked, reference: str) -> None:
    """Promote an idea, and say what comes next."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot = interaction.client
    actor = await actor_of(interaction)
    proposal = await bot.services.ideas.promote(guild_of(interaction), reference, actor)
    await bot.scheduler.run("outbox")
    await tell(
        interaction,
        f"**{proposal.reference}** is a draft now, pre-filled from the idea. Its author or you "
        "can work on it with `/draft edit`; then `/proposal publish` announces the vote.",
    )


class Ideas(commands.GroupCog, group_name="idea", group_description="Speak and tend ideas"):
    """What members and moderators do with ideas."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(name="Make this an idea", callback=self.make_idea)

    @override
    async def cog_load(self) -> None:
        """Add the right-click command, the button and the form."""
        self.bot.tree.add_command(self._menu)
        self.bot.add_dynamic_items(PromoteButton)
        self.bot.add_forms(IdeaForm)

    async def make_idea(self, interaction: Asked, message: discord.Message) -> None:
        """Open the form with what somebody wrote; they stay the author."""
        await self.bot.services.setup.standing(guild_of(interaction))
        author = interaction.user
        if message.author != author:
            require_moderator(await actor_of(interaction))
            author = message.author
        if author.bot or not message.content.strip():
            raise Refusal("This message has no text by a member that could be an idea.")
        await IdeaForm(author, message.content).open(interaction)

    @app_commands.command()
    async def new(self, interaction: Asked) -> None:
        """Speak an idea: it gets a thread, and members support it with a reaction."""
        await self.bot.services.setup.standing(guild_of(interaction))
        await IdeaForm(interaction.user).open(interaction)

    @app_commands.command()
    @app_commands.describe(idea="The idea that becomes a draft")
    async def promote(self, interaction: Asked, idea: str) -> None:
        """Turn a ready idea into a draft (moderators)."""
        await promote(interaction, idea)

    @app_commands.command()
    @app_commands.describe(idea="The idea to put aside", reason="Why; everybody can read it")
    async def park(self, interaction: Asked, idea: str, reason: Reason) -> None:
        """Put an idea aside for later, with a public reason (moderators)."""
        act = partial(self.bot.services.ideas.park, reason=reason)
        await self._act(interaction, act, idea, "is parked. `/idea reopen` reopens it.")

    @app_commands.command()
    @app_commands.describe(idea="The idea or draft to end", reason="Why; everybody can read it")
    async def reject(self, interaction: Asked, idea: str, reason: Reason) -> None:
        """End an idea or a draft, with a public reason (moderators)."""
        act = partial(self.bot.services.ideas.reject, reason=reason)
        await self._act(interaction, act, idea, "is rejected.")

    @app_commands.command()
    @app_commands.describe(idea="The parked idea", reason="Why now; everybody can read it")
    async def reopen(self, interaction: Asked, idea: str, reason: Reason) -> None:
        """Take a parked idea up again (moderators)."""
        act = partial(self.bot.services.ideas.reopen, reason=reason)
        await self._act(interaction, act, idea, "gathers support again.")

    @app_commands.command()
    @app_commands.describe(idea="Your idea or draft")
    async def withdraw(self, interaction: Asked, idea: str) -> None:
        """Take your own idea or draft back."""
        await self._act(interaction, self.bot.services.ideas.withdraw, idea, "is withdrawn.")

    async def _act(
        self,
        interaction: Asked,
        act: Callable[[GuildId, str, Actor], Awaitable[Proposal]],
        idea: str,
        became: str,
    ) -> None:
        """Do something with an idea, with the rights the person has now, and say what it became."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        proposal = await act(guild_of(interaction), idea, await actor_of(interaction))
        await self.bot.scheduler.run("outbox")
        await tell(interaction, f"{proposal.reference} {became}")

    @promote.autocomplete("idea")
    async def _ready(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.READY])

    @park.autocomplete("idea")
    async def _gathering(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, list(GATHERING))

    @reject.autocomplete("idea")
    @withdraw.autocomplete("idea")
    async def _before_votes(
        self, interaction: Asked, current: str
    ) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*GATHERING, *DRAFTING])

    @reopen.autocomplete("idea")
    async def _parked(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.PARKED])


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Ideas(bot))
