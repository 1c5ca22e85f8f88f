"""/governance: how things stand here, who did what, everything as a file, and the dry run."""

from enum import StrEnum

import discord
from discord import app_commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.table_file import Cell, as_csv, as_json
from bot.domain.types import ProposalId, UserId
from bot.interactions import (
    Asked,
    Stateful,
    actor_of,
    administrator_of,
    chosen,
    guild_of,
    references,
    tell,
)
from bot.services.exports import Export
from bot.services.oversight import Audit
from cogs.cards import (
    audit_page,
    channel,
    data_attachment,
    status_page,
)

_ON = (
    "The dry run is on. What Assent would say is shown in {place}, and nothing is said anywhere "
    "else; votes are built and shown, and not sent to Snapshot. "
    "`/governance dryrun switch:off` ends it."
)
_OFF = (
    "The dry run is off. The cards of open proposals are posted now; "
    "what was rehearsed is not said again. From here on it is for real."
)
_AUDIT_COLUMNS = ("at", "actor_id", "reference", "what")


class FileFormat(StrEnum):
    """What a file can be."""

    CSV = "csv"
    JSON = "json"


class AuditButton(
    Stateful, template=r"audit:(?P<page>\d{1,6}):(?P<proposal>\d{1,9}):(?P<member>\d{1,19})"
):
    """Turns to a page of the audit; 0 stands for every proposal, and for everybody."""

    @override
    async def used(self, interaction: Asked) -> None:
        oversight = interaction.client.services.oversight
        page, proposal, member = (int(self.state[each]) for each in ("page", "proposal", "member"))
        wanted = oversight.part(
            guild_of(interaction),
            ProposalId(proposal) if proposal else None,
            UserId(member) if member else None,
        )
        audit = await oversight.audit(await actor_of(interaction), wanted, page)
        await interaction.response.edit_message(embed=audit_page(audit), view=_pages(audit))


def _pages(audit: Audit) -> discord.ui.View | None:
    """Make the buttons to the pages before and after."""
    proposal_id, member_id = audit.wanted.proposal_id or 0, audit.wanted.actor_id or 0
    turns = {"← Newer": audit.page - 1, "Older →": audit.page + 1}
    view = discord.ui.View(timeout=None)
    for label, page in turns.items():
        if 0 <= page < audit.pages:
            state = f"audit:{page}:{proposal_id}:{member_id}"
            view.add_item(discord.ui.Button(label=label, custom_id=state))
    view.stop()  # Answered by its dynamic item, also after a restart.
    return view if view.children else None


class Oversight(app_commands.Group, name="oversight", description="How governance runs here"):
    """What those who answer for a server look at; its commands belong to /governance."""

    @app_commands.command()
    async def status(self, interaction: Asked) -> None:
        """See what runs, what is behind and what fails (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot = interaction.client
        status = await bot.services.oversight.status(
            guild_of(interaction), await actor_of(interaction)
        )
        await tell(interaction, "", embed=status_page(status, bot.scheduler.turns))

    @app_commands.command()
    @app_commands.describe(proposal="Only what happened to this one", member="Only what they did")
    async def audit(
        self,
        interaction: Asked,
        proposal: str | None = None,
        member: discord.Member | discord.User | None = None,
    ) -> None:
        """See who did what in this server, the newest first (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        oversight, actor = interaction.client.services.oversight, await actor_of(interaction)
        member_id = UserId(member.id) if member else None
        wanted = await oversight.wanted(guild_of(interaction), actor, proposal, member_id)
        audit = await oversight.audit(actor, wanted, 0)
        rows: list[dict[str, Cell]] = [
            {
                "at": int(entry.at),
                "actor_id": "Assent" if entry.actor_id is None else str(entry.actor_id),
                "reference": entry.reference,
                "what": entry.what,
            }
            for entry in await oversight.whole_audit(actor, wanted)
        ]
        view = _pages(audit)
        await tell(
            interaction,
            "",
            embed=audit_page(audit),
            file=data_attachment(as_csv(_AUDIT_COLUMNS, rows), "audit.csv"),
            **({"view": view} if view else {}),
        )

    @app_commands.command()
    @app_commands.describe(what="What you want", format="CSV for a spreadsheet, JSON for a program")
    @app_commands.choices(
        what=[app_commands.Choice(name=each, value=each) for each in Export],
        format=[app_commands.Choice(name=each, value=each) for each in FileFormat],
    )
    async def export(
        self,
        interaction: Asked,
        what: str,
        format: str,  # noqa: A002 - the option's name
    ) -> None:
        """Get everything of a kind in this server as a file (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        table = await interaction.client.services.exports.table(
            guild_of(interaction), await actor_of(interaction), chosen(Export, what)
        )
        kind = chosen(FileFormat, format)
        is_table = kind is FileFormat.CSV
        text = as_csv(table.columns, table.rows) if is_table else as_json(table.rows)
        await tell(
            interaction,
            f"All {what} of this server: {len(table.rows):,}. Times are in UTC.",
            file=data_attachment(text, f"{what}.{kind}"),
        )

    @app_commands.command()
    @app_commands.describe(switch="on: show everything to moderators alone; off: for real")
    @app_commands.choices(
        switch=[app_commands.Choice(name=each, value=each) for each in ("on", "off")]
    )
    async def dryrun(self, interaction: Asked, switch: str) -> None:
        """Try everything with nothing public: moderators see what would be said."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        bot = interaction.client
        community = await bot.services.rehearsals.switch(
            guild_of(interaction), actor, is_on=switch == "on"
        )
        await bot.scheduler.run("outbox")
        place = community.moderators_channel_id
        said = _ON.format(place=channel(place)) if switch == "on" and place else _OFF
        await tell(interaction, said)

    @audit.autocomplete("proposal")
    async def _any(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current)


async def setup(bot: GovernanceBot) -> None:
    """Add the commands and the button."""
    bot.extend("governance", *Oversight().commands)
    bot.add_dynamic_items(AuditButton)
