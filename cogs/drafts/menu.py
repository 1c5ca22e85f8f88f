"""“What do you want to edit?”: each part of a draft, and the form or the file it is edited in."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.checklist import DraftView
from bot.domain.revision import known_section
from bot.domain.types import ProposalId
from bot.interactions import Asked, ProposalButton, actor_of, answering, guild_of, tell
from cogs.cards import text_file
from cogs.cards.draft_parts import HEAD, SECTION, part_options
from cogs.drafts.forms import FIELD_LIMIT, HeadForm, SectionForm


async def edit(interaction: Asked, reference: str, section: str | None = None) -> None:
    """Open the form of a section, or ask which part is meant."""
    revisions = interaction.client.services.revisions
    actor = await actor_of(interaction)
    view = await revisions.editable(guild_of(interaction), reference, actor)
    if section is not None:
        await open_part(interaction, view, f"{SECTION}{section}")
        return
    menu = discord.ui.View(timeout=None)
    menu.add_item(
        discord.ui.Select(
            custom_id=f"proposal:{view.proposal.id}:part",
            placeholder="What do you want to edit?",
            options=part_options(view),
        )
    )
    menu.stop()  # Answered by its dynamic item, also after a restart.
    await tell(
        interaction,
        f"What do you want to edit? This is revision {view.draft.revision}; every revision is "
        "kept. A whole text is easier as a file: `/draft download`, then `/draft upload`.",
        view=menu,
    )


async def open_part(interaction: Asked, view: DraftView, part: str) -> None:
    """Open the form of a part; a text that no form holds is given as a file."""
    if part == HEAD:
        await HeadForm(view).open(interaction)
        return
    name = known_section(view.draft, view.policy, part.removeprefix(SECTION))
    text = view.draft.section(name)
    if len(text) <= FIELD_LIMIT:
        await SectionForm(view, name).open(interaction)
        return
    await tell(
        interaction,
        f"This section has {len(text):,} characters, and a form holds {FIELD_LIMIT:,}: it is "
        "edited as a file. Change this one and give it to `/draft upload` with this section.",
        file=text_file(text, f"{view.proposal.reference}-section.md"),
    )


class EditButton(ProposalButton, template=r"proposal:(?P<id>\d+):edit"):
    """“Edit” on the card of a draft."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await edit(interaction, reference)


class PartMenu(
    discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"proposal:(?P<id>\d+):part"
):
    """“What do you want to edit?”; its `custom_id` is its whole state."""

    def __init__(self, custom_id: str, proposal_id: ProposalId) -> None:
        super().__init__(discord.ui.Select(custom_id=custom_id))
        self.proposal_id = proposal_id

    @classmethod
    @override
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(match.string, ProposalId(int(match["id"])))

    @override
    async def callback(self, interaction: Asked) -> None:  # type: ignore[override]
        """Open the form of what was chosen."""
        async with answering(interaction):
            services, guild_id = interaction.client.services, guild_of(interaction)
            reference = await services.records.reference(guild_id, self.proposal_id)
            actor = await actor_of(interaction)
            view = await services.revisions.editable(guild_id, reference, actor)
            data: Any = interaction.data
            await open_part(interaction, view, str((data.get("values") or [HEAD])[0]))
