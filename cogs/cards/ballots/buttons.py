"""The buttons of what people look up about votes: their ids are their whole state."""

from collections.abc import Iterable

import discord

from cogs.cards.buttons import is_safe


def row(buttons: Iterable[discord.ui.Button[discord.ui.View]]) -> discord.ui.View:
    """Make a row that is sent and not remembered: dynamic items answer, also after a restart."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view


def turns(state: str, page: int, page_count: int) -> list[discord.ui.Button[discord.ui.View]]:
    """Make the two buttons that turn pages; one that leads nowhere cannot be pressed."""
    there = {
        "◀ Earlier page": (max(page - 1, 0), page == 0),
        "Next page ▶": (page + 1, page + 1 >= page_count),
    }
    return [
        discord.ui.Button(label=label, custom_id=f"{state}:{to}", disabled=leads_nowhere)
        for label, (to, leads_nowhere) in there.items()
    ]


def link(label: str, address: str) -> list[discord.ui.Button[discord.ui.View]]:
    """Make a button that opens an address, if it is a safe one."""
    return [discord.ui.Button(label=label, url=address)] if is_safe(address) else []
