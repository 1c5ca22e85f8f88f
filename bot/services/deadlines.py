"""Deadlines where people look: recorded from the facts, and shown in Discord and in calendar apps.

What Discord's list of events has to show is decided here and done by a cog; what was done is
written down after it. A crash between the two is harmless: ours are found there by their mark.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.clock import Clock
from bot.domain.deadlines.deadline import Deadline
from bot.domain.deadlines.entry import KEPT, Entry, recorded
from bot.domain.deadlines.event import Listed
from bot.domain.deadlines.icalendar import calendar_file
from bot.domain.deadlines.plan import Calendar, Step, is_settled, plan
from bot.domain.proposal import Community
from bot.domain.trouble import Trouble, TroubleKind
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

_KEY_NAME = "calendar key"
_KEY_BYTES = 32
_NAMED = re.compile(r"(?P<guild>\d{1,19})-(?P<code>[0-9a-f]{40})")
_CODE_DIGITS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """A server's calendar as a file, and when anything in it last changed; 0: it is empty."""

    text: str
    changed_at: UnixSeconds
    ahead: Sequence[Deadline]  # what still counts, the nearest first
    has_events: bool  # they stand in Discord's list of events as well


class Deadlines:
    """Records deadlines, plans their events, and writes the calendar file."""

    def __init__(self, database: Database, now: Clock, *, is_rehearsing: bool = False) -> None:
        """Say whether the operator wants a dry run for every community."""
        self._database = database
        self._now = now
        self._is_rehearsing = is_rehearsing

    async def record(self) -> None:
        """Bring every server's deadlines up to what is known."""
        async with self._database.reading() as store:
            communities = await store.communities.all()
        for community in communities:
            async with self._database.reading() as store:
                is_news = bool(await self._changes(store, community))
            if is_news:
                await self._save(community)
            if not community.policy.calendar_events:
                await self.may(community.guild_id)

    async def _save(self, community: Community) -> None:
        async with self._database.transaction() as store:
            changes = await self._changes(store, community)
            await store.deadlines.save(community.guild_id, changes)
            await store.deadlines.forget(UnixSeconds(self._now() - KEPT))
        for entry in changes:
            log.info(
                "deadline recorded",
                guild=community.guild_id,
                key=entry.deadline.key,
                sequence=entry.sequence,
                cancelled=bool(entry.deadline.cancelled),
            )

    async def _changes(self, store: Store, community: Community) -> list[Entry]:
        now = self._now()
        known = await store.deadlines.entries(community.guild_id)
        found = await store.deadlines.found(community, known, now)
        return recorded({entry.deadline.key: entry for entry in known}, found, now)

    async def unsettled(self) -> Sequence[Calendar]:
        """Give the servers whose list of events may have to be changed.

        In a dry run nothing public is touched, neither what stands nor what is missing.
        """
        async with self._database.reading() as store:
            calendars = [
                await self._calendar(store, community)
                for community in await store.communities.all()
                if not (community.is_rehearsing or self._is_rehearsing)
            ]
        return [each for each in calendars if not is_settled(each, self._now())]

    async def _calendar(self, store: Store, community: Community) -> Calendar:
        return Calendar(
            guild_id=community.guild_id,
            wants_events=community.policy.calendar_events,
            entries=await store.deadlines.entries(community.guild_id),
        )

    def steps(self, calendar: Calendar, listed: Sequence[Listed], others: int) -> Sequence[Step]:
        """Say what has to be done in a server whose list of events was just looked at."""
        return plan(calendar, listed, others, self._now())

    async def have(self, guild_id: GuildId, entry: Entry) -> None:
        """Write down how a deadline stands in Discord after a step.

        What it says may have changed meanwhile: then only its event is written down.
        """
        async with self._database.transaction() as store:
            await store.deadlines.save_event(guild_id, entry)

    async def may_not(self, guild_id: GuildId) -> None:
        """Note that the permission to create events is missing; moderators are told once."""
        trouble = Trouble(kind=TroubleKind.NO_EVENTS, place=guild_id, since=self._now())
        async with self._database.reading() as store:
            if guild_id in await store.troubles.places(guild_id, trouble.kind):
                return
        async with self._database.transaction() as store:
            community = await store.communities.of(guild_id)
            await store.meet(community, trouble, None, self._now())

    async def may(self, guild_id: GuildId) -> None:
        """Note that the permission is there, or is not needed."""
        async with self._database.reading() as store:
            if guild_id not in await store.troubles.places(guild_id, TroubleKind.NO_EVENTS):
                return
        async with self._database.transaction() as store:
            await store.troubles.mended(guild_id, guild_id, [TroubleKind.NO_EVENTS])

    async def file(self, guild_id: GuildId) -> CalendarFile:
        """Write the calendar of a server.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            community = await store.communities.of(guild_id)
            entries = await store.deadlines.entries(guild_id)
        now, deadlines = self._now(), [entry.deadline for entry in entries]
        ahead = [each for each in deadlines if each.end > now and not each.cancelled]
        return CalendarFile(
            text=calendar_file(guild_id, entries),
            changed_at=max((each.changed_at for each in entries), default=UnixSeconds(0)),
            ahead=sorted(ahead, key=lambda each: (max(each.start, now), each.end, each.key)),
            has_events=community.policy.calendar_events,
        )

    async def address_name(self, guild_id: GuildId) -> str:
        """Give the last part of the address under which calendar apps subscribe.

        It is derived from a key that never leaves the database, so it is stored nowhere itself.
        """
        async with self._database.transaction() as store:
            key = await store.communities.remembered(_KEY_NAME)
            if key is None:
                key = secrets.token_hex(_KEY_BYTES)
                await store.communities.remember(_KEY_NAME, key)
        return f"{guild_id}-{_code(key, guild_id)}"

    async def at_address(self, name: str) -> CalendarFile | None:
        """Give the file at an address; `None`: there is none, whatever is wrong with it."""
        named = _NAMED.fullmatch(name)
        if named is None:
            return None
        guild_id = GuildId(int(named["guild"]))
        async with self._database.reading() as store:
            key = await store.communities.remembered(_KEY_NAME)
        if key is None or not hmac.compare_digest(_code(key, guild_id), named["code"]):
            return None
        return await self.file(guild_id)


def _code(key: str, guild_id: GuildId) -> str:
    made = hmac.new(key.encode(), str(guild_id).encode(), hashlib.sha256)
    return made.hexdigest()[:_CODE_DIGITS]
