"""The technical review's buttons: checks signed, concerns raised, calls tried and read raw."""

import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.proposal import REASON_LIMIT
from bot.domain.review.technical_review import MOST_CONCERNS
from bot.domain.text import bare
from bot.domain.types import ProposalId
from bot.interactions import (
    Asked,
    Form,
    ProposalButton,
    actor_of,
    answer_error,
    guild_of,
    tell,
    values_of,
)
from bot.services.technical_reviews import OpenReview
from cogs.cards import data_attachment, text_file
from cogs.cards.chain.raw import raw_calls

_LABEL_LIMIT = 100
_MODAL_TITLE_LIMIT = 45


class ChecksButton(ProposalButton, template=r"proposal:(?P<id>\d+):checks"):
    """“Sign checks” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        reviews, actor = interaction.client.services.technical_reviews, await actor_of(interaction)
        found = await reviews.signable(guild_of(interaction), reference, actor)
        if not found.review.checks:
            raise Refusal("This review has no checks to sign.")
        mine = {each.check for each in found.signed if each.user_id == actor.user_id}
        menu = discord.ui.View(timeout=None)
        menu.add_item(_menu(found, mine))
        menu.stop()  # Answered by its dynamic item, also after a restart.
        await tell(
            interaction,
            "Which of these have you made yourself? Your name and the time stand on the card. "
            "What you leave out is not signed by you, or no longer.",
            view=menu,
        )


def _menu(found: OpenReview, mine: set[str]) -> discord.ui.Select[discord.ui.View]:
    checks = found.review.checks
    return discord.ui.Select(
        custom_id=f"proposal:{found.ours.id}:signed",
        placeholder="The checks that you have made",
        min_values=0,
        max_values=len(checks),
        options=[
            discord.SelectOption(
                label=bare(check, _LABEL_LIMIT) or "(a check)",
                value=check[:_LABEL_LIMIT],
                default=check in mine,
            )
            for check in checks
        ],
    )


class ChecksMenu(ProposalButton, template=r"proposal:(?P<id>\d+):signed"):
    """The checks that somebody has chosen."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        found = await bot.services.technical_reviews.sign(
            guild_of(interaction), reference, actor, values_of(interaction)
        )
        await bot.scheduler.run("outbox")
        count = sum(each.user_id == actor.user_id for each in found.signed)
        said = f"You have signed {count} of {len(found.review.checks)} checks of {reference}."
        await tell(interaction, said if count else f"You have signed no check of {reference}.")


class ConcernForm(Form, template=r"concern:(?P<id>\d{1,19})"):
    """Asks what is wrong; an empty text withdraws what one has said before."""

    def __init__(self, proposal_id: ProposalId, reference: str, before: str) -> None:
        super().__init__(
            title=bare(f"A concern about {reference}", _MODAL_TITLE_LIMIT),
            custom_id=f"concern:{proposal_id}",
        )
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="text",
            default=before or None,
            style=discord.TextStyle.paragraph,
            max_length=REASON_LIMIT,
            required=False,
        )
        note = "Everybody can read it. Leave it empty to withdraw yours."
        self.add_item(discord.ui.Label(text="What is wrong?", description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, guild_id = interaction.client, guild_of(interaction)
        try:
            records = bot.services.records
            reference = await records.reference(guild_id, ProposalId(int(state["id"])))
            actor = await actor_of(interaction)
            reviews = bot.services.technical_reviews
            is_raised = await reviews.raise_concern(guild_id, reference, actor, typed["text"])
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            more: dict[str, Any] = {}
            if typed["text"].strip():
                more["file"] = text_file(typed["text"], "your-text.md")
            await answer_error(interaction, refusal, **more)
            return
        await bot.scheduler.run("outbox")
        await tell(
            interaction,
            f"Your concern stands on the card of {reference}, and moderators are told."
            if is_raised
            else f"Your concern about {reference} is withdrawn.",
        )


class ConcernButton(ProposalButton, template=r"proposal:(?P<id>\d+):concern"):
    """“Raise a concern” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        reviews, actor = interaction.client.services.technical_reviews, await actor_of(interaction)
        found = await reviews.signable(guild_of(interaction), reference, actor)
        concerns = found.review.concerns[:MOST_CONCERNS]
        mine = next((each.text for each in concerns if each.user_id == actor.user_id), "")
        await ConcernForm(self.proposal_id, reference, mine).open(interaction)


class SimulateButton(ProposalButton, template=r"proposal:(?P<id>\d+):simulate"):
    """“Simulate again” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        reviews = bot.services.technical_reviews
        review = await reviews.simulate_again(guild_of(interaction), reference, actor)
        await bot.scheduler.run("outbox")
        outcome = review.simulation.outcome if review.simulation else "could not be simulated"
        await tell(interaction, f"Tried just now: it {outcome}. The card of {reference} has more.")


class RawCallsButton(ProposalButton, template=r"proposal:(?P<id>\d+):rawcalls"):
    """“Raw calls” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        reviews = interaction.client.services.technical_reviews
        found = await reviews.opened(guild_of(interaction), reference)
        await tell(
            interaction,
            "These are the calls exactly as they are on chain: target, value in wei, signature, "
            "calldata. Compare them with what you find there yourself.",
            file=data_attachment(raw_calls(found.place.proposal), f"{reference}-calls.txt"),
        )


async def setup(bot: GovernanceBot) -> None:
    """Add the buttons, the menu and the form."""
    bot.add_dynamic_items(ChecksButton, ChecksMenu, ConcernButton, SimulateButton, RawCallsButton)
    bot.add_forms(ConcernForm)
