"""Two people have changed the same section: both versions are kept until one of them decides."""

import asyncio

import discord

from bot.domain.text import bare
from bot.interactions import Asked, tell
from bot.services.revisions import Collision
from cogs.cards import (
    compared,
    section_label,
    text_file,
)
from cogs.cards.buttons import LABEL_LIMIT

ACTS = {"mine": "Use mine", "theirs": "Keep theirs", "again": "Open the form again with mine"}


async def settle(interaction: Asked, collision: Collision) -> None:
    """Show both versions to the one who came later, and let them choose."""
    row = discord.ui.View(timeout=None)
    for act, label in ACTS.items():
        row.add_item(
            discord.ui.Button(
                label=bare(label, LABEL_LIMIT),
                style=discord.ButtonStyle.secondary,
                custom_id=f"typed:{collision.typed_id}:{act}:{collision.now.revision}",
            )
        )
    row.stop()  # Answered by their dynamic item, also after a restart.
    section = section_label(collision.section)
    what = (f"{section}: theirs → yours", collision.reference)
    await tell(
        interaction,
        "Somebody else has changed the same section since you opened the form, so nothing was "
        "changed yet. Your text is kept; this is what it would change in theirs:",
        embed=await asyncio.to_thread(compared, *what, collision.theirs, collision.mine),
        file=text_file(collision.mine, "your-text.md"),
        view=row,
    )
