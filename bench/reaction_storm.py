"""A thousand reactions in ten seconds to one idea: how late the event loop is, and what is edited.

The idea becomes ready in the middle of it, so that it is counted at Discord while more come.
"""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise

from bench.figure import Figure
from bench.loop_lag import lags
from bench.town import Town
from sandbox.discord import Message, Person

STORM = 1_000
SECONDS = 10.0
GUSTS = 200
THRESHOLD = 500
SETTLED_SECONDS = 40  # two edits of a card are up to thirty seconds apart


async def measure(town: Town) -> list[Figure]:
    """Let the same crowd react to the card, and then to a message that only bare bots follow."""
    crowd = town.guild.crowd(STORM)
    gather_again(town)
    file = town.worlds.folder / "lags"
    async with town.assent(file):
        edits = town.edits
        storm = await _storm(town, town.card, crowd)
        wanted = f"{town.card.count('👍') - 1:,} of {THRESHOLD}"  # Assent's own does not count
        await town.worlds.discord.until(
            lambda: wanted in town.card.text, timeout_seconds=SETTLED_SECONDS
        )
        ours = _p99(lags(file, *storm))
        our_edits = town.edits - edits
    bare, _ = await _followed_by_a_bare_bot(town, crowd, is_eager=False)
    _, eager_edits = await _followed_by_a_bare_bot(town, crowd, is_eager=True)
    return [
        Figure(
            name="reaction_storm_lag_p99_ms",
            value=round(ours, 2),
            unit="ms",
            aim="≤ 50",
            baseline=round(bare, 2),
            compared_with="discord.py with an empty listener: nothing is stored or said",
        ),
        Figure(
            name="reaction_storm_edits",
            value=our_edits,
            unit="edits",
            aim="≤ 10",
            baseline=eager_edits,
            compared_with="discord.py, with a listener that edits a message at every reaction",
        ),
    ]


def gather_again(town: Town) -> None:
    """Let the idea, which is ready, gather support again, and need more."""
    with closing(sqlite3.connect(town.database_file)) as file, file:
        path = "$.policy.support_threshold"
        file.execute("UPDATE communities SET body = json_set(body, ?, ?)", (path, THRESHOLD))
        file.execute("UPDATE proposals SET phase = 'idea'")


async def _followed_by_a_bare_bot(
    town: Town, crowd: Sequence[Person], *, is_eager: bool
) -> tuple[float, int]:
    message = await town.guild.owner.say(town.card.channel, "Who is here?")
    file = town.worlds.folder / "lags"
    async with town.bare_bot(STORM, is_eager=is_eager, lags=file):
        edits, heard = town.edits, town.card_requests + 1
        storm = await _storm(town, message, crowd)
        await town.worlds.discord.until(
            lambda: town.card_requests >= heard, timeout_seconds=SETTLED_SECONDS
        )
        return _p99(lags(file, *storm)), town.edits - edits


async def _storm(town: Town, message: Message, crowd: Sequence[Person]) -> tuple[float, float]:
    """Let the crowd react, in gusts; give when it began and when it was over."""
    began = time.perf_counter()
    bounds = [round(gust * len(crowd) / GUSTS) for gust in range(GUSTS + 1)]
    for gust, (first, last) in enumerate(pairwise(bounds)):
        await asyncio.sleep(began + gust * SECONDS / GUSTS - time.perf_counter())
        await town.worlds.discord.burst_reactions(message, "👍", crowd[first:last])
    return began, time.perf_counter()


def _p99(seconds: Sequence[float]) -> float:
    """Give the 99th percentile, in milliseconds."""
    return 1_000 * sorted(seconds)[len(seconds) * 99 // 100]
