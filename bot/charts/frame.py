"""What stands around every picture: the title, what it is about, what is left out."""

from bot.charts import HEIGHT, WIDTH, Chart
from bot.charts.canvas import FAINT, INK, SOFT, Canvas, fitted, writable

MARGIN = 28
TOP = 112  # where the picture itself begins
BOTTOM = HEIGHT - 72
_TITLE, _SUBTITLE, _NOTE = 28, 19, 17


def frame(canvas: Canvas, chart: Chart, below: str) -> None:
    """Write the title, the subtitle and the last row."""
    room = WIDTH - 2 * MARGIN
    title = fitted(writable(chart.title, "How the vote stands"), _TITLE, room)
    canvas.text((MARGIN, 50), title, _TITLE, INK)
    canvas.text((MARGIN, 82), fitted(writable(chart.subtitle), _SUBTITLE, room), _SUBTITLE, SOFT)
    words = " · ".join(part for part in (writable(chart.note), below) if part)
    canvas.text((MARGIN, HEIGHT - 18), fitted(words, _NOTE, room), _NOTE, FAINT)
