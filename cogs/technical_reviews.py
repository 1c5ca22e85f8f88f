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
    Stateful,
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


# Whose review it is: of a proposal of ours, or the review's own code.
_WHOSE = r"(?:proposal:(?P<id>\d+)|review:(?P<code>[0-9a-f]{16}))"


class ReviewButton(Stateful, template=r"never:reviewed"):
    """A button of one review; what happens stands in `pressed`."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Find out whose review it says it is of; it is looked for in this server alone."""
        await self.pressed(interaction, await _name(interaction, self.state))

    async def pressed(self, interaction: Asked, name: str) -> None:
        """Do what the button says; the name is a reference, or the review's code."""
        raise NotImplementedError


async def _name(interaction: Asked, state: Mapping[str, str | None]) -> str:
    if code := state["code"]:
        return code
    records, proposal_id = interaction.client.services.records, ProposalId(int(state["id"] or 0))
    return await records.reference(guild_of(interaction), proposal_id)


def _whose(state: Mapping[str, str | None]) -> str:
    return f"review:{state['code']}" if state["code"] else f"proposal:{state['id']}"


class ChecksButton(ReviewButton, template=_WHOSE + ":checks"):
    """“Sign checks” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, name: str) -> None:
        reviews, actor = interaction.client.services.technical_reviews, await actor_of(interaction)
        found = await reviews.signable(guild_of(interaction), name, actor)
        if not found.review.checks:
            raise Refusal("This review has no checks to sign.")
        mine = {each.check for each in found.signed if each.user_id == actor.user_id}
        menu = discord.ui.View(timeout=None)
        menu.add_item(_menu(found, mine, f"{_whose(self.state)}:signed"))
        menu.stop()  # Answered by its dynamic item, also after a restart.
        await tell(
            interaction,
            "Which of these have you made yourself? Your name and the time stand on the card. "
            "What you leave out is not signed by you, or no longer.",
            view=menu,
        )


def _menu(found: OpenReview, mine: set[str], custom_id: str) -> discord.ui.Select[discord.ui.View]:
    checks = found.review.checks
    return discord.ui.Select(
        custom_id=custom_id,
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


class ChecksMenu(ReviewButton, template=_WHOSE + ":signed"):
    """The checks that somebody has chosen."""

    @override
    async def pressed(self, interaction: Asked, name: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        found = await bot.services.technical_reviews.sign(
            guild_of(interaction), name, actor, values_of(interaction)
        )
        await bot.scheduler.run("outbox")
        count = sum(each.user_id == actor.user_id for each in found.signed)
        called = found.place.called
        said = f"You have signed {count} of {len(found.review.checks)} checks of {called}."
        await tell(interaction, said if count else f"You have signed no check of {called}.")


class ConcernForm(Form, template=r"concern:(?:review:(?P<code>[0-9a-f]{16})|(?P<id>\d{1,19}))"):
    """Asks what is wrong; an empty text withdraws what one has said before."""

    def __init__(self, whose: str, called: str, before: str) -> None:
        super().__init__(
            title=bare(f"A concern about {called}", _MODAL_TITLE_LIMIT),
            custom_id=f"concern:{whose.removeprefix('proposal:')}",
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
            name = await _name(interaction, state.groupdict())
            actor = await actor_of(interaction)
            reviews = bot.services.technical_reviews
            is_raised = await reviews.raise_concern(guild_id, name, actor, typed["text"])
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
            "Your concern stands on the card of the review, and moderators are told."
            if is_raised
            else "Your concern is withdrawn.",
        )


class ConcernButton(ReviewButton, template=_WHOSE + ":concern"):
    """“Raise a concern” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, name: str) -> None:
        reviews, actor = interaction.client.services.technical_reviews, await actor_of(interaction)
        found = await reviews.signable(guild_of(interaction), name, actor)
        concerns = found.review.concerns[:MOST_CONCERNS]
        mine = next((each.text for each in concerns if each.user_id == actor.user_id), "")
        ours = found.place.ours
        called = ours.reference if ours else "this proposal"
        await ConcernForm(_whose(self.state), called, mine).open(interaction)


class SimulateButton(ReviewButton, template=_WHOSE + ":simulate"):
    """“Simulate again” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, name: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        reviews = bot.services.technical_reviews
        review = await reviews.simulate_again(guild_of(interaction), name, actor)
        await bot.scheduler.run("outbox")
        outcome = review.simulation.outcome if review.simulation else "could not be simulated"
        await tell(interaction, f"Tried just now: it {outcome}. The card has more.")


class RawCallsButton(ReviewButton, template=_WHOSE + ":rawcalls"):
    """“Raw calls” on the card of a review."""

    @override
    async def pressed(self, interaction: Asked, name: str) -> None:
        reviews = interaction.client.services.technical_reviews
        found = await reviews.opened(guild_of(interaction), name)
        await tell(
            interaction,
            "These are the calls exactly as they are on chain: target, value in wei, signature, "
            "calldata. Compare them with what you find there yourself.",
            file=data_attachment(raw_calls(found.place.proposal), f"{name}-calls.txt"),
        )


async def setup(bot: GovernanceBot) -> None:
    """Add the buttons, the menu and the form."""
    bot.add_dynamic_items(ChecksButton, ChecksMenu, ConcernButton, SimulateButton, RawCallsButton)
    bot.add_forms(ConcernForm)
