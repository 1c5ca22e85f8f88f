"""Drafts: read exactly as Snapshot will get them, and edited in a form."""

import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.draft import parse_choices
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, NOTICED, VOTING
from bot.domain.policy import Step
from bot.domain.snapshot import TITLE_LIMIT
from bot.domain.text import bare
from bot.domain.types import ProposalId
from bot.interactions import Asked, Form, ProposalButton, actor_of, guild_of, references, tell
from bot.services.drafts import DraftEdit, DraftView
from cogs.cards import draft_attachment, draft_preview, text_attachment

MODAL_TITLE_LIMIT = 45
_FIELD_LIMIT = 4_000  # what a modal's field holds
_TOO_LONG = (
    f"The text has over {_FIELD_LIMIT:,} characters, more than a form holds: it stays as it is."
)


class DraftForm(Form, template=rf"draft:(?P<id>\d+):(?P<step>{'|'.join(Step)}):(?P<revision>\d+)"):
    """The form for a draft; it knows the step and the revision it was opened with.

    A text that no field holds is left as it is, and the form says so: nothing is cut off.
    """

    def __init__(self, view: DraftView) -> None:
        draft = view.draft
        super().__init__(
            title=bare(f"Draft of {view.proposal.reference}", MODAL_TITLE_LIMIT),
            custom_id=f"draft:{view.proposal.id}:{draft.step}:{draft.revision}",
        )
        is_too_long = len(draft.body) > _FIELD_LIMIT
        note = _TOO_LONG if is_too_long else None
        self._field("title", "Title, as Snapshot shows it", draft.title, TITLE_LIMIT, note)
        if not is_too_long:
            self._field("body", "Text (Markdown)", draft.body, _FIELD_LIMIT)
        if not view.policy.step(draft.step).choices_are_fixed:
            choices = "\n".join(draft.choices)
            self._field("choices", "Choices, one a line", choices, _FIELD_LIMIT)

    def _field(self, name: str, label: str, text: str, limit: int, note: str | None = None) -> None:
        is_long = limit == _FIELD_LIMIT
        style = discord.TextStyle.paragraph if is_long else discord.TextStyle.short
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id=name, default=text, style=style, max_length=limit
        )
        self.add_item(discord.ui.Label(text=label, description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            view = await save(interaction, state, typed)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            lost = text_attachment(typed["title"], typed.get("body", ""), "your-text.md")
            await tell(interaction, str(refusal), file=lost)
            return
        await tell(interaction, "Saved. This is how it reads now:", **preview(view))


async def save(interaction: Asked, state: re.Match[str], typed: Mapping[str, str]) -> DraftView:
    """Save what a person has put into the form."""
    guild_id, services = guild_of(interaction), interaction.client.services
    reference = await services.records.reference(guild_id, ProposalId(int(state["id"])))
    before = (await services.drafts.view(guild_id, reference)).draft
    edit = DraftEdit(
        title=typed["title"],
        body=typed.get("body", before.body),
        choices=parse_choices(typed["choices"]) if "choices" in typed else before.choices,
        step=Step(state["step"]),
        revision=int(state["revision"]),
    )
    return await services.drafts.edit(guild_id, reference, await actor_of(interaction), edit)


def preview(view: DraftView) -> dict[str, Any]:
    """Show a draft: an excerpt to read, and the very bytes as a file."""
    return {
        "embed": draft_preview(view.draft, view.findings),
        "file": draft_attachment(view.draft, view.proposal.reference),
    }


async def open_form(interaction: Asked, reference: str) -> None:
    """Open the form with the draft's newest revision."""
    view = await interaction.client.services.drafts.view(guild_of(interaction), reference)
    actor = await actor_of(interaction)
    if actor.user_id != view.proposal.author_id and not actor.is_moderator:
        raise Refusal(
            f"Only the author of {view.proposal.reference} or a moderator may edit its draft. "
            "Say in the thread what you would change."
        )
    if view.proposal.phase not in DRAFTING:
        raise Refusal(f"{view.proposal.reference} is “{view.proposal.phase}”: its text is fixed.")
    await DraftForm(view).open(interaction)


async def show(interaction: Asked, reference: str) -> None:
    """Show a draft privately."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    view = await interaction.client.services.drafts.view(guild_of(interaction), reference)
    await tell(interaction, "", **preview(view))


class ReadButton(ProposalButton, template=r"proposal:(?P<id>\d+):draft"):
    """“Read the draft” on a card."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await show(interaction, reference)


class EditButton(ProposalButton, template=r"proposal:(?P<id>\d+):edit"):
    """“Edit” on the card of a draft."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await open_form(interaction, reference)


class Drafts(commands.GroupCog, group_name="draft", group_description="Read and edit drafts"):
    """What authors and moderators do with drafts."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Add the buttons and the form."""
        self.bot.add_dynamic_items(ReadButton, EditButton)
        self.bot.add_forms(DraftForm)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def show(self, interaction: Asked, proposal: str) -> None:
        """Read a draft exactly as Snapshot will get it."""
        await show(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def edit(self, interaction: Asked, proposal: str) -> None:
        """Edit a draft (its author, or a moderator)."""
        await open_form(interaction, proposal)

    @show.autocomplete("proposal")
    async def _with_draft(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*DRAFTING, *NOTICED, *VOTING])

    @edit.autocomplete("proposal")
    async def _drafting(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, list(DRAFTING))


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Drafts(bot))
