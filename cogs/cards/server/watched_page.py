"""Whose votes are told about here, as a moderator reads it."""

from collections.abc import Sequence

import discord

from bot.domain.text import line
from bot.services.watching import Watched
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many

_SPACE_SHOWN = 80


def watched_page(watched: Sequence[Watched]) -> discord.Embed:
    """Write the list."""
    rows = [_row(each) for each in watched]
    return embed(
        Page(
            title="👁 Followed on Snapshot",
            lines=tuple(rows) or ("No Snapshot space is followed here.",),
            next_step=(
                "Moderators: `/watch add snapshot` follows one more space, `/watch remove` ends "
                "it. `/vote list` shows the open votes."
            ),
            source="",
            colour=Colour.TALK,
        )
    )


def _row(each: Watched) -> str:
    own = " (your own)" if each.is_own else ""
    votes = many(each.open_votes, "vote is", "votes are")
    return f"- **{line(each.space, _SPACE_SHOWN)}**{own}: {votes} told about now"
