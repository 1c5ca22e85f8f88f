"""Servers over REST: the server, its roles and members, its calendar."""

from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.guilds import Guild, Member, ScheduledEvent
from sandbox.discord.permissions import Permission, guild_permissions, require_in_guild
from sandbox.discord.snowflakes import unix_ms_of
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.calls import Call

EXTERNAL: Final = 3
_MOST_EVENTS: Final = 100
_SCHEDULED, _ACTIVE, _COMPLETED, _CANCELED = 1, 2, 3, 4
# From which status an event may go where. Source: Discord docs, guild scheduled event status.
_MOVES: Final = {_SCHEDULED: {_ACTIVE, _CANCELED}, _ACTIVE: {_COMPLETED}}
_TIMES: Final = ("scheduled_start_time", "scheduled_end_time")
_EVENT_KEYS: Final = (*_TIMES, "name", "description", "entity_type", "entity_metadata")


def get_guild(call: "Call") -> Json:
    """Give the server."""
    guild = call.guild()
    count = len(guild.members)
    counts = {"approximate_member_count": count, "approximate_presence_count": count}
    wants = call.query.get("with_counts", "").lower() in ("1", "true")
    return {**guild.payload(), **(counts if wants else {})}


def list_roles(call: "Call") -> list[Json]:
    """Give all roles."""
    return [role.payload() for role in call.guild().roles.values()]


def get_member(call: "Call") -> Json:
    """Give one member."""
    member = call.guild().members.get(call.id("user_id"))
    if member is None:
        raise ApiError(10007)
    return member.payload()


def add_role(call: "Call") -> None:
    """Give a member a role."""
    member, role_id = _member_and_role(call)
    role = member.guild.roles[role_id]
    if role not in member.roles:
        member.roles.append(role)
        tell_member(call, member)


def remove_role(call: "Call") -> None:
    """Take a role from a member."""
    member, role_id = _member_and_role(call)
    role = member.guild.roles[role_id]
    if role in member.roles:
        member.roles.remove(role)
        tell_member(call, member)


def _member_and_role(call: "Call") -> tuple[Member, int]:
    guild = call.guild()
    me = guild.members[call.bot.id]
    require_in_guild(me, Permission.MANAGE_ROLES)
    member, role_id = guild.members.get(call.id("user_id")), call.id("role_id")
    if member is None:
        raise ApiError(10007)
    if role_id not in guild.roles or role_id == guild.id:
        raise ApiError(10011)
    if guild.roles[role_id].position >= max((r.position for r in me.roles), default=0):
        raise ApiError(50013)
    return member, role_id


def tell_member(call: "Call", member: Member) -> None:
    """Tell that a member now has other roles."""
    data = {**member.payload(), "guild_id": str(member.guild.id)}
    call.state.emit(Event(name="GUILD_MEMBER_UPDATE", data=data, guild_id=member.guild.id))


def list_events(call: "Call") -> list[Json]:
    """Give the server's calendar."""
    return [event.payload() for event in call.guild().scheduled_events.values()]


def get_event(call: "Call") -> Json:
    """Give one entry of the calendar."""
    return _event(call, call.guild()).payload()


def create_event(call: "Call") -> Json:
    """Put an entry into the calendar."""
    guild = call.guild()
    require_in_guild(guild.members[call.bot.id], Permission.CREATE_EVENTS)
    body = call.form
    _check_event(call, body, is_new=True)
    live = [e for e in guild.scheduled_events.values() if e.status in (_SCHEDULED, _ACTIVE)]
    if len(live) >= _MOST_EVENTS:
        raise ApiError(30038)
    event = ScheduledEvent(
        id=call.state.snowflakes.take(),
        guild_id=guild.id,
        creator=call.bot,
        fields={key: body[key] for key in _EVENT_KEYS if key in body},
    )
    guild.scheduled_events[event.id] = event
    _tell_event(call, "CREATE", event)
    return event.payload()


def change_event(call: "Call") -> Json:
    """Change an entry of the calendar, start it, end it or cancel it."""
    guild = call.guild()
    event = _event(call, guild)
    _require_may_change(guild, event, call)
    body = call.form
    _check_event(call, {**event.fields, **body}, is_new=False)
    status = body.get("status")
    if status is not None and status != event.status:
        form = Form()
        form.one_of(("status",), status, _MOVES.get(event.status, set()))
        form.check()
        event.status = int(status)
    event.fields |= {key: body[key] for key in _EVENT_KEYS if key in body}
    _tell_event(call, "UPDATE", event)
    return event.payload()


def delete_event(call: "Call") -> None:
    """Take an entry out of the calendar."""
    guild = call.guild()
    event = _event(call, guild)
    _require_may_change(guild, event, call)
    del guild.scheduled_events[event.id]
    _tell_event(call, "DELETE", event)


def _event(call: "Call", guild: Guild) -> ScheduledEvent:
    event = guild.scheduled_events.get(call.id("event_id"))
    if event is None:
        raise ApiError(10070)
    return event


def _require_may_change(guild: Guild, event: ScheduledEvent, call: "Call") -> None:
    """CREATE_EVENTS is enough for one's own; others' need MANAGE_EVENTS."""
    bits = guild_permissions(guild.members[call.bot.id])
    own = event.creator is call.bot and bits & Permission.CREATE_EVENTS
    if not own and not bits & Permission.MANAGE_EVENTS:
        raise ApiError(50013)


def _check_event(call: "Call", body: Json, *, is_new: bool) -> None:
    form = Form()
    form.text(("name",), body.get("name"), 100, shortest=1)
    form.text(("description",), body.get("description"), 1000)
    form.one_of(("entity_type",), body.get("entity_type"), (EXTERNAL,))
    location = (body.get("entity_metadata") or {}).get("location")
    form.text(("entity_metadata", "location"), location, 100, shortest=1)
    if is_new:
        form.one_of(("privacy_level",), body.get("privacy_level"), (2,))
    for key in _TIMES:
        if not body.get(key):
            form.required((key,))
    form.check()
    start_ms, end_ms = (unix_ms_of(body[key]) for key in _TIMES)
    if is_new and start_ms < call.state.clock.now_ms():
        said = "Cannot schedule event in the past."
        form.wrong((_TIMES[0],), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", said)
    if end_ms <= start_ms:
        said = "Cannot schedule event end time before start time."
        form.wrong((_TIMES[1],), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", said)
    form.check()


def _tell_event(call: "Call", what: str, event: ScheduledEvent) -> None:
    name = f"GUILD_SCHEDULED_EVENT_{what}"
    call.state.emit(Event(name=name, data=event.payload(), guild_id=event.guild_id))
