"""/proposal edit and /proposal delete: a vote on Snapshot changed before it starts, or deleted."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.drafting.draft import parse_choices
from bot.domain.drafting.file import UploadedFile, check_file, decoded
from bot.domain.drafting.posted import VoteEdit
from bot.domain.errors import Refusal
from bot.domain.lifecycle import VOTING
from bot.domain.offchain.snapshot import TITLE_LIMIT
from bot.domain.proposal import REASON_LIMIT
from bot.domain.text import bare
from bot.domain.types import ProposalId, UnixSeconds
from bot.interactions import (
    Asked,
    Form,
    ProposalButton,
    Stateful,
    actor_of,
    answer_error,
    guild_of,
    references,
    tell,
)
from bot.services.changes import OfferedEdit, PostedVote
from cogs.cards import compared, text_file
from cogs.cards.buttons import Action, view
from cogs.cards.drafts.difference import unified
from cogs.cards.votes.changes import deletion_page, how_far, signing

FIELD_LIMIT = 4_000  # what a modal's field holds
_MODAL_TITLE_LIMIT = 45
_NEVER = 0  # in an id: the text was never changed on Snapshot

Reason = app_commands.Range[str, 1, REASON_LIMIT]


class VoteForm(Form, template=r"vote-text:(?P<id>\d{1,19}):(?P<updated>\d{1,12})"):
    """The text of a vote as it is on Snapshot; what no form holds is left to a file."""

    def __init__(self, posted: PostedVote) -> None:
        seen, updated = posted.seen, posted.seen.updated or _NEVER
        super().__init__(
            title=bare(f"The vote of {posted.proposal.reference}", _MODAL_TITLE_LIMIT),
            custom_id=f"vote-text:{posted.proposal.id}:{updated}",
        )
        self._ask("title", "Title", "As on Snapshot", seen.title, limit=TITLE_LIMIT)
        if not posted.community.policy.step(posted.vote.step).choices_are_fixed:
            self._ask("choices", "Choices", "One a line", "\n".join(seen.choices))
        self._ask("body", "Text", "Markdown, as on Snapshot", seen.body)

    def _ask(
        self, name: str, label: str, note: str, value: str, *, limit: int = FIELD_LIMIT
    ) -> None:
        if len(value) > limit:
            return
        style = discord.TextStyle.short if name == "title" else discord.TextStyle.paragraph
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id=name, default=value, max_length=limit, style=style
        )
        self.add_item(discord.ui.Label(text=label, description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        title, body = typed["title"] or None, typed["body"] or None
        choices = parse_choices(typed["choices"]) or None
        edit = VoteEdit(updated=_updated(state), title=title, body=body, choices=choices)
        try:
            records = interaction.client.services.records
            proposal_id = ProposalId(int(state["id"]))
            reference = await records.reference(guild_of(interaction), proposal_id)
            await offer_edit(interaction, reference, edit)
        except Refusal as refusal:
            # What was typed must not be lost: it comes back as a file.
            rows = [typed[name] for name in ("title", "choices", "body") if typed[name]]
            lost = text_file("\n\n".join(rows), "your-text.md")
            await answer_error(interaction, refusal, file=lost)


def _updated(state: re.Match[str]) -> UnixSeconds | None:
    updated = int(state["updated"])
    return None if updated == _NEVER else UnixSeconds(updated)


class VoteFormButton(ProposalButton, template=r"proposal:(?P<id>\d+):votetext"):
    """“Change the title or the choices” of a vote whose text no form holds."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        changes, actor = interaction.client.services.changes, await actor_of(interaction)
        posted = await changes.editable(guild_of(interaction), reference, actor)
        await VoteForm(posted).open(interaction)


class ConfirmChangeButton(Stateful, template=r"typed:(?P<id>\d+):sign"):
    """Signs what was shown: the edit, or the deletion; for the one who asked for it alone."""

    @override
    async def used(self, interaction: Asked) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        changes = bot.services.changes
        sent = await changes.confirm(guild_of(interaction), actor, int(self.state["id"]))
        with suppress(*bot.world_failures):  # It is stored: the next turn sends it again.
            await bot.scheduler.run("changes")
        await bot.scheduler.run("outbox")
        await tell(interaction, how_far(await changes.state(sent.envelope.id)))


async def offer_edit(interaction: Asked, reference: str, edit: VoteEdit) -> None:
    """Show what an edit would change on Snapshot, and offer to sign it."""
    changes, actor = interaction.client.services.changes, await actor_of(interaction)
    offered = await changes.offer_edit(guild_of(interaction), reference, actor, edit)
    await tell(
        interaction,
        "This is what changes on Snapshot, and everybody is told that it did. Nothing is signed "
        f"yet; until the vote starts <t:{offered.posted.seen.start}:R> it can be changed again.",
        view=view([signing(offered)]),
        **await _difference(offered),
    )


async def _difference(offered: OfferedEdit) -> dict[str, Any]:
    reference = offered.posted.proposal.reference
    old, new = offered.before.whole, offered.after.whole
    what = ("on Snapshot → yours", reference)
    names = ("on Snapshot", "yours")
    return {
        "embed": await asyncio.to_thread(compared, *what, old, new),
        "file": text_file(
            await asyncio.to_thread(unified, old, new, *names), f"{reference}-vote.diff"
        ),
    }


class Changes(app_commands.Group, name="changes", description="Change votes on Snapshot"):
    """What can still be changed of a vote on Snapshot; its commands belong to /proposal."""

    @app_commands.command()
    @app_commands.describe(
        proposal="Whose vote", file="The new text as a Markdown or text file; else a form opens"
    )
    async def edit(
        self, interaction: Asked, proposal: str, file: discord.Attachment | None = None
    ) -> None:
        """Change a vote on Snapshot before it starts (its authors, or a moderator)."""
        changes, actor = interaction.client.services.changes, await actor_of(interaction)
        posted = await changes.editable(guild_of(interaction), proposal, actor)
        if file is not None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            check_file(UploadedFile(name=file.filename, size=file.size))
            text = decoded(await file.read())
            edit = VoteEdit(updated=posted.seen.updated, body=text)
            await offer_edit(interaction, proposal, edit)
        elif len(posted.seen.body) <= FIELD_LIMIT:
            await VoteForm(posted).open(interaction)
        else:
            await _give_file(interaction, posted)

    @app_commands.command()
    @app_commands.describe(proposal="Whose vote", reason="Why; everybody can read it")
    async def delete(self, interaction: Asked, proposal: str, reason: Reason) -> None:
        """Delete a vote on Snapshot, and the votes cast on it (its authors, or a moderator)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        changes, actor = interaction.client.services.changes, await actor_of(interaction)
        offered = await changes.offer_deletion(guild_of(interaction), proposal, actor, reason)
        await tell(interaction, "", embed=deletion_page(offered), view=view([signing(offered)]))

    @edit.autocomplete("proposal")
    @delete.autocomplete("proposal")
    async def _voting(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, list(VOTING))


async def _give_file(interaction: Asked, posted: PostedVote) -> None:
    """Give a text that no form holds as a file, to be changed and given back."""
    head = Action(
        label="Change the title or the choices", proposal_id=posted.proposal.id, name="votetext"
    )
    body, reference = posted.seen.body, posted.proposal.reference
    await tell(
        interaction,
        f"The text has {len(body):,} characters, and a form holds {FIELD_LIMIT:,}: it is edited as "
        "a file. Change this one and give it to `/proposal edit` as `file`.",
        file=text_file(body, f"{reference}-vote.md"),
        view=view([head]),
    )


async def setup(bot: GovernanceBot) -> None:
    """Add the commands, the buttons and the form."""
    bot.add_dynamic_items(ConfirmChangeButton, VoteFormButton)
    bot.add_forms(VoteForm)
    bot.extend("proposal", *Changes().commands)
