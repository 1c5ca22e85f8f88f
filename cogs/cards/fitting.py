"""The one fitting layer: whatever goes in, what comes out keeps Discord's limits.

The cards are classic embeds, not Discord's newer components. An embed has a footer for the marker
by which our own message is found again; it leaves the content free for the one mention that may
call people; its fields carry headings that screen readers announce; and a message that was once
sent with the newer components can never be turned back, while nothing here needs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import discord

from bot.domain.text import ELLIPSIS, bare, utf16_units
from cogs.cards.buttons import Button

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
FIELD_COUNT_LIMIT = 25
FIELD_NAME_LIMIT = 256
FIELD_VALUE_LIMIT = 1024
TOTAL_LIMIT = 6000
THREAD_NAME_LIMIT = 100
_FOOTER_USED = 200
_FIELDS_USED = 3500  # of the total; the rest is for the title, the description and the footer
NEXT = "Next"


class Colour(IntEnum):
    """What the edge of a card looks like; the words always say the same."""

    TALK = 0x5865F2
    VOTE = 0x3498DB
    WAIT = 0xE8A33D
    GOOD = 0x2D9D5A
    BAD = 0xD83C3E
    ENDED = 0x80848E


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a card says, in safe Markdown, before it is fitted."""

    title: str
    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()  # name and text
    next_step: str  # who acts next, and what they do; the last words of every card
    source: str  # what the footer begins with: the reference, or who says so
    colour: Colour
    buttons: tuple[Button, ...] = ()


def embed(page: Page, code: str = "") -> discord.Embed:
    """Fit a page into an embed whose footer ends in `code`.

    The title, the next step and the footer always stay; what gives way is the description's end
    first, then the fields before the last.
    """
    title = cut(page.title, TITLE_LIMIT)
    footer = bare(page.source, _FOOTER_USED - len(code))
    footer = " · ".join(part for part in (footer, code) if part)
    fields = _fields([*page.fields, (NEXT, page.next_step)])
    used = utf16_units(title + footer) + sum(map(_size, fields))
    room = min(DESCRIPTION_LIMIT, TOTAL_LIMIT - used)
    fitted = discord.Embed(
        title=title,
        description=cut("\n".join(page.lines).strip(), room),
        colour=int(page.colour),
    )
    for name, text in fields:
        fitted.add_field(name=name, value=text, inline=False)
    return fitted.set_footer(text=footer) if footer else fitted


def _fields(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    whole = [
        (cut(name, FIELD_NAME_LIMIT), cut(text.strip(), FIELD_VALUE_LIMIT))
        for name, text in fields
        if name.strip() and text.strip()
    ]
    kept, room = whole[-1:], _FIELDS_USED - sum(map(_size, whole[-1:]))
    for field in reversed(whole[:-1][: FIELD_COUNT_LIMIT - 1]):
        room -= _size(field)
        if room >= 0:
            kept.insert(0, field)
    return kept


def _size(field: tuple[str, str]) -> int:
    return utf16_units(field[0]) + utf16_units(field[1])


def cut(text: str, limit: int) -> str:
    """Shorten our own Markdown: whole rows go, from the end; only a sole row is cut itself."""
    if utf16_units(text) <= limit:
        return text
    rows, room = [], limit - len(ELLIPSIS)
    for row in text.split("\n"):
        room -= utf16_units(row) + 1
        if room < 0:
            break
        rows.append(row)
    return "\n".join([*rows, ELLIPSIS]) if rows else _cut_row(text, limit)


def _cut_row(text: str, limit: int) -> str:
    room = max(limit - len(ELLIPSIS), 0)
    kept = text.encode("utf-16-le", "surrogatepass")[: room * 2]
    return kept.decode("utf-16-le", "ignore").rstrip("\\ ") + ELLIPSIS
