"""Days in a community's time zone: the only place where a date is more than a number."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.types import UnixSeconds

_SATURDAY = 5
_IN = re.compile(r"(?:in\s+)?([0-9]{1,4})\s*(days?|weeks?)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_LONGEST_DAYS = 3_660


def after_business_days(start: UnixSeconds, days: int, time_zone: str) -> UnixSeconds:
    """Give the moment `days` business days after `start`, at the same local time.

    Saturdays and Sundays do not count; public holidays are not known. From a weekend, counting
    begins with the Monday.
    """
    moment = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(time_zone))
    counted = 0
    while counted < days:
        moment += timedelta(days=1)
        counted += moment.weekday() < _SATURDAY
    return UnixSeconds(int(moment.timestamp()))


def end_of_day(text: str, now: UnixSeconds, time_zone: str) -> UnixSeconds | None:
    """Read a date, or `in 10 days`, as the end of that day; `None`: it is no such text.

    Dates are written 2026-12-24 or 24.12.2026.
    """
    zone = ZoneInfo(time_zone)
    try:
        if found := _IN.fullmatch(text.strip()):
            days = int(found[1]) * (7 if found[2].lower().startswith("w") else 1)
            day = datetime.fromtimestamp(now, UTC).astimezone(zone)
            day += timedelta(days=min(days, _LONGEST_DAYS))
        elif found := _YEAR_FIRST.fullmatch(text.strip()):
            day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=zone)
        elif found := _DAY_FIRST.fullmatch(text.strip()):
            day = datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=zone)
        else:
            return None
        return UnixSeconds(int(day.replace(hour=23, minute=59, second=0).timestamp()))
    except (ValueError, OverflowError, OSError):  # no such day: the 31st of February
        return None


def is_time_zone(name: str) -> bool:
    """Say whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # the library's own word for a name it does not know
        return False
    return True


def iso_utc(moment: UnixSeconds) -> str:
    """Write a moment as RFC 3339 does, in UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def basic_utc(moment: UnixSeconds) -> str:
    """Write a moment as iCalendar does, in UTC: `20261127T070000Z`."""
    return iso_utc(moment).replace("-", "").replace(":", "")
