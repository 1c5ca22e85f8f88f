"""Proposals: published with a confirmation, postponed, shown, listed, linked."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.lifecycle import DRAFTING, NOTICED, Phase
from bot.domain.listing import Kind, Listing, Status, topic_code
from bot.domain.policy import Step
from bot.domain.proposal import REASON_LIMIT
from bot.domain.types import ProposalId
from bot.interactions import (
    Asked,
    Form,
    ProposalButton,
    actor_of,
    chosen,
    guild_of,
    on_chain_names,
    references,
    tell,
    topics,
)
from cogs.cards import (
    HistoryLine,
    draft_attachment,
    draft_page,
    draft_pages,
    history_page,
    list_page,
    page_buttons,
    shown,
)
from cogs.cards.buttons import Action
from cogs.cards.buttons import view as buttons_view

Reason = app_commands.Range[str, 1, REASON_LIMIT]


async def offer(interaction: Asked, reference: str) -> None:
    """Check a draft live and offer to announce its vote."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    drafts = interaction.client.services.drafts
    view = await drafts.preflight(guild_of(interaction), reference, await actor_of(interaction))
    pages = await asyncio.to_thread(draft_pages, view.draft)
    more: dict[str, Any] = {
        "embed": draft_page(view, pages, 1),
        "file": draft_attachment(view.draft, view.proposal.reference),
    }
    turning = page_buttons(view, len(pages), 1)
    if view.findings:
        row = buttons_view(turning)
        more |= {"view": row} if row else {}
        await tell(interaction, "This cannot be published yet; nothing was announced.", **more)
        return
    confirm = Action(
        label="Announce the vote",
        proposal_id=view.proposal.id,
        name=f"notice:{view.draft.step}:{view.draft.revision}",
        is_primary=True,
    )
    await tell(
        interaction,
        f"This is what Snapshot will get. If you confirm, the vote is announced now, and it is "
        f"signed and posted when the notice is over: <t:{view.opens_at}:F>.",
        view=buttons_view([confirm, *turning]),
        **more,
    )


class PublishButton(ProposalButton, template=r"proposal:(?P<id>\d+):publish"):
    """“Publish…” on the card of a draft."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await offer(interaction, reference)


class NoticeButton(
    ProposalButton,
    template=rf"proposal:(?P<id>\d+):notice:(?P<step>{'|'.join(Step)}):(?P<revision>\d+)",
):
    """The confirmation: announce exactly the revision of the draft that was shown."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot = interaction.client
        guild_id, actor = guild_of(interaction), await actor_of(interaction)
        step, revision = self.seen
        view = await bot.services.drafts.give_notice(
            guild_id, reference, actor, step=step, revision=revision
        )
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"The vote on {view.proposal.reference} is announced; it opens <t:{view.opens_at}:F>. "
            "`/proposal postpone` calls it off.",
        )


class PostponeForm(Form, title="Postpone the vote", template=r"postpone:(?P<id>\d+)"):
    """Asks for the public reason."""

    reason: discord.ui.Label[Self] = discord.ui.Label(
        text="Why? Everybody can read it.",
        component=discord.ui.TextInput(custom_id="reason", max_length=REASON_LIMIT),
    )

    def __init__(self, proposal_id: ProposalId) -> None:
        super().__init__(custom_id=f"postpone:{proposal_id}")

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        records = interaction.client.services.records
        proposal_id = ProposalId(int(state["id"]))
        reference = await records.reference(guild_of(interaction), proposal_id)
        await postpone(interaction, reference, typed["reason"])


class PostponeButton(ProposalButton, template=r"proposal:(?P<id>\d+):postpone"):
    """“Postpone” on the card of an announced vote."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        drafts, actor = interaction.client.services.drafts, await actor_of(interaction)
        await drafts.check_postponement(guild_of(interaction), reference, actor)
        await PostponeForm(self.proposal_id).open(interaction)


async def postpone(interaction: Asked, reference: str, reason: str) -> None:
    """Call an announced vote off."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot = interaction.client
    guild_id, actor = guild_of(interaction), await actor_of(interaction)
    proposal = await bot.services.drafts.postpone(guild_id, reference, actor, reason)
    await bot.scheduler.run("outbox")
    await tell(
        interaction, f"{proposal.reference} is a draft again: `/draft edit`, `/proposal publish`."
    )


class Proposals(
    commands.GroupCog, group_name="proposal", group_description="Publish and follow proposals"
):
    """What everybody can look up, and what moderators do with a finished draft."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons and the form."""
        self.bot.add_dynamic_items(PublishButton, NoticeButton, PostponeButton)
        self.bot.add_forms(PostponeForm)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def publish(self, interaction: Asked, proposal: str) -> None:
        """Announce a draft's vote; after the notice it is posted to Snapshot (moderators)."""
        await offer(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(proposal="Whose vote", reason="Why; everybody can read it")
    async def postpone(self, interaction: Asked, proposal: str, reason: Reason) -> None:
        """Call an announced vote off, so that its draft can be mended (moderators)."""
        await postpone(interaction, proposal, reason)

    @app_commands.command()
    @app_commands.describe(proposal="Which one")
    async def show(self, interaction: Asked, proposal: str) -> None:
        """See where a proposal stands and what comes next."""
        found = await self.bot.services.records.find(guild_of(interaction), proposal)
        embed, view = shown(found.card)
        await tell(interaction, "", embed=embed, **({"view": view} if view else {}))

    @app_commands.command(name="list")
    @app_commands.describe(phase="Only proposals that stand here", topic="Only what is about this")
    @app_commands.choices(
        phase=[app_commands.Choice(name=phase.value, value=phase.value) for phase in Phase]
    )
    async def list_(self, interaction: Asked, phase: str = "", topic: str = "") -> None:
        """List this server's proposals, the newest first."""
        listing = Listing(
            kind=Kind.PROPOSALS,
            standing=chosen(Phase, phase) if phase else Status.ALL,
            topic_code=topic_code(topic),
        )
        page = await self.bot.services.records.listed(guild_of(interaction), listing)
        embed, view = list_page(page)
        await tell(interaction, "", embed=embed, view=view)

    @app_commands.command()
    @app_commands.describe(proposal="Which one")
    async def history(self, interaction: Asked, proposal: str) -> None:
        """See who did what with a proposal, and when."""
        records = self.bot.services.records
        found, entries = await records.history(guild_of(interaction), proposal)
        lines = [
            HistoryLine(at=each.at, actor_id=each.actor_id, what=each.what) for each in entries
        ]
        await tell(interaction, "", embed=history_page(lines, found.reference))

    @app_commands.command()
    @app_commands.describe(proposal="What was decided off chain", on_chain="What carries it out")
    async def link(self, interaction: Asked, proposal: str, on_chain: str) -> None:
        """Say which on-chain proposal carries a passed proposal out (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id, actor = guild_of(interaction), await actor_of(interaction)
        linked = await self.bot.services.records.link(guild_id, proposal, on_chain, actor)
        await self.bot.scheduler.run("outbox")
        await tell(interaction, f"{linked.reference} is linked; its card follows the chain now.")

    @publish.autocomplete("proposal")
    async def _drafts(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*DRAFTING])

    @postpone.autocomplete("proposal")
    async def _noticed(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*NOTICED])

    @link.autocomplete("proposal")
    async def _linkable(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.PASSED, Phase.ON_CHAIN])

    @show.autocomplete("proposal")
    @history.autocomplete("proposal")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current)

    @list_.autocomplete("topic")
    async def _topics(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await topics(interaction, current)

    @link.autocomplete("on_chain")
    async def _on_chain(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await on_chain_names(interaction, current)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Proposals(bot))
