"""Ready-made deadlines, and an iCalendar file read by the library of the field."""

from dataclasses import replace
from typing import Any

import icalendar

from bot.domain.deadlines.deadline import Deadline, DeadlineKind
from bot.domain.deadlines.entry import Entry
from bot.domain.types import UnixSeconds
from tests.builders import GUILD

NOW = UnixSeconds(1_800_000_000)
HOUR, DAY = 3_600, 86_400


def moment(after_now: int) -> UnixSeconds:
    return UnixSeconds(NOW + after_now)


def deadline(key: str = "proposal:1:temperature:1:vote", **changes: Any) -> Deadline:
    """Make a vote off chain that opens in a day and is open for three."""
    whole = Deadline(
        key=key,
        kind=DeadlineKind.VOTE,
        heading="Temperature Check",
        title="Lower the marketplace fee",
        reference="BTRST-1",
        place="Snapshot · usebraintrust.eth",
        start=moment(DAY),
        end=moment(4 * DAY),
        link="https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc",
    )
    return replace(whole, **changes)


def entry(*, of: Deadline | None = None, **changes: Any) -> Entry:
    """Make a deadline that was just recorded."""
    return replace(Entry(deadline=of or deadline(), changed_at=NOW), **changes)


def read_back(text: str) -> list[Any]:
    """Read the events of a file as a calendar app does."""
    calendar: Any = icalendar.Calendar.from_ical(text)
    assert calendar["VERSION"] == "2.0"
    assert not calendar.errors
    events = calendar.walk("VEVENT")
    assert [event.errors for event in events] == [[]] * len(events)
    return list(events)


__all__ = ["DAY", "GUILD", "HOUR", "NOW", "deadline", "entry", "moment", "read_back"]
