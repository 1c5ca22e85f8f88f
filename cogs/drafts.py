"""Drafts: read exactly as Snapshot will get them, and edited in a form."""

from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.draft import parse_choices
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, NOTICED, VOTING
from bot.domain.snapshot import TITLE_LIMIT
from bot.domain.text import bare
from bot.interactions import Asked, Form, ProposalButton, actor_of, guild_of, references, tell
from bot.services.drafts import DraftEdit, DraftView
from cogs.cards import draft_attachment, draft_preview, text_attachment

MODAL_TITLE_LIMIT = 45
_FIELD_LIMIT = 4_000  # what a modal's field holds


class DraftForm(Form):
    """The form for a draft; it knows the revision it was opened with."""

    def __init__(self, view: DraftView) -> None:
        draft = view.draft
        super().__init__(
            title=bare(f"Draft of {view.proposal.reference}", MODAL_TITLE_LIMIT),
            custom_id=f"draft:{view.proposal.id}:{draft.revision}",
        )
        self._reference = view.proposal.reference
        self._revision = draft.revision
        self._fixed_choices = (
            draft.choices if view.policy.step(draft.step).choices_are_fixed else None
        )
        self.headline: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="title", default=draft.title, max_length=TITLE_LIMIT
        )
        self.body: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="body",
            default=draft.body,
            style=discord.TextStyle.paragraph,
            max_length=_FIELD_LIMIT,
        )
        self.choices: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="choices",
            default="\n".join(draft.choices),
            style=discord.TextStyle.paragraph,
            max_length=_FIELD_LIMIT,
        )
        self.add_item(discord.ui.Label(text="Title, as Snapshot shows it", component=self.headline))
        self.add_item(discord.ui.Label(text="Text (Markdown)", component=self.body))
        if self._fixed_choices is None:
            self.add_item(discord.ui.Label(text="Choices, one a line", component=self.choices))

    @override
    async def on_submit(self, interaction: Asked, /) -> None:  # type: ignore[override]
        await interaction.response.defer(ephemeral=True, thinking=True)
        edit = DraftEdit(
            title=self.headline.value,
            body=self.body.value,
            choices=self._fixed_choices or parse_choices(self.choices.value),
            revision=self._revision,
        )
        try:
            view = await interaction.client.services.drafts.edit(
                guild_of(interaction), self._reference, await actor_of(interaction), edit
            )
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            await tell(
                interaction,
                str(refusal),
                file=text_attachment(edit.title, edit.body, "your-text.md"),
            )
            return
        await tell(interaction, "Saved. This is how it reads now:", **preview(view))


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
    if len(view.draft.body) > _FIELD_LIMIT:
        raise Refusal(
            f"This draft has {len(view.draft.body):,} characters, and a form holds "
            f"{_FIELD_LIMIT:,}: nothing may be cut off by accident, so it cannot be edited here."
        )
    await interaction.response.send_modal(DraftForm(view))


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
        """Add the buttons."""
        self.bot.add_dynamic_items(ReadButton, EditButton)

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
