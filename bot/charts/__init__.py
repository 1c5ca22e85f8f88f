"""The picture of a vote: what it shows, and how it becomes a file.

Pillow is loaded when one is drawn for the first time: a bot that draws none does not carry it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

MOST_SERIES = 6  # more cannot be told apart
WIDTH, HEIGHT = 960, 540  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The scores of one choice; the moments are unix seconds, in order."""

    number: int  # of the choice, from 1: its name where the font cannot write the other one
    name: str
    value: str  # the last score in words
    points: tuple[tuple[int, Decimal], ...]

    @property
    def last(self) -> Decimal:
        """The score as it is now."""
        return self.points[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A height that matters."""

    value: Decimal
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything a picture shows, largest first; names are as strangers wrote them."""

    title: str
    subtitle: str
    series: tuple[Series, ...]  # at most `MOST_SERIES`
    turnout: Series | None  # what the quorum is compared with
    quorum: Mark | None
    note: str  # what is left out, or `""`
    start: int  # of the time axis, unix seconds
    end: int
    amount: Callable[[Decimal], str]  # how the value axis is written

    @property
    def is_over_time(self) -> bool:
        """Whether there is a line to draw, and not only a point."""
        return any(len({at for at, _ in each.points}) > 1 for each in self.series)

    @property
    def all(self) -> tuple[Series, ...]:
        """The choices, and then the turnout where it is known."""
        return self.series + ((self.turnout,) if self.turnout else ())


def draw(chart: Chart) -> bytes:
    """Draw a PNG: lines over time, or bars where there is one moment only.

    It takes some tens of milliseconds; call it off the event loop.
    """
    from bot.charts import bars, lines  # noqa: PLC0415 - they load Pillow

    return lines.draw(chart) if chart.is_over_time else bars.draw(chart)
