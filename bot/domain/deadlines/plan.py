"""What has to be done so that Discord's list of events shows a server's deadlines.

To make an event is not idempotent: an answer may be lost after its effect. So nothing is made
before the list was looked at, and ours are known in it by their marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.deadlines.deadline import DeadlineKind
from bot.domain.deadlines.entry import Entry, EventState
from bot.domain.deadlines.event import EventForm, Listed, form_of, mark_of
from bot.domain.policy import DAY, MINUTE
from bot.domain.types import GuildId, Seconds, UnixSeconds

# Discord takes 100 of a server, people's events among them: they shall never find it full.
MOST_EVENTS = 90
AT_ONCE = 10  # steps in one server and turn: Discord's pace is not known beforehand
# Discord refuses what begins in the past, and its clock is not quite ours.
SOONEST = Seconds(2 * MINUTE)
_SHORTEST = Seconds(5 * MINUTE)  # what is over so soon is not worth an event
_FARTHEST = Seconds(365 * DAY)  # what is so far away can wait for its event
_WINDOWS = frozenset({DeadlineKind.VOTE, DeadlineKind.ON_CHAIN_VOTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A server's deadlines as they were recorded, and whether it wants events for them."""

    guild_id: GuildId
    wants_events: bool  # by its policy, and it is no dry run
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """Make the event, beginning at `start`: a vote may be under way already."""

    entry: Entry
    form: EventForm
    start: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Let the event say something else; `start` is `None` where it has begun."""

    entry: Entry
    form: EventForm
    start: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Cancel the event, or end it where it has begun; its description says why."""

    entry: Entry
    has_begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAway:
    """Delete an event: it is not wanted now, nearer ones need its place, or there are two."""

    entry: Entry  # as it is afterwards
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Write down what the list has shown; in Discord there is nothing to do."""

    entry: Entry


Step = Make | Change | End | TakeAway | Note
_ORDER = (Note, End, TakeAway, Change, Make)  # room is made before it is taken


def is_settled(calendar: Calendar, now: UnixSeconds) -> bool:
    """Say whether Discord need not be asked, because nothing that is known has to be done."""
    wanted = wanted_events(calendar, MOST_EVENTS, now)
    return not any(
        _is_due(entry, wanted.get(entry.deadline.key), now) for entry in calendar.entries
    )


def _is_due(entry: Entry, form: EventForm | None, now: UnixSeconds) -> bool:
    if entry.state is not EventState.STANDS:
        return form is not None
    return entry.shown_until <= now or form is None or form.digest != entry.shown


def wanted_events(calendar: Calendar, room: int, now: UnixSeconds) -> dict[str, EventForm]:
    """Give the events there should be by the keys of their deadlines, the nearest `room`."""
    if not calendar.wants_events:
        return {}
    forms = {
        entry.deadline.key: (entry, form_of(calendar.guild_id, entry.deadline))
        for entry in calendar.entries
    }
    worth = [(key, form) for key, (entry, form) in forms.items() if _is_worth(entry, form, now)]
    worth.sort(key=lambda pair: (pair[1].start, pair[1].end, pair[0]))
    return dict(worth[: max(room, 0)])


def _is_worth(entry: Entry, form: EventForm, now: UnixSeconds) -> bool:
    if entry.deadline.cancelled or entry.state is EventState.REMOVED:
        return False
    if entry.state is EventState.STANDS:
        return form.end > now
    if entry.state is EventState.REFUSED and entry.shown == form.digest:
        return False
    is_to_come = entry.deadline.kind in _WINDOWS or form.start > now + SOONEST
    return is_to_come and form.end > now + _SHORTEST and form.start < now + _FARTHEST


def plan(calendar: Calendar, listed: Sequence[Listed], others: int, now: UnixSeconds) -> list[Step]:
    """Give what has to be done, a few steps at a time.

    Args:
        calendar: What was recorded.
        listed: Our events as Discord lists them, those of other deadlines among them.
        others: How many events there are that are none of ours.
        now: The moment of the look.
    """
    by_mark: dict[str, list[Listed]] = {}
    for each in sorted(listed, key=lambda event: event.id):
        by_mark.setdefault(each.mark, []).append(each)
    looked = [(entry, by_mark.get(_mark(calendar, entry), [])) for entry in calendar.entries]
    merged = [(_merged(entry, found, now), found) for entry, found in looked]
    whole = replace(calendar, entries=[entry for entry, _ in merged])
    wanted = wanted_events(whole, MOST_EVENTS - others, now)
    steps = [
        step
        for (before, found), (entry, _) in zip(looked, merged, strict=True)
        for step in _steps(before, entry, found, wanted.get(entry.deadline.key), now)
    ]
    return sorted(steps, key=lambda step: _ORDER.index(type(step)))[:AT_ONCE]


def _mark(calendar: Calendar, entry: Entry) -> str:
    return mark_of(calendar.guild_id, entry.deadline.key)


def _merged(entry: Entry, found: Sequence[Listed], now: UnixSeconds) -> Entry:
    """Put beside what was recorded what the list shows.

    What stood and is not listed has ended by itself, or people have taken it away.
    """
    if not found:
        if entry.state is not EventState.STANDS:
            return entry
        is_over = entry.shown_until <= now
        return replace(entry, state=EventState.OVER if is_over else EventState.REMOVED)
    if entry.state is EventState.STANDS and entry.event_id == found[0].id:
        return entry
    return replace(
        entry,
        state=EventState.STANDS,
        event_id=found[0].id,
        shown="",
        shown_until=found[0].end,
    )


def _steps(
    before: Entry, entry: Entry, found: Sequence[Listed], form: EventForm | None, now: UnixSeconds
) -> Iterator[Step]:
    if entry != before:
        yield Note(entry=entry)
    for superfluous in found[1:]:
        yield TakeAway(entry=entry, event_id=superfluous.id)
    if found:
        yield from _on_standing(entry, found[0], form, now)
    elif form is not None:
        yield Make(entry=entry, form=form, start=_start(form, now))


def _on_standing(
    entry: Entry, event: Listed, form: EventForm | None, now: UnixSeconds
) -> Iterator[Step]:
    if form is not None:
        if form.digest != entry.shown:
            start = None if event.has_begun else _start(form, now)
            yield Change(entry=entry, form=form, start=start)
    elif entry.deadline.cancelled or entry.deadline.end <= now:
        if entry.shown_until > now:  # else it ends by itself
            yield End(entry=entry, has_begun=event.has_begun)
    else:
        afterwards = replace(entry, state=EventState.NONE, event_id=None, shown="")
        yield TakeAway(entry=afterwards, event_id=event.id)


def _start(form: EventForm, now: UnixSeconds) -> UnixSeconds:
    return max(form.start, UnixSeconds(now + SOONEST))


def done(step: Step, event_id: int | None = None) -> Entry:
    """Give the entry after a step was taken; of one that made an event, `event_id` is its id."""
    match step:
        case Make():
            stands = replace(step.entry, state=EventState.STANDS, event_id=event_id)
            return _showing(stands, step.form)
        case Change():
            return _showing(step.entry, step.form)
        case End():
            return replace(step.entry, state=EventState.OVER)
        case TakeAway() | Note():
            return step.entry
        case _:
            assert_never(step)


def missed(step: Step) -> Entry:
    """Give the entry after Discord has said that the event is gone or has ended meanwhile."""
    if isinstance(step, Change):
        return replace(step.entry, state=EventState.REMOVED)
    return done(step)


def refused(step: Step) -> Entry:
    """Give the entry after Discord has refused the event as it is: it reads the same next time."""
    match step:
        case Make():
            return replace(step.entry, state=EventState.REFUSED, shown=step.form.digest)
        case _:
            return done(step)


def _showing(entry: Entry, form: EventForm) -> Entry:
    return replace(entry, shown=form.digest, shown_until=form.end)
