"""Whose votes are told about here, as a moderator reads it."""

from collections.abc import Sequence

import discord

from bot.domain.onchain.chains import chain_name
from bot.domain.onchain.governor import Governor
from bot.domain.text import line
from bot.services.watching import Watched
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many
from cogs.cards.server.followed import governor_facts

_SPACE_SHOWN = 80


def watched_page(watched: Sequence[Watched], governors: Sequence[Governor]) -> discord.Embed:
    """Write the list."""
    rows = [_row(each) for each in watched] + [_governor_row(each) for each in governors]
    return embed(
        Page(
            title="👁 Followed here",
            lines=tuple(rows) or ("Neither a Snapshot space nor a governor is followed here.",),
            next_step=(
                "Moderators: `/watch add snapshot` follows one more space, `/watch add governor` "
                "one more contract, `/watch remove` ends it. `/vote list` shows the open votes."
            ),
            source="",
            colour=Colour.TALK,
        )
    )


def _row(each: Watched) -> str:
    own = " (your own)" if each.is_own else ""
    votes = many(each.open_votes, "vote is", "votes are")
    return f"- **{line(each.space, _SPACE_SHOWN)}**{own}: {votes} told about now"


def _governor_row(governor: Governor) -> str:
    name = line(governor.name, _SPACE_SHOWN)
    where = f"{chain_name(governor.chain_id)}: `{governor.address}`"
    return f"- **{name}** ({governor.flavour}) on {where}"


def found_governor(governor: Governor) -> tuple[discord.Embed, discord.ui.View]:
    """Show what was read at an address, with a button that follows it."""
    page = Page(
        title="👁 Is this the one?",
        lines=governor_facts(governor),
        next_step="**Follow it** if it is. Nothing is followed before; another address asks anew.",
        source="as read on the chain just now",
        colour=Colour.TALK,
    )
    buttons = discord.ui.View(timeout=None)
    buttons.add_item(
        discord.ui.Button(
            style=discord.ButtonStyle.primary,
            label="Follow it",
            custom_id=f"watch:governor:{governor.chain_id}:{governor.address}",
        )
    )
    return embed(page), buttons
