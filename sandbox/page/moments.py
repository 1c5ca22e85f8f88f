"""Moments, written as Discord's clients do: absolute in UTC, relative to when the page was made."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sandbox.page.html import Html, element

_LAST: Final = 253_402_300_799  # the last second of the year 9999
_UNITS: Final = (
    ("year", 31_536_000),
    ("month", 2_629_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
_WRITTEN: Final[dict[str, Callable[[datetime], str]]] = {
    "t": lambda at: f"{at:%H:%M}",
    "T": lambda at: f"{at:%H:%M:%S}",
    "d": lambda at: f"{at:%d/%m/%Y}",
    "D": lambda at: f"{at.day} {at:%B %Y}",
    "f": lambda at: f"{at.day} {at:%B %Y} at {at:%H:%M}",
    "F": lambda at: f"{at:%A}, {at.day} {at:%B %Y} at {at:%H:%M}",
}


def moment(at: int, style: str, now: int, *, class_: str | None = None) -> Html | None:
    """Write a moment in one of Discord's styles; `None` where no calendar reaches."""
    if not 0 <= at <= _LAST:
        return None
    when = datetime.fromtimestamp(at, UTC)
    shown = relative(at, now) if style == "R" else _WRITTEN[style](when)
    return element(
        "time",
        shown,
        datetime=f"{when:%Y-%m-%dT%H:%M:%S}Z",
        title=f"{_WRITTEN['F'](when)} UTC",
        class_=class_,
    )


def written(at: int, style: str = "f") -> str:
    """Write a moment as a plain text, in UTC."""
    return _WRITTEN[style](datetime.fromtimestamp(at, UTC))


def relative(at: int, now: int) -> str:
    """Say how far away a moment is: `in 3 days`, `a month ago`."""
    if at == now:
        return "now"
    distance = abs(at - now)
    unit, seconds = next((u for u in _UNITS if distance >= u[1]), _UNITS[-1])
    count = round(distance / seconds)
    article = "an" if unit == "hour" else "a"
    amount = f"{article} {unit}" if count == 1 else f"{count:,} {unit}s"
    return f"in {amount}" if at > now else f"{amount} ago"


def day(at: int) -> str:
    """Name the day of a moment, in UTC."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%A}, {when.day} {when:%B %Y}"
