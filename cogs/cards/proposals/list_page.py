"""One page of a list of ideas or proposals, with the buttons that turn it."""

from dataclasses import replace

import discord

from bot.domain.lifecycle import GATHERING
from bot.domain.listing import LAST_PAGE, Kind, Listed, ListedPage, Listing, Order
from bot.domain.text import line
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import ago, many, member
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN

_TITLE_SHOWN = 90
TOPIC_SHOWN = 40
_ORDERS = {Order.SUPPORT: "most supported first", Order.NEWEST: "newest first"}


def list_page(page: ListedPage) -> tuple[discord.Embed, discord.ui.View]:
    """Write the page; each turn of it asks anew."""
    is_empty = not page.rows
    words = Page(
        title=f"{page.listing.kind.capitalize()} · {page.count:,}",
        lines=(_filters(page), "", *(_row(row, page.threshold) for row in page.rows)),
        next_step=_when_empty(page.listing) if is_empty else _WHAT_NEXT[page.listing.kind],
        source=f"page {page.listing.page + 1:,} of {page.page_count:,}",
        colour=Colour.TALK,
    )
    return embed(words), _turning(page)


_WHAT_NEXT = {
    Kind.IDEAS: "Open an idea and react on its card to support it, or speak one: `/idea new`.",
    Kind.PROPOSALS: "`/proposal show` tells everything about one of them.",
}


def _when_empty(listing: Listing) -> str:
    if listing == Listing(kind=listing.kind, standing=listing.standing, order=listing.order):
        return "There is nothing here yet. Say the first idea: `/idea new`."
    return "Nothing fits. Leave a filter out to see more, or say an idea: `/idea new`."


def _filters(page: ListedPage) -> str:
    listing = page.listing
    parts = [str(listing.standing), _ORDERS[listing.order]]
    if page.topic:
        parts.append(f"about {line(page.topic, TOPIC_SHOWN)}")
    if listing.author_id is not None:
        parts.append(f"by {member(listing.author_id)}")
    return " · ".join(parts)


def _row(row: Listed, threshold: int) -> str:
    reference = line(row.reference, REFERENCE_SHOWN)
    named = f"[{reference}]({row.link})" if row.link else reference
    facts = [str(row.phase)]
    if row.phase in GATHERING:
        facts.append(f"{row.supporters:,} of {many(threshold, 'supporter')}")
    if row.topic:
        facts.append(line(row.topic, TOPIC_SHOWN))
    facts.append(f"spoken {ago(row.created_at)}")
    return f"**{named}** · {line(row.title, _TITLE_SHOWN) or NO_TITLE}\n{' · '.join(facts)}"


def _turning(page: ListedPage) -> discord.ui.View:
    """Make the two buttons; at an end the one that leads nowhere is there and cannot be pressed.

    The view is stopped at once: a dynamic item answers it, also after a restart.
    """
    here = page.listing.page
    row = discord.ui.View(timeout=None)
    for label, there, leads_nowhere in (
        ("◀ Earlier page", max(here - 1, 0), here == 0),
        ("Next page ▶", min(here + 1, LAST_PAGE), here + 1 >= page.page_count),
    ):
        code = replace(page.listing, page=there).code
        row.add_item(
            discord.ui.Button(label=label, custom_id=f"list:{code}", disabled=leads_nowhere)
        )
    row.stop()
    return row
