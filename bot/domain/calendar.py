"""Business days in a community's time zone: the only place where a date is more than a number."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.types import UnixSeconds

_SATURDAY = 5


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
