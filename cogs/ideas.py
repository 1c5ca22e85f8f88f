"""Ideas: /idea, and “Make this an idea” on any message."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.lifecycle import CLOSED, DRAFTING, GATHERING, Phase
from bot.domain.listing import Kind, Listing, Order, Status, topic_code
from bot.domain.lookalike import Lookalikes
from bot.domain.policy import Policy
from bot.domain.proposal import REASON_LIMIT, Actor, Idea, Proposal, SpokenIdea, thread_link
from bot.domain.text import bare
from bot.domain.typed import TypedIdea
from bot.domain.types import GuildId, UserId
from bot.interactions import (
    Asked,
    Form,
    ProposalButton,
    actor_of,
    answer_error,
    chosen,
    guild_of,
    references,
    tell,
    topics,
)
from cogs.cards import (
    idea_fields,
    idea_is_out,
    list_page,
    lookalikes,
    shown,
    text_attachment,
    written_out,
)

Reason = app_commands.Range[str, 1, REASON_LIMIT]
_NAME_LIMIT = 64  # of an author's name; it is signed with, and stands in the proposal on Snapshot
_MERGEABLE = (*GATHERING, Phase.PARKED)
_REOPENABLE = (Phase.PARKED, Phase.REJECTED, Phase.WITHDRAWN, Phase.MERGED)
_ALIVE = tuple(phase for phase in Phase if phase not in CLOSED)


class IdeaForm(Form, title="A new idea", template=r"idea:(?P<kept>\d*)"):
    """The form for an idea; one made of a message knows which text was kept, and whose it is."""

    def __init__(self, policy: Policy, kept: int | None = None, text: str = "") -> None:
        super().__init__(custom_id=f"idea:{'' if kept is None else kept}")
        for field in idea_fields(policy, text):
            self.add_item(field)

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        answers = {name: typed.get(name, "") for name in ("problem", "change", "why_now")}
        title, idea, topic = typed.get("title", ""), Idea(**answers), typed.get("topic", "")
        try:
            kept = int(state["kept"]) if state["kept"] else None
            begun = await _begun(interaction, kept)
            await offer(interaction, replace(begun, title=title, idea=idea, topic=topic), kept)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            lost = text_attachment(title, written_out(idea, topic), "your-idea.md")
            await answer_error(interaction, refusal, file=lost)


async def _begun(interaction: Asked, kept: int | None) -> SpokenIdea:
    """Say whose idea it is and where it comes from: what a person cannot type."""
    guild_id, user = guild_of(interaction), interaction.user
    if kept is None:
        author_id, name, source = UserId(user.id), _name(user), ""
    else:
        actor = await actor_of(interaction)
        text = await interaction.client.services.ideas.kept(guild_id, kept, actor)
        author_id, name, source = text.author_id, text.author_name, text.source
    return SpokenIdea(
        guild_id=guild_id,
        author_id=author_id,
        author_name=name,
        title="",
        idea=Idea(problem=""),
        source=source,
    )


def _name(author: discord.Member | discord.User) -> str:
    return bare(author.display_name, _NAME_LIMIT)


async def offer(interaction: Asked, idea: SpokenIdea, kept: int | None) -> None:
    """Record an idea and say where its card is, or show what reads like it."""
    bot = interaction.client
    outcome = await bot.services.ideas.offer(idea, await actor_of(interaction), kept)
    if isinstance(outcome, Lookalikes):
        await tell(interaction, "", **lookalikes(outcome))
        return
    await bot.scheduler.run("outbox")
    shown = await bot.services.records.find(idea.guild_id, outcome.reference)
    await tell(interaction, idea_is_out(outcome, shown.link))


class PromoteButton(ProposalButton, template=r"proposal:(?P<id>\d+):promote"):
    """“Promote” on the card of a ready idea."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await promote(interaction, reference)


async def promote(interaction: Asked, reference: str, reason: str = "") -> None:
    """Promote an idea, and say what comes next."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot = interaction.client
    actor = await actor_of(interaction)
    proposal = await bot.services.ideas.promote(guild_of(interaction), reference, actor, reason)
    await bot.scheduler.run("outbox")
    next_step = _DRAFTED if proposal.phase in DRAFTING else _ACCEPTED
    await tell(interaction, f"**{proposal.reference}** {next_step}")


_DRAFTED = (
    "is a draft now, pre-filled from the idea. Its author or you can work on it with "
    "`/draft edit`; then `/proposal publish` announces the vote."
)
_ACCEPTED = (
    "is accepted, to be decided on chain. Once somebody has proposed it there, link it with "
    "`/proposal link`; if no contract changes, say with `/proposal implemented` that it is done."
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
        guild_id, author = guild_of(interaction), message.author
        ideas, actor = self.bot.services.ideas, await actor_of(interaction)
        policy = await ideas.welcome(guild_id, UserId(author.id), actor)
        if author.bot or not message.content.strip():
            raise Refusal("This message has no text by a member that could be an idea.")
        typed = TypedIdea(
            author_id=UserId(author.id),
            author_name=_name(author),
            title="",
            idea=Idea(problem=message.content),
            source=f"https://discord.com/channels/{guild_id}/{message.channel.id}/{message.id}",
        )
        kept = await ideas.keep(guild_id, typed, actor)
        await IdeaForm(policy, kept, message.content).open(interaction)

    @app_commands.command()
    async def new(self, interaction: Asked) -> None:
        """Speak an idea: it gets a thread, and members support it with a reaction."""
        actor = await actor_of(interaction)
        ideas = self.bot.services.ideas
        policy = await ideas.welcome(guild_of(interaction), actor.user_id, actor)
        await IdeaForm(policy).open(interaction)

    @app_commands.command(name="list")
    @app_commands.describe(
        status="Where they stand; without it: those that gather support",
        topic="Only what is about this",
        author="Only what this member spoke",
        order="What comes first",
    )
    @app_commands.choices(
        status=[app_commands.Choice(name=each, value=each) for each in Status],
        order=[
            app_commands.Choice(name="most supported", value=Order.SUPPORT),
            app_commands.Choice(name="newest", value=Order.NEWEST),
        ],
    )
    async def list_(
        self,
        interaction: Asked,
        status: str = Status.GATHERING,
        topic: str = "",
        author: discord.User | None = None,
        order: str = Order.SUPPORT,
    ) -> None:
        """List this server's ideas, the most supported first."""
        listing = Listing(
            kind=Kind.IDEAS,
            standing=chosen(Status, status),
            order=chosen(Order, order),
            author_id=UserId(author.id) if author else None,
            topic_code=topic_code(topic),
        )
        page = await self.bot.services.records.listed(guild_of(interaction), listing)
        embed, view = list_page(page)
        await tell(interaction, "", embed=embed, view=view)

    @app_commands.command()
    @app_commands.describe(idea="Which one")
    async def show(self, interaction: Asked, idea: str) -> None:
        """See an idea's card as it reads now, and where it stands."""
        found = await self.bot.services.records.find(guild_of(interaction), idea)
        embed, view = shown(found.card)
        await tell(interaction, found.link, embed=embed, **({"view": view} if view else {}))

    @app_commands.command()
    @app_commands.describe(
        idea="The idea that becomes a draft",
        reason="Needed before the discussion time is over; everybody can read it",
    )
    async def promote(self, interaction: Asked, idea: str, reason: Reason = "") -> None:
        """Turn a ready idea into a draft (moderators)."""
        await promote(interaction, idea, reason)

    @app_commands.command()
    @app_commands.describe(
        idea="The idea that goes on in another",
        into="The one it goes on in, which gets its support",
        reason="Why; everybody can read it",
    )
    async def merge(self, interaction: Asked, idea: str, into: str, reason: Reason) -> None:
        """Merge an idea into another, with its support (moderators, or its author)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        merged = await self.bot.services.merging.merge(
            guild_of(interaction), (idea, into), await actor_of(interaction), reason
        )
        if merged.seems_ready:  # Whether it is, is for a recount to say.
            await self.bot.scheduler.run("recount")
        await self.bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"{merged.idea.reference} is merged into {merged.into.reference}, which has "
            f"{merged.supporters:,} supporters now; {merged.gained:,} of them are new. "
            f"{thread_link(merged.into)}",
        )

    @app_commands.command()
    @app_commands.describe(how="How you are told of what becomes of your ideas")
    async def updates(
        self, interaction: Asked, how: Literal["in the thread", "as direct messages"]
    ) -> None:
        """Choose how you are told of what becomes of your ideas."""
        is_direct = how == "as direct messages"
        await self.bot.services.preferences.choose(
            guild_of(interaction), await actor_of(interaction), direct_messages=is_direct
        )
        told = (
            "by direct message. If you take none from this server, you are mentioned in the thread."
            if is_direct
            else "in its thread, where this community has authors mentioned."
        )
        await tell(interaction, f"From now on you are told of what becomes of an idea {told}")

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
    @app_commands.describe(
        idea="What was parked, rejected, withdrawn or merged",
        reason="Why now; everybody can read it",
    )
    async def reopen(self, interaction: Asked, idea: str, reason: Reason) -> None:
        """Take up again what was parked, rejected, withdrawn or merged (moderators)."""
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

    @list_.autocomplete("topic")
    async def _topics(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await topics(interaction, current)

    @show.autocomplete("idea")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current)

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
    async def _resting(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, _REOPENABLE)

    @merge.autocomplete("idea")
    async def _mergeable(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, _MERGEABLE)

    @merge.autocomplete("into")
    async def _alive(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, _ALIVE)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Ideas(bot))
