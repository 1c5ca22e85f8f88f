"""Reading: a draft page by page, its revisions, and what changed between two of them."""

import asyncio
from typing import Any

import discord
from typing_extensions import override

from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.draft import Draft
from bot.domain.drafting.file import as_file
from bot.domain.policy import Step
from bot.interactions import Asked, ProposalButton, guild_of, tell
from cogs.cards import (
    compared,
    draft_attachment,
    draft_page,
    draft_pages,
    page_buttons,
    revision_list,
    text_file,
)
from cogs.cards.buttons import Button, view
from cogs.cards.drafts.difference import unified
from cogs.cards.drafts.draft import turning

STEPS = "|".join(Step)


async def show(interaction: Asked, reference: str) -> None:
    """Show a draft privately: its first page, and the very bytes that Snapshot gets."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    shown = await interaction.client.services.drafts.view(guild_of(interaction), reference)
    await tell(interaction, "", **await preview(shown))


async def preview(shown: DraftView, *more: Button) -> dict[str, Any]:
    """Show the first page of a draft, with buttons, and the very bytes as a file."""
    pages = await asyncio.to_thread(draft_pages, shown.draft)
    buttons = view([*more, *page_buttons(shown, len(pages), 1)])
    return {
        "embed": draft_page(shown, pages, 1),
        "file": draft_attachment(shown.draft, shown.proposal.reference),
        **({"view": buttons} if buttons else {}),
    }


async def turn(interaction: Asked, embed: discord.Embed, buttons: tuple[Button, ...]) -> None:
    """Turn the page in place; a page of everybody's is left alone, and the other one is told."""
    message = interaction.message
    if message is not None and message.flags.ephemeral:
        await interaction.response.edit_message(embed=embed, view=view(buttons))
    else:
        row = view(buttons)
        await tell(interaction, "", embed=embed, **({"view": row} if row else {}))


class ReadButton(ProposalButton, template=r"proposal:(?P<id>\d+):draft"):
    """“Read the draft” on a card."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await show(interaction, reference)


class PageButton(
    ProposalButton,
    template=rf"proposal:(?P<id>\d+):page:(?P<step>{STEPS}):(?P<revision>\d+):(?P<page>\d+)",
):
    """Turns a page of one revision of a draft."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        drafts = interaction.client.services.drafts
        shown = await drafts.view(guild_of(interaction), reference, self.seen)
        pages = await asyncio.to_thread(draft_pages, shown.draft)
        number = min(max(int(self.state["page"]), 1), len(pages))
        buttons = page_buttons(shown, len(pages), number)
        await turn(interaction, draft_page(shown, pages, number), buttons)


class RevisionsButton(
    ProposalButton,
    template=rf"proposal:(?P<id>\d+):revisions:(?P<step>{STEPS}):(?P<page>\d+)",
):
    """Turns a page of the list of revisions."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        step, page = Step(self.state["step"]), int(self.state["page"])
        await turn(interaction, *await listed(interaction, reference, step, page))


async def listed(
    interaction: Asked, reference: str, step: Step | None = None, page: int = 1
) -> tuple[discord.Embed, tuple[Button, ...]]:
    """Make a page of the list of revisions, with the buttons to the others."""
    revisions = interaction.client.services.revisions
    found = await revisions.listing(guild_of(interaction), reference, page, step)
    embed = revision_list(found.revisions, found.proposal.reference, (found.page, found.pages))
    name = f"revisions:{found.step}"
    return embed, turning(found.proposal.id, name, found.pages, found.page)


async def difference(before: Draft, after: Draft, reference: str) -> dict[str, Any]:
    """Show what changed between two revisions, and write all of it into a file."""
    old, new = _whole(before), _whole(after)
    names = (f"revision {before.revision}", f"revision {after.revision}")
    text = await asyncio.to_thread(unified, old, new, *names)
    file_name = f"{reference}-{before.revision}-{after.revision}.diff"
    return {
        "embed": await asyncio.to_thread(compared, " → ".join(names), reference, old, new),
        "file": text_file(text, file_name),
    }


def _whole(draft: Draft) -> str:
    """Write everything that a revision holds."""
    rows = (f"Title: {draft.title}", f"Voting type: {draft.voting_type}", "Choices:")
    return "\n".join([*rows, *(f"- {each}" for each in draft.choices), "", as_file(draft.sections)])
