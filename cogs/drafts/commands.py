"""/draft, and “Quote in the draft” on a message in a proposal's thread."""

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.drafting.revision import SECTION_NAME_LIMIT, Quotation
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED, VOTING
from bot.domain.types import ChannelId, UserId
from bot.interactions import Asked, actor_of, guild_of, references, tell
from cogs.cards import section_label
from cogs.cards.buttons import view
from cogs.drafts.files import download, upload
from cogs.drafts.forms import HeadForm, SectionForm, saved
from cogs.drafts.menu import EditButton, PartMenu, edit
from cogs.drafts.reading import (
    PageButton,
    ReadButton,
    RevisionsButton,
    difference,
    listed,
    show,
)
from cogs.drafts.reviews import ApproveButton, SubmitButton, offer_approval, submit
from cogs.drafts.settling import TypedButton

_MOST_CHOICES = 25
Revision = app_commands.Range[int, 1, 2**31 - 1]


class Drafts(commands.GroupCog, group_name="draft", group_description="Read and edit drafts"):
    """What authors and moderators do with drafts."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(name="Quote in the draft", callback=self.quote)

    @override
    async def cog_load(self) -> None:
        """Add the right-click command, the buttons, the menu and the forms."""
        self.bot.tree.add_command(self._menu)
        self.bot.add_dynamic_items(
            ReadButton,
            PageButton,
            RevisionsButton,
            EditButton,
            PartMenu,
            TypedButton,
            SubmitButton,
            ApproveButton,
        )
        self.bot.add_forms(HeadForm, SectionForm)

    async def quote(self, interaction: Asked, message: discord.Message) -> None:
        """Put what somebody said in the thread under the heading of the discussion."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if message.author.bot or not message.content.strip():
            raise Refusal("This message has no text by a member that could be quoted.")
        quotation = Quotation(
            author_name=message.author.display_name,
            text=message.content,
            address=message.jump_url,
        )
        done = await self.bot.services.revisions.quote(
            guild_of(interaction),
            ChannelId(message.channel.id),
            await actor_of(interaction),
            quotation,
        )
        await saved(interaction, done, "Quoted, under “Discussion”. The draft reads now:")

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def show(self, interaction: Asked, proposal: str) -> None:
        """Read a draft exactly as Snapshot will get it."""
        await show(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft", section="What to edit; without it you choose")
    async def edit(self, interaction: Asked, proposal: str, section: str | None = None) -> None:
        """Edit a draft, section by section (its authors, or a moderator)."""
        await edit(interaction, proposal, section)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def download(self, interaction: Asked, proposal: str) -> None:
        """Get the whole draft as a file, to work on it at leisure."""
        await download(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(
        proposal="Whose draft",
        file="A Markdown or text file",
        section="The section it is; without it the whole draft",
    )
    async def upload(
        self,
        interaction: Asked,
        proposal: str,
        file: discord.Attachment,
        section: str | None = None,
    ) -> None:
        """Take a file as the draft or as one section (its authors, or a moderator)."""
        await upload(interaction, proposal, file, section)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def history(self, interaction: Asked, proposal: str) -> None:
        """See every revision of a draft: who made it, when, and what it changed."""
        embed, buttons = await listed(interaction, proposal)
        row = view(buttons)
        await tell(interaction, "", embed=embed, **({"view": row} if row else {}))

    @app_commands.command()
    @app_commands.rename(first="from", last="to")
    @app_commands.describe(
        proposal="Whose draft",
        first="The older revision; without it the one before",
        last="The newer revision; without it the newest",
    )
    async def diff(
        self,
        interaction: Asked,
        proposal: str,
        first: Revision | None = None,
        last: Revision | None = None,
    ) -> None:
        """See what changed between two revisions of a draft."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        revisions = self.bot.services.revisions
        before, after = await revisions.pair(guild_of(interaction), proposal, first, last)
        await tell(interaction, "", **await difference(before, after, proposal))

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft", revision="The one to go back to")
    async def restore(self, interaction: Asked, proposal: str, revision: Revision) -> None:
        """Make a new revision that reads like an old one (its authors, or a moderator)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        done = await self.bot.services.revisions.restore(
            guild_of(interaction), proposal, await actor_of(interaction), revision
        )
        what = f"Revision {revision} is back, as revision {done.draft.revision}:"
        await saved(interaction, done, what)

    @app_commands.command()
    @app_commands.describe(
        proposal="Whose draft", member="Who writes with the author", remove="Take it back"
    )
    async def coauthor(
        self, interaction: Asked, proposal: str, member: discord.Member, *, remove: bool = False
    ) -> None:
        """Let a member do with a draft what its author may (its author, or a moderator)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if member.bot and not remove:
            raise Refusal("An app cannot be an author; nothing was changed.")
        changed = await self.bot.services.drafts.coauthor(
            guild_of(interaction),
            proposal,
            await actor_of(interaction),
            UserId(member.id),
            remove=remove,
        )
        await self.bot.scheduler.run("outbox")
        now = "is no co-author any more" if remove else "may edit the draft like its author now"
        await tell(interaction, f"{member.mention} {now}: {changed.reference}.")

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def submit(self, interaction: Asked, proposal: str) -> None:
        """Ask moderators to review a draft (its authors, or a moderator)."""
        await submit(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(proposal="Whose draft")
    async def approve(self, interaction: Asked, proposal: str) -> None:
        """Read a submitted draft and approve it (moderators who have not written it)."""
        await offer_approval(interaction, proposal)

    @show.autocomplete("proposal")
    @download.autocomplete("proposal")
    @history.autocomplete("proposal")
    @diff.autocomplete("proposal")
    async def _with_draft(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*DRAFTING, *NOTICED, *VOTING])

    @edit.autocomplete("proposal")
    @upload.autocomplete("proposal")
    @restore.autocomplete("proposal")
    @submit.autocomplete("proposal")
    @approve.autocomplete("proposal")
    async def _drafting(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, list(DRAFTING))

    @coauthor.autocomplete("proposal")
    async def _open(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [*GATHERING, *DRAFTING, *NOTICED])

    @edit.autocomplete("section")
    @upload.autocomplete("section")
    async def _section(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        try:
            known = await self.bot.services.revisions.every_section(
                guild_of(interaction), str(interaction.namespace.proposal or "")
            )
        except Refusal:
            return []  # No proposal is chosen yet.
        names = [each.name for each in known if current.casefold() in each.name.casefold()]
        return [
            app_commands.Choice(name=section_label(name), value=name[:SECTION_NAME_LIMIT])
            for name in names[:_MOST_CHOICES]
        ]
