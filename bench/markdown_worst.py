"""How long a stranger's worst 100,000 characters of Markdown take to be made into safe pages."""

import time
from collections.abc import Callable

from bench.figure import Figure
from cogs.cards.markdown import MOST_CHARACTERS, markdown_pages

PAGE = 3_800  # UTF-16 units, as a draft is shown
ROUNDS = 3
# What nests, what stays open, and what makes many small tokens.
UNITS = (
    "[",
    "![",
    "[a](",
    "*a _b ",
    "` ``",
    "~~a",
    "<a ",
    "&amp;",
    "> ",
    "- a\n",
    "|a|b\n",
    "[a]: b\n",
    "***a** ",
    "|a|b|\n|-|-|\n|x|\n",
)
_PLAIN = "a sentence as long as a usual one, and a row.\n"


async def measure() -> list[Figure]:
    """Render each unit as often as fits, and take the slowest; then plain text of the same size."""
    return [
        Figure(
            name="markdown_worst_ms",
            value=round(max(_milliseconds(unit) for unit in UNITS), 1),
            unit="ms",
            aim="≤ 2000",
            baseline=round(_milliseconds(_PLAIN), 1),
            compared_with="plain sentences of the same size",
        )
    ]


def _milliseconds(unit: str) -> float:
    text = (unit * (MOST_CHARACTERS // len(unit) + 1))[:MOST_CHARACTERS]
    return least(lambda: markdown_pages(text, PAGE))


def least(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Measure the processor's time in milliseconds, which others do not lengthen."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        spent.append(time.process_time() - began)
    return min(spent) * 1_000
