"""How long the picture of a vote takes: six choices, five hundred readings of each."""

import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

from bench.figure import Figure
from bot.charts import MOST_SERIES, Chart, Mark, Series, draw
from bot.charts.canvas import Canvas
from bot.domain.offchain.history import MOST_POINTS
from cogs.cards.amounts import amount

ROUNDS = 20
_START, _EVERY = 1_767_600_000, 600  # unix seconds, seconds


async def measure() -> list[Figure]:
    """Draw again and again, in turns with an empty sheet, and take the middle of each."""
    chart = _chart()
    ours, empty = [], []
    for _ in range(ROUNDS):
        ours.append(_milliseconds(lambda: draw(chart)))
        empty.append(_milliseconds(lambda: Canvas().png()))
    return [
        Figure(
            name="chart_ms",
            value=round(median(ours), 1),
            unit="ms",
            aim="≤ 150",
            baseline=round(median(empty), 1),
            compared_with="an empty sheet of the same size, made into a file",
        )
    ]


def _milliseconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1_000


def _chart() -> Chart:
    choices = [_series(number) for number in range(1, MOST_SERIES + 1)]
    return Chart(
        title="Which working group shall be funded first?",
        subtitle="closed, final · 12,480 votes · passed",
        series=tuple(choices),
        turnout=_series(0),
        quorum=Mark(value=Decimal(400_000), label="quorum 400K BTRST"),
        note="94 more choices are not shown",
        start=_START,
        end=_START + MOST_POINTS * _EVERY,
        amount=amount,
    )


def _series(number: int) -> Series:
    points = [
        (_START + at * _EVERY, Decimal(at * at * 4) / (number + 1)) for at in range(MOST_POINTS)
    ]
    return Series(
        number=number,
        name=f"Working group {number}",
        value=amount(points[-1][1], "BTRST"),
        points=tuple(points),
    )
