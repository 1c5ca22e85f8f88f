"""Review: a draft submitted, and approved by moderators who have not written it."""

from typing_extensions import override

from bot.domain.policy import Step
from bot.domain.proposal import require_moderator
from bot.interactions import Asked, ProposalButton, actor_of, guild_of, tell
from cogs.cards.buttons import Action
from cogs.drafts.reading import STEPS, preview

Seen = tuple[Step, int]


class SubmitButton(
    ProposalButton, template=rf"proposal:(?P<id>\d+):submit:(?P<step>{STEPS}):(?P<revision>\d+)"
):
    """“Submit for review” on the card of a draft."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await submit(interaction, reference, self.seen)


class ApproveButton(
    ProposalButton, template=rf"proposal:(?P<id>\d+):approve:(?P<step>{STEPS}):(?P<revision>\d+)"
):
    """“Approve” on the card of a draft, or below what `/draft approve` shows."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        reviews = bot.services.reviews
        view = await reviews.approve(guild_of(interaction), reference, actor, self.seen)
        await bot.scheduler.run("outbox")
        given, needed = len(view.review.approved_by), view.review.needed
        await tell(
            interaction,
            f"You approved revision {view.draft.revision} of {reference}: {given} of {needed}. "
            + (
                "`/proposal publish` announces its vote."
                if view.review.is_approved
                else "Another moderator has to approve it, too."
            ),
        )


async def submit(interaction: Asked, reference: str, seen: Seen | None = None) -> None:
    """Submit a draft for review."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot, actor = interaction.client, await actor_of(interaction)
    view = await bot.services.reviews.submit(guild_of(interaction), reference, actor, seen)
    await bot.scheduler.run("outbox")
    await tell(
        interaction,
        f"Revision {view.draft.revision} of {view.proposal.reference} is submitted. A moderator "
        "who has not written it approves it on its card; a change makes that void.",
    )


async def offer_approval(interaction: Asked, reference: str) -> None:
    """Show a draft to a moderator, with the button that approves exactly this revision."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    require_moderator(await actor_of(interaction))
    view = await interaction.client.services.drafts.view(guild_of(interaction), reference)
    button = Action(
        label=f"Approve revision {view.draft.revision}",
        proposal_id=view.proposal.id,
        name=f"approve:{view.draft.step}:{view.draft.revision}",
        is_primary=True,
    )
    await tell(interaction, "Read it to the end, then approve it:", **await preview(view, button))
