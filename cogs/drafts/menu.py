"""“What do you want to edit?”: each part of a draft, and the form or the file it is edited in."""

import discord
from typing_extensions import override

from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.revision import known_section
from bot.interactions import Asked, ProposalButton, actor_of, guild_of, tell, values_of
from cogs.cards import text_file
from cogs.cards.drafts.parts import HEAD, SECTION, part_options
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


class PartMenu(ProposalButton, template=r"proposal:(?P<id>\d+):part"):
    """“What do you want to edit?”, and what is chosen there."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        """Open the form of what was chosen."""
        revisions, actor = interaction.client.services.revisions, await actor_of(interaction)
        view = await revisions.editable(guild_of(interaction), reference, actor)
        await open_part(interaction, view, (values_of(interaction) or [HEAD])[0])
