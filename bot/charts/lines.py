"""Scores over time, one line for each choice; what a line is, is written where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import WIDTH, Chart, Series
from bot.charts.canvas import (
    GRID,
    INK,
    SOFT,
    STYLES,
    TURNOUT,
    Canvas,
    Point,
    Style,
    fitted,
    width,
    writable,
)
from bot.charts.frame import BOTTOM, MARGIN, TOP, frame
from bot.charts.scale import Values, moments, values

_LABELS = 268  # pixels at the right
_GAP = 22  # between a line's end and its words
_NAME, _VALUE, _TICK = 19, 17, 17
_LABEL_HEIGHT = 50
_MARKED = 7  # marks along a line, at most
_FAR = 3  # a quorum so many times the largest value would press all lines flat
_QUORUM = Style(colour=INK, dashes=(8, 6), marker="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where a moment and a value are on the sheet."""

    left: float
    right: float
    start: int
    end: int
    heights: Values

    def x(self, at: int) -> float:
        span = max(self.end - self.start, 1)
        return self.left + (self.right - self.left) * min(max((at - self.start) / span, 0), 1)

    def y(self, fraction: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """What is written at the end of a line."""

    name: str
    value: str
    colour: str
    style: Style
    end: Point


def draw(chart: Chart) -> bytes:
    """Draw the lines, the latter ones first, so that the largest lies on top."""
    canvas = Canvas()
    plot = _plot(chart)
    frame(canvas, chart, "times in UTC")
    _axes(canvas, chart, plot)
    _quorum(canvas, chart, plot)
    styled = list(zip(chart.all, [*STYLES[: len(chart.series)], TURNOUT], strict=False))
    labels = [_line(canvas, plot, series, style) for series, style in reversed(styled)]
    for label, middle in _apart(labels):
        _write(canvas, plot, label, middle)
    return canvas.png()


def _plot(chart: Chart) -> _Plot:
    largest = max(value for each in chart.all for _, value in each.points)
    if chart.quorum is not None and chart.quorum.value <= largest * _FAR:
        largest = max(largest, chart.quorum.value)
    heights = values(largest)
    words = [writable(chart.amount(tick)) for tick in heights.ticks]
    left = MARGIN + max(width(word, _TICK) for word in words) + 12
    right = WIDTH - _LABELS - MARGIN
    start = min([chart.start, *(each.points[0][0] for each in chart.series)])
    end = max(chart.end, start + 1)
    return _Plot(left=left, right=right, start=start, end=end, heights=heights)


def _axes(canvas: Canvas, chart: Chart, plot: _Plot) -> None:
    for tick in plot.heights.ticks:
        y = plot.y(plot.heights.fraction(tick))
        canvas.rule((plot.left, y), (plot.right, y), GRID, 1.5)
        words = writable(chart.amount(tick))
        canvas.text((plot.left - 10, y), words, _TICK, SOFT, "rm")
    last = float("-inf")
    for at, words in moments(plot.start, plot.end):
        x, half = plot.x(at), width(words, _TICK) / 2
        if x - half < max(last + 14, MARGIN) or x + half > WIDTH - MARGIN:
            continue
        canvas.rule((x, BOTTOM), (x, BOTTOM + 6), SOFT, 1.5)
        canvas.text((x, BOTTOM + 24), words, _TICK, SOFT, "ms")
        last = x + half


def _quorum(canvas: Canvas, chart: Chart, plot: _Plot) -> None:
    if chart.quorum is None:
        return
    is_beyond = chart.quorum.value > plot.heights.top
    y = plot.y(plot.heights.fraction(chart.quorum.value))
    label = writable(chart.quorum.label)
    words = f"↑ {label}, far above" if is_beyond else label
    words = fitted(words, _TICK, plot.right - plot.left - 12)
    if not is_beyond:
        canvas.path([(plot.left, y), (plot.right, y)], _QUORUM, 2)
    room = width(words, _TICK)
    above = y - 8 if y - 30 > TOP - 14 else y + 20
    canvas.box((plot.left + 2, above - 17), (plot.left + room + 14, above + 6), "#FBFAF7")
    canvas.text((plot.left + 8, above), words, _TICK, INK)


def _line(canvas: Canvas, plot: _Plot, series: Series, style: Style) -> _Label:
    """Draw a line as scores go: they stay as they are until somebody votes."""
    points: list[Point] = []
    for at, value in series.points:
        x, y = plot.x(at), plot.y(plot.heights.fraction(value))
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    points.append((plot.right, points[-1][1]))
    canvas.path(points, style, 3.5 if style is not TURNOUT else 2)
    for corner in _spread(points):
        canvas.marker(corner, style, 5)
    canvas.marker(points[-1], style, 7)
    fallback = f"choice {series.number}"
    return _Label(
        name=writable(series.name, fallback),
        value=writable(series.value),
        colour=style.colour if style is not TURNOUT else SOFT,
        style=style,
        end=points[-1],
    )


def _spread(points: Sequence[Point]) -> Sequence[Point]:
    """Choose corners for marks, so far from each other that they stay marks."""
    chosen: list[Point] = []
    room = (points[-1][0] - points[0][0]) / _MARKED
    for point in points[:-1]:
        if points[-1][0] - point[0] > room and (
            not chosen or point[0] - chosen[-1][0] > max(room, 24)
        ):
            chosen.append(point)
    return chosen


def _apart(labels: Sequence[_Label]) -> list[tuple[_Label, float]]:
    """Give each label a height near its line's end, with no two on top of each other."""
    ordered = sorted(labels, key=lambda label: label.end[1])
    heights = [label.end[1] for label in ordered]
    lowest, highest = BOTTOM + 10, TOP - 6
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + _LABEL_HEIGHT)
    heights[-1] = min(heights[-1], lowest)
    for index in range(len(heights) - 2, -1, -1):
        heights[index] = min(heights[index], heights[index + 1] - _LABEL_HEIGHT)
    heights[0] = max(heights[0], highest)
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + _LABEL_HEIGHT)
    return list(zip(ordered, heights, strict=True))


def _write(canvas: Canvas, plot: _Plot, label: _Label, middle: float) -> None:
    """Write a name behind the same mark that its line wears, and the value below it."""
    x = plot.right + _GAP
    canvas.rule((label.end[0] + 9, label.end[1]), (x, middle - 9), label.colour, 1)
    indent = 0 if label.style is TURNOUT else 18
    canvas.marker((x + 12, middle - 9), label.style, 5.5)
    room = WIDTH - MARGIN - x - 6
    name = fitted(label.name, _NAME, room - indent)
    canvas.text((x + 6 + indent, middle - 3), name, _NAME, label.colour)
    canvas.text((x + 6, middle + 19), fitted(label.value, _VALUE, room), _VALUE, INK)
