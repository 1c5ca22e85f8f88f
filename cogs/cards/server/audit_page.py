"""Who did what in a server, page by page."""

import discord

from bot.domain.text import line
from bot.services.oversight import Audit
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, member
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

_ENTRY_SHOWN = 220


def audit_page(audit: Audit) -> discord.Embed:
    """Show one page, the newest first."""
    rows = []
    for entry in audit.entries:
        who = "Assent" if entry.actor_id is None else member(entry.actor_id)
        about = f"**{line(entry.reference, REFERENCE_SHOWN)}** · " if entry.reference else ""
        rows.append(f"<t:{int(entry.at)}:f> · {about}{who}: {line(entry.what, _ENTRY_SHOWN)}")
    return embed(
        Page(
            title=f"Who did what · page {audit.page + 1} of {audit.pages}",
            lines=tuple(rows) or ("Nothing has happened yet.",),
            next_step=(
                f"{many(audit.count, 'entry', 'entries')}: the file has them all; the buttons turn "
                "the pages. Assent stands for what Snapshot and the chain did, too."
            ),
            source="",
            colour=Colour.TALK,
        )
    )
