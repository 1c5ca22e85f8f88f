"""Axes: which numbers and which days stand beside a picture, and where."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal, localcontext

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_WANTED = 4  # steps of the value axis
_MOST_DAYS = 6  # labels of the time axis
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR, _DAY = 3_600, 86_400
_SPANS = (
    *(60, 300, 900, 1_800, _HOUR, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR),
    *(_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 84 * _DAY, 364 * _DAY),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799  # the end of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The value axis, from nothing to `top`."""

    top: Decimal
    ticks: tuple[Decimal, ...]

    def fraction(self, value: Decimal) -> float:
        """Say how far up a value is, from 0 to 1."""
        if not value.is_finite() or value <= 0:
            return 0.0
        with localcontext(prec=20):
            return min(float(value / self.top), 1.0)


def values(largest: Decimal) -> Values:
    """Make an axis with round numbers that reaches a little above the largest value."""
    if not largest.is_finite() or largest <= 0:
        return Values(top=Decimal(1), ticks=(Decimal(0),))
    with localcontext(prec=20):
        rough = largest / _WANTED
        unit = Decimal(1).scaleb(rough.adjusted())
        step = next(each * unit for each in _STEPS if each * unit >= rough)
        count = int((largest / step).to_integral_value(ROUND_CEILING))
        return Values(top=step * count, ticks=tuple(step * number for number in range(count + 1)))


def moments(start: int, end: int) -> list[tuple[int, str]]:
    """Choose moments between two, in UTC, with how they are written."""
    span = end - start
    step = next((each for each in _SPANS if span / each <= _MOST_DAYS), max(span // _MOST_DAYS, 1))
    write = day if step >= _DAY else _hour
    first = -(-start // step) * step
    return [(at, write(at)) for at in range(first, end + 1, step)]


def day(at: int) -> str:
    """Write a day."""
    moment = _moment(at)
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def _hour(at: int) -> str:
    moment = _moment(at)
    return f"{day(at)} {moment:%H:%M}"


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(seconds=min(max(at, 0), _LAST))
