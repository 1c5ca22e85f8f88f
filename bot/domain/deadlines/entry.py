"""Deadlines as they were recorded, and what a new look at the facts changes of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.deadlines.deadline import Deadline
from bot.domain.deadlines.facts import gone
from bot.domain.policy import DAY, MINUTE
from bot.domain.types import Seconds, UnixSeconds

# From here on an estimate that has drifted is worth an edit of everybody's calendar.
WORTH_MOVING = Seconds(10 * MINUTE)
NO_MOMENT = UnixSeconds(0)
KEPT = Seconds(180 * DAY)  # how long after its end a deadline stays in the calendar file


class EventState(StrEnum):
    """How a deadline stands in Discord's own list of events."""

    NONE = "none"
    STANDS = "stands"
    OVER = "over"  # it ended by itself, or we have ended it
    REMOVED = "removed"  # people have taken it away: it is not made again
    REFUSED = "refused"  # Discord does not take it as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A recorded deadline: what calendars show of it, and its event in Discord."""

    deadline: Deadline
    sequence: int = 0  # how often it was moved or cancelled
    changed_at: UnixSeconds
    state: EventState = EventState.NONE
    event_id: int | None = None
    shown: str = ""  # a digest of what the event was last made to say
    shown_until: UnixSeconds = NO_MOMENT  # the end that the event has in Discord


def with_event_of(entry: Entry, other: Entry) -> Entry:
    """Give the entry with the event of another, which may be of an earlier look at the facts."""
    return replace(
        entry,
        state=other.state,
        event_id=other.event_id,
        shown=other.shown,
        shown_until=other.shown_until,
    )


def recorded(
    known: Mapping[str, Entry], found: Iterable[Deadline], now: UnixSeconds
) -> list[Entry]:
    """Give the entries that are new or have changed; what was over before is left as it was."""
    by_key = {deadline.key: deadline for deadline in found}
    lost = [entry for key, entry in known.items() if key not in by_key]
    looked = [*by_key.values(), *(gone(entry.deadline) for entry in lost)]
    changes = (_change(known.get(each.key), each, now) for each in looked)
    return [each for each in changes if each is not None]


def _change(before: Entry | None, deadline: Deadline, now: UnixSeconds) -> Entry | None:
    if before is None:
        is_ahead = deadline.end > now and not deadline.cancelled
        return Entry(deadline=deadline, changed_at=now) if is_ahead else None
    after = _steady(before.deadline, deadline, now)
    if _is_over(before.deadline, after, now) or after == before.deadline:
        return None
    moved = _place_in_time(after) != _place_in_time(before.deadline)
    return replace(before, deadline=after, sequence=before.sequence + moved, changed_at=now)


def _is_over(before: Deadline, after: Deadline, now: UnixSeconds) -> bool:
    return before.end <= now and (bool(after.cancelled) or after.end <= now)


def _place_in_time(deadline: Deadline) -> tuple[UnixSeconds, UnixSeconds, bool]:
    return deadline.start, deadline.end, bool(deadline.cancelled)


def _steady(before: Deadline, after: Deadline, now: UnixSeconds) -> Deadline:
    """Keep estimated times that differ by little, or are past: nobody's calendar moves for that.

    An end that was moved on chain is another end, by however little.
    """
    was_moved = before.end_block is not None and before.end_block != after.end_block
    if not after.is_estimate or was_moved:
        return after
    return replace(
        after,
        start=_kept(before.start, after.start, now),
        end=_kept(before.end, after.end, now),
    )


def _kept(before: UnixSeconds, after: UnixSeconds, now: UnixSeconds) -> UnixSeconds:
    is_past = before <= now and after <= now
    return before if is_past or abs(after - before) < WORTH_MOVING else after
