"""What slash commands answer with, for the eyes of the one who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.text import line
from bot.domain.types import UnixSeconds, UserId
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, member
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

_HISTORY_SHOWN = 20
_ENTRY_LIMIT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing that happened; `actor_id` is `None` for Assent, Snapshot and the chains."""

    at: UnixSeconds
    actor_id: UserId | None
    what: str


def history_page(entries: Sequence[HistoryLine], reference: str = "") -> discord.Embed:
    """Show what happened, oldest first; of many the last ones."""
    shown = entries[-_HISTORY_SHOWN:]
    earlier = len(entries) - len(shown)
    rows = [f"… {many(earlier, 'earlier entry', 'earlier entries')}"] if earlier else []
    rows += [
        f"<t:{int(entry.at)}:f> · {_actor(entry)}: {line(entry.what, _ENTRY_LIMIT)}"
        for entry in shown
    ]
    name = line(reference, REFERENCE_SHOWN)
    return embed(
        Page(
            title=f"History of {name}" if name else "History",
            lines=tuple(rows) or ("Nothing has happened yet.",),
            next_step="`/proposal show` tells where it stands now and who acts next.",
            source=reference,
            colour=Colour.TALK,
        )
    )


def _actor(entry: HistoryLine) -> str:
    return "Assent" if entry.actor_id is None else member(entry.actor_id)
