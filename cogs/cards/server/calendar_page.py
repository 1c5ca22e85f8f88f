"""The deadlines that come next, and how to have them in one's own calendar."""

import discord

from bot.domain.deadlines.deadline import Deadline, DeadlineKind
from bot.domain.text import line
from bot.services.deadlines import CalendarFile
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, when

_SHOWN = 8
_HEADING_SHOWN, _REFERENCE_SHOWN, _TITLE_SHOWN = 60, 20, 100


def calendar_page(file: CalendarFile, address: str, *, is_administrator: bool) -> discord.Embed:
    """Write the page; without an `address` there is the file alone."""
    rows = [_row(each) for each in file.ahead[:_SHOWN]]
    if len(file.ahead) > _SHOWN:
        rows.append(f"… and {many(len(file.ahead) - _SHOWN, 'more deadline')}, all in the file.")
    fields: tuple[tuple[str, str], ...] = ()
    if address:
        fields += (
            (
                "Subscribe, and it stays up to date",
                (
                    "In your calendar app choose “Add calendar from URL” (or “Subscribe”) and "
                    f"paste this address:\n`{address}`"
                ),
            ),
        )
    if is_administrator and not file.has_events:
        fields += (
            (
                "In this server's own list of events",
                "`/governance policy set name:calendar.events value:yes` puts them there as well.",
            ),
        )
    return embed(
        Page(
            title="📅 Deadlines of this server",
            lines=tuple(rows) or ("There is no deadline here now.",),
            fields=fields,
            next_step="Open the file below to add them to your calendar as they stand now.",
            source="",
            colour=Colour.TALK,
        )
    )


def _row(deadline: Deadline) -> str:
    reference = line(deadline.reference, _REFERENCE_SHOWN)
    title = line(deadline.title, _TITLE_SHOWN)
    name = f"{reference} {title}".strip()
    return f"- **{line(deadline.heading, _HEADING_SHOWN)}**: {name}\n  {_time(deadline)}"


def _time(deadline: Deadline) -> str:
    estimate = deadline.is_estimate
    if deadline.kind is DeadlineKind.EXECUTABLE:
        return f"from {when(deadline.start)}"
    if deadline.kind is DeadlineKind.EXPIRY:
        return f"until {when(deadline.end)}"
    start, end = (
        when(deadline.start, is_estimate=estimate),
        when(deadline.end, is_estimate=estimate),
    )
    return f"from {start}\n  until {end}"
