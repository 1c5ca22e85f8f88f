"""The server's list of events: they begin and end by themselves, as the clock has it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from sandbox.discord.snowflakes import iso, unix_ms_of
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.guilds import Guild
    from sandbox.discord.state import State
    from sandbox.discord.users import User

EXTERNAL: Final = 3
START, END = "scheduled_start_time", "scheduled_end_time"


class EventStatus(IntEnum):
    """Discord's `GuildScheduledEventStatuses`; the last two are final."""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


_AHEAD: Final = frozenset({EventStatus.SCHEDULED, EventStatus.ACTIVE})


@dataclass(slots=True, kw_only=True, eq=False)
class ScheduledEvent:
    """An entry of the list; `fields` are kept as they were sent."""

    id: int
    guild_id: int
    creator: "User"
    fields: "Json"
    status: EventStatus = EventStatus.SCHEDULED

    @property
    def name(self) -> str:
        """Give its title."""
        return str(self.fields["name"])

    @property
    def description(self) -> str:
        """Give what is written below the title."""
        return str(self.fields.get("description") or "")

    @property
    def location(self) -> str:
        """Say where it takes place."""
        return str((self.fields.get("entity_metadata") or {}).get("location") or "")

    @property
    def starts_at(self) -> int:
        """Give its beginning in unix seconds."""
        return unix_ms_of(self.fields[START]) // 1000

    @property
    def ends_at(self) -> int:
        """Give its end in unix seconds."""
        return unix_ms_of(self.fields[END]) // 1000

    @property
    def is_ahead(self) -> bool:
        """Say whether the list shows it: it is neither over nor canceled."""
        return self.status in _AHEAD

    def payload(self) -> "Json":
        """Say it as a scheduled-event object."""
        return {
            "id": str(self.id),
            "guild_id": str(self.guild_id),
            "channel_id": None,
            "creator_id": str(self.creator.id),
            "creator": self.creator.payload(),
            "description": None,
            "image": None,
            "scheduled_end_time": None,
            "entity_id": None,
            "recurrence_rule": None,
            "guild_scheduled_event_exceptions": [],
            "entity_metadata": None,
            "privacy_level": 2,
            "user_count": 0,
            **self.fields,
            "status": int(self.status),
        }


def schedule(state: "State", guild: "Guild", creator: "User", fields: "Json") -> ScheduledEvent:
    """Put an entry into the list, and tell of it."""
    event = ScheduledEvent(
        id=state.snowflakes.take(), guild_id=guild.id, creator=creator, fields=fields
    )
    guild.scheduled_events[event.id] = event
    tell(state, "CREATE", event)
    return event


def remove(state: "State", guild: "Guild", event: ScheduledEvent) -> None:
    """Take an entry out of the list, and tell of it."""
    del guild.scheduled_events[event.id]
    tell(state, "DELETE", event)


def external(*, name: str, description: str, location: str, start: int, end: int) -> "Json":
    """Give the fields of an event that takes place elsewhere; times in unix seconds."""
    return {
        "name": name,
        "description": description,
        "entity_type": EXTERNAL,
        "entity_metadata": {"location": location},
        START: iso(start * 1000),
        END: iso(end * 1000),
    }


def keep_time(state: "State", guild: "Guild") -> None:
    """Let external events begin and end at their times.

    Source: Discord docs, guild scheduled event, status update automation.
    """
    now = state.clock.now()
    for event in list(guild.scheduled_events.values()):
        if event.status is EventStatus.SCHEDULED and event.starts_at <= now:
            event.status = EventStatus.ACTIVE
            tell(state, "UPDATE", event)
        if event.status is EventStatus.ACTIVE and event.ends_at <= now:
            event.status = EventStatus.COMPLETED
            tell(state, "UPDATE", event)


def tell(state: "State", what: str, event: ScheduledEvent) -> None:
    """Tell the bot, if it has asked for such events."""
    name = f"GUILD_SCHEDULED_EVENT_{what}"
    state.emit(Event(name=name, data=event.payload(), guild_id=event.guild_id))
