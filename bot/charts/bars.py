"""Scores at one moment, one bar for each choice, with its name and its number."""

from bot.charts import HEIGHT, WIDTH, Chart, Series
from bot.charts.canvas import GRID, INK, SOFT, STYLES, Canvas, Style, fitted, width, writable
from bot.charts.frame import MARGIN, TOP, frame
from bot.charts.scale import Values, values

_NAME, _VALUE, _MARK = 19, 18, 16
_LOWEST = HEIGHT - 52
_MOST_HEIGHT = 112  # of a bar with its name
_RADIUS = 5
_QUORUM = Style(colour=INK, dashes=(5, 4), marker="")


def draw(chart: Chart) -> bytes:
    """Draw the bars from top to bottom, the turnout with the quorum last."""
    canvas = Canvas()
    frame(canvas, chart, "")
    largest = max((each.last for each in chart.all), default=chart.series[0].last)
    if chart.quorum is not None and chart.turnout is not None:
        largest = max(largest, chart.quorum.value)
    lengths = values(largest)
    height = min((_LOWEST - TOP + 6) / len(chart.all), _MOST_HEIGHT)
    for place, series in enumerate(chart.all):
        top = TOP - 6 + place * height
        is_turnout = series is chart.turnout
        colour = SOFT if is_turnout else STYLES[0].colour
        _bar(canvas, series, (top, height), lengths, colour)
        if is_turnout:
            _quorum(canvas, chart, (top, height), lengths)
    return canvas.png()


def _bar(
    canvas: Canvas, series: Series, place: tuple[float, float], lengths: Values, colour: str
) -> None:
    top, height = place
    room = WIDTH - 2 * MARGIN
    words = writable(series.value)
    name = writable(series.name, f"choice {series.number}")
    baseline = top + 18
    canvas.text((WIDTH - MARGIN, baseline), words, _VALUE, INK, "rs")
    space = room - width(words, _VALUE) - 24
    canvas.text((MARGIN, baseline), fitted(name, _NAME, space), _NAME, INK)
    upper, lower = top + 27, top + max(height - 14, 38)
    canvas.box((MARGIN, upper), (WIDTH - MARGIN, lower), GRID, _RADIUS)
    length = room * lengths.fraction(series.last)
    if length > 0:
        end = (MARGIN + max(length, _RADIUS), lower)
        canvas.box((MARGIN, upper), end, colour, min(_RADIUS, length / 2))


def _quorum(canvas: Canvas, chart: Chart, place: tuple[float, float], lengths: Values) -> None:
    """Draw how much the quorum asks for across the bar of all votes, and say so below."""
    if chart.quorum is None:
        return
    top, height = place
    lower = top + max(height - 14, 38)
    x = MARGIN + (WIDTH - 2 * MARGIN) * lengths.fraction(chart.quorum.value)
    canvas.path([(x, top + 23), (x, lower + 4)], _QUORUM, 3)
    words = fitted(writable(chart.quorum.label), _MARK, WIDTH / 2)
    anchor = "rs" if x > WIDTH / 2 else "ls"
    canvas.text((x, lower + 19), words, _MARK, INK, anchor)
