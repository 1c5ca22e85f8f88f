"""The forms of a draft: one for the title with the choices, one for each section."""

import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.draft import bare_title, parse_choices
from bot.domain.drafting.revision import SECTION_NAME_LIMIT, HeadEdit, SectionEdit
from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import VotingType
from bot.domain.policy import Step
from bot.domain.proposal import TITLE_LIMIT
from bot.domain.text import bare
from bot.domain.types import ProposalId
from bot.interactions import Asked, Form, actor_of, answer_error, guild_of, tell
from bot.services.revisions import Collision
from cogs.cards import (
    section_label,
    text_attachment,
    text_file,
)
from cogs.cards.drafts.parts import VOTING_TYPES
from cogs.drafts.collisions import settle
from cogs.drafts.reading import STEPS, preview

FIELD_LIMIT = 4_000  # what a modal's field holds
_LABEL_LIMIT = 45
_MODAL_TITLE_LIMIT = 45


class HeadForm(Form, template=rf"head:(?P<id>\d+):(?P<step>{STEPS}):(?P<revision>\d+)"):
    """The form for the title and, where they may be chosen, the choices and the voting type."""

    def __init__(self, view: DraftView) -> None:
        draft = view.draft
        super().__init__(
            title=bare(f"Draft of {view.proposal.reference}", _MODAL_TITLE_LIMIT),
            custom_id=f"head:{view.proposal.id}:{draft.step}:{draft.revision}",
        )
        rules = view.policy.step(draft.step)
        title: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="title",
            default=bare_title(draft.title, view.policy)[:TITLE_LIMIT],
            max_length=TITLE_LIMIT,
        )
        note = bare(f"Posted as: {rules.title_prefix}…", 100) if rules.title_prefix else None
        self.add_item(discord.ui.Label(text="Title", description=note, component=title))
        if rules.choices_are_fixed:
            return
        choices: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="choices",
            default="\n".join(draft.choices)[:FIELD_LIMIT],
            style=discord.TextStyle.paragraph,
            max_length=FIELD_LIMIT,
        )
        self.add_item(discord.ui.Label(text="Choices, one a line", component=choices))
        kinds: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="type",
            options=[
                discord.SelectOption(
                    label=kind, value=kind, description=meaning, default=kind is draft.voting_type
                )
                for kind, meaning in VOTING_TYPES.items()
            ],
        )
        self.add_item(discord.ui.Label(text="Voting type", component=kinds))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        choices, kind = typed.get("choices"), typed.get("type")
        try:
            guild_id, reference = await _meant(interaction, state)
            edit = HeadEdit(
                step=Step(state["step"]),
                revision=int(state["revision"]),
                title=typed["title"],
                choices=None if choices is None else parse_choices(choices),
                voting_type=VotingType(kind) if kind in VOTING_TYPES else None,
            )
            actor = await actor_of(interaction)
            revisions = interaction.client.services.revisions
            view = await revisions.write_head(guild_id, reference, actor, edit)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            lost = text_attachment(typed["title"], choices or "", "your-text.md")
            await answer_error(interaction, refusal, file=lost)
            return
        await saved(interaction, view)


class SectionForm(
    Form,
    template=rf"section:(?P<id>\d+):(?P<step>{STEPS}):(?P<revision>\d+):(?P<section>.*)",
):
    """The form for one section; it knows the revision it was opened with."""

    def __init__(self, view: DraftView, name: str, text: str | None = None) -> None:
        draft = view.draft
        super().__init__(
            title=bare(f"Draft of {view.proposal.reference}", _MODAL_TITLE_LIMIT),
            custom_id=(
                f"section:{view.proposal.id}:{draft.step}:{draft.revision}:"
                f"{name[:SECTION_NAME_LIMIT]}"
            ),
        )
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="text",
            default=draft.section(name) if text is None else text,
            style=discord.TextStyle.paragraph,
            max_length=FIELD_LIMIT,
            required=False,
        )
        label = section_label(name, _LABEL_LIMIT)
        note = "Markdown. An empty section is left out of what is posted."
        if name.casefold() == "specification":
            note = "Markdown. Calls on chain in rows of their own: call: 0x…: setFee(uint8) 8"
        self.add_item(discord.ui.Label(text=label, description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            guild_id, reference = await _meant(interaction, state)
            edit = SectionEdit(
                step=Step(state["step"]),
                revision=int(state["revision"]),
                section=state["section"],
                text=typed["text"],
            )
            actor = await actor_of(interaction)
            revisions = interaction.client.services.revisions
            done = await revisions.write(guild_id, reference, actor, edit)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            lost = text_file(typed["text"], "your-text.md")
            await answer_error(interaction, refusal, file=lost)
            return
        await told(interaction, done)


async def told(interaction: Asked, done: DraftView | Collision) -> None:
    """Say what became of a section that somebody wrote."""
    if isinstance(done, Collision):
        await settle(interaction, done)
    else:
        await saved(interaction, done)


async def saved(interaction: Asked, view: DraftView, what: str = "") -> None:
    """Say that a revision was saved, and show how the draft reads now."""
    await interaction.client.scheduler.run("outbox")
    text = what or "Saved. This is how it reads now:"
    await tell(interaction, text, **await preview(view))


async def _meant(interaction: Asked, state: re.Match[str]) -> tuple[Any, str]:
    guild_id, records = guild_of(interaction), interaction.client.services.records
    return guild_id, await records.reference(guild_id, ProposalId(int(state["id"])))
