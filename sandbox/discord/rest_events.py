"""The server's list of events over REST."""

from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.permissions import Permission, guild_permissions, require_in_guild
from sandbox.discord.scheduled_events import (
    END,
    EXTERNAL,
    START,
    EventStatus,
    ScheduledEvent,
    keep_time,
    remove,
    schedule,
    tell,
)
from sandbox.discord.snowflakes import unix_ms_of

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.guilds import Guild

_MOST_EVENTS: Final = 100
# From which status an event may go where. Source: Discord docs, guild scheduled event status.
_MOVES: Final = {
    EventStatus.SCHEDULED: (EventStatus.ACTIVE, EventStatus.CANCELED),
    EventStatus.ACTIVE: (EventStatus.COMPLETED,),
}
_KEYS: Final = (START, END, "name", "description", "entity_type", "entity_metadata")


def list_events(call: "Call") -> list[Json]:
    """Give what is ahead or under way."""
    return [event.payload() for event in _guild(call).scheduled_events.values() if event.is_ahead]


def get_event(call: "Call") -> Json:
    """Give one entry of the list."""
    return _event(call, _guild(call)).payload()


def create_event(call: "Call") -> Json:
    """Put an entry into the list."""
    guild = _guild(call)
    require_in_guild(guild.members[call.bot.id], Permission.CREATE_EVENTS)
    body = call.form
    _check(call, body, None)
    if sum(each.is_ahead for each in guild.scheduled_events.values()) >= _MOST_EVENTS:
        raise ApiError(30038)
    fields = {key: body[key] for key in _KEYS if key in body}
    return schedule(call.state, guild, call.bot, fields).payload()


def change_event(call: "Call") -> Json:
    """Change an entry of the list, start it, end it or cancel it."""
    guild = _guild(call)
    event = _event(call, guild)
    _require_may_change(guild, event, call)
    if not event.is_ahead:
        raise ApiError(180000)
    body = call.form
    _check(call, body, event)
    status = body.get("status")
    if status is not None and status != event.status:
        form = Form()
        form.one_of(("status",), status, [int(each) for each in _MOVES[event.status]])
        form.check()
        event.status = EventStatus(status)
    event.fields |= {key: body[key] for key in _KEYS if key in body}
    tell(call.state, "UPDATE", event)
    return event.payload()


def delete_event(call: "Call") -> None:
    """Take an entry out of the list."""
    guild = _guild(call)
    event = _event(call, guild)
    _require_may_change(guild, event, call)
    remove(call.state, guild, event)


def _guild(call: "Call") -> "Guild":
    guild = call.guild()
    keep_time(call.state, guild)
    return guild


def _event(call: "Call", guild: "Guild") -> ScheduledEvent:
    event = guild.scheduled_events.get(call.id("event_id"))
    if event is None:
        raise ApiError(10070)
    return event


def _require_may_change(guild: "Guild", event: ScheduledEvent, call: "Call") -> None:
    """CREATE_EVENTS is enough for one's own; others' need MANAGE_EVENTS."""
    bits = guild_permissions(guild.members[call.bot.id])
    own = event.creator is call.bot and bits & Permission.CREATE_EVENTS
    if not own and not bits & Permission.MANAGE_EVENTS:
        raise ApiError(50013)


def _check(call: "Call", body: Json, before: ScheduledEvent | None) -> None:
    """Refuse what is no event, or what would begin in the past; `before`: what it was so far."""
    whole = body if before is None else {**before.fields, **body}
    form = Form()
    form.text(("name",), whole.get("name"), 100, shortest=1)
    form.text(("description",), whole.get("description"), 1000)
    form.one_of(("entity_type",), whole.get("entity_type"), (EXTERNAL,))
    location = (whole.get("entity_metadata") or {}).get("location")
    form.text(("entity_metadata", "location"), location, 100, shortest=1)
    if before is None:
        form.one_of(("privacy_level",), whole.get("privacy_level"), (2,))
    for key in (START, END):
        if not whole.get(key):
            form.required((key,))
    form.check()
    _check_times(call, whole, is_start_new=before is None or START in body)


def _check_times(call: "Call", whole: Json, *, is_start_new: bool) -> None:
    form = Form()
    start_ms, end_ms = unix_ms_of(whole[START]), unix_ms_of(whole[END])
    now_ms = call.state.clock.now_ms()
    if is_start_new and start_ms < now_ms:
        said = "Cannot schedule event in the past."
        form.wrong((START,), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", said)
    if end_ms <= start_ms or end_ms < now_ms:
        said = "Cannot schedule event end time before start time."
        form.wrong((END,), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", said)
    form.check()
