"""/calendar, and the server's own list of events: deadlines where people look."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import assert_never

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.deadlines.entry import Entry
from bot.domain.deadlines.event import EventForm, Listed, form_of, mark_in
from bot.domain.deadlines.plan import (
    Calendar,
    Change,
    End,
    Make,
    Note,
    Step,
    TakeAway,
    done,
    missed,
    refused,
)
from bot.domain.types import GuildId, UnixSeconds
from bot.interactions import Asked, actor_of, guild_of, tell
from bot.scheduler import Job
from cogs.cards import calendar_page, text_file

log = structlog.get_logger()

_FORBIDDEN = frozenset({50_001, 50_013})
_GONE = frozenset({10_070, 180_000})  # unknown, or over already
_INVALID = 50_035
_WORLD_FAILED = (aiohttp.ClientError, OSError, TimeoutError)

Events = Mapping[int, discord.ScheduledEvent]


class Deadlines(commands.Cog):
    """Keeps the list of events true, and hands out the calendar."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Compare again and again: what moves a deadline is seen there, whatever moved it."""
        every = self.bot.settings.calendar_every_seconds
        self.bot.scheduler.add(Job(name="calendar", every_seconds=every, run=self.keep))

    @app_commands.command()
    async def calendar(self, interaction: Asked) -> None:
        """Get this server's deadlines for your own calendar, as a file and to subscribe to."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        deadlines, guild_id = interaction.client.services.deadlines, guild_of(interaction)
        file = await deadlines.file(guild_id)
        page_url = interaction.client.settings.page_url
        address = ""
        if page_url is not None:
            address = f"{page_url}/calendar/{await deadlines.address_name(guild_id)}.ics"
        actor = await actor_of(interaction)
        page = calendar_page(file, address, is_administrator=actor.is_administrator)
        await tell(interaction, "", embed=page, file=text_file(file.text, "deadlines.ics"))

    async def keep(self) -> None:
        """Record the deadlines, and bring the list of events in line, server by server."""
        await self.bot.services.deadlines.record()
        for calendar in await self.bot.services.deadlines.unsettled():
            guild = self.bot.get_guild(calendar.guild_id)
            if guild is None or guild.unavailable:
                continue
            try:
                await self._settle(guild, calendar)
            except (*_WORLD_FAILED, discord.HTTPException) as error:
                # The next turn is the retry; what was made and not written down is found then.
                log.warning("calendar not settled", guild=guild.id, error=repr(error))

    async def _settle(self, guild: discord.Guild, calendar: Calendar) -> None:
        deadlines = self.bot.services.deadlines
        if not guild.me.guild_permissions.create_events:
            await deadlines.may_not(calendar.guild_id)
            return
        await deadlines.may(calendar.guild_id)
        events = {each.id: each for each in await guild.fetch_scheduled_events(with_counts=False)}
        listed = [_listed(each) for each in events.values() if each.creator_id == guild.me.id]
        for step in deadlines.steps(calendar, listed, len(events) - len(listed)):
            entry = await self._taken(guild, step, events)
            if entry is None:
                return
            await deadlines.have(calendar.guild_id, entry)

    async def _taken(self, guild: discord.Guild, step: Step, events: Events) -> Entry | None:
        """Take a step, and tell Discord's refusals apart; `None`: nothing more can be done now.

        Raises:
            discord.HTTPException: Discord has failed; what came of it is not known.
        """
        key = step.entry.deadline.key
        try:
            event_id = await _take(guild, step, events)
        except discord.HTTPException as error:
            log.warning("event refused", guild=guild.id, key=key, code=error.code)
            if error.code in _GONE:
                return missed(step)
            if error.code == _INVALID:
                return refused(step)
            if error.code in _FORBIDDEN:
                await self.bot.services.deadlines.may_not(GuildId(guild.id))
                return None
            raise
        log.info("event kept", guild=guild.id, key=key, step=type(step).__name__.lower())
        return done(step, event_id)


async def _take(guild: discord.Guild, step: Step, events: Events) -> int | None:
    """Do in Discord what the step says; give the id of an event that was made."""
    match step:
        case Make():
            made = await guild.create_scheduled_event(
                name=step.form.name,
                description=step.form.description,
                start_time=_moment(step.start),
                end_time=_moment(step.form.end),
                location=step.form.location,
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
            )
            return made.id
        case Change():
            await _change(_event_of(step.entry, events), step.form, step.start)
        case End():
            await _end(_event_of(step.entry, events), guild, step)
        case TakeAway():
            await events[step.event_id].delete()
        case Note():
            pass
        case _:
            assert_never(step)
    return None


def _event_of(entry: Entry, events: Events) -> discord.ScheduledEvent:
    assert entry.event_id is not None, "what stands was found in the list"
    return events[entry.event_id]


async def _change(
    event: discord.ScheduledEvent, form: EventForm, start: UnixSeconds | None
) -> None:
    """Let the event read like the form; the beginning of one that has begun stays."""
    await event.edit(
        name=form.name,
        description=form.description,
        location=form.location,
        start_time=discord.utils.MISSING if start is None else _moment(start),
        end_time=_moment(form.end),
    )


async def _end(event: discord.ScheduledEvent, guild: discord.Guild, step: End) -> None:
    """Cancel the event, or end it: Discord cancels none that has begun."""
    over = discord.EventStatus.ended if step.has_begun else discord.EventStatus.cancelled
    form = form_of(GuildId(guild.id), step.entry.deadline)
    await event.edit(description=form.description, status=over)


def _listed(event: discord.ScheduledEvent) -> Listed:
    ends = event.end_time or event.start_time
    return Listed(
        id=event.id,
        mark=mark_in(event.description or ""),
        end=UnixSeconds(int(ends.timestamp())),
        has_begun=event.status is discord.EventStatus.active,
    )


def _moment(moment: UnixSeconds) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Deadlines(bot))
