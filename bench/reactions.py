"""Reactions per second, from the gateway's socket to the database file."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from bench.figure import Figure
from bench.town import BURST, Town
from sandbox.discord import Message, Person

ROUNDS = 3
LOOK_EVERY_SECONDS = 0.01
TIMEOUT_SECONDS = 60


async def measure(town: Town) -> list[Figure]:
    """Let crowds react at once to the idea's card; take the best crowd of each bot."""
    crowd = town.guild.crowd(ROUNDS * BURST)
    groups = [crowd[start : start + BURST] for start in range(0, len(crowd), BURST)]
    async with town.assent():
        with closing(sqlite3.connect(town.database_file)) as file:
            ours = [await _stored(town, group, file) for group in groups]
    # It hears of another message, so that the same crowd can react once more.
    message = await town.guild.owner.say(town.card.channel, "Who is here?")
    async with town.bare_bot():
        bare = [await _heard(town, message, group) for group in groups]
    return [
        Figure(
            name="reactions_durable_per_s",
            value=round(BURST / min(ours)),
            unit="/s",
            aim="≥ 10,000",
            baseline=round(BURST / min(bare)),
            compared_with="discord.py with an empty listener: nothing is stored",
        )
    ]


async def _stored(town: Town, group: Sequence[Person], file: sqlite3.Connection) -> float:
    def count() -> int:
        return int(file.execute("SELECT count(*) FROM reactions").fetchone()[0])

    wanted = count() + len(group)
    return await _seconds(town, town.card, group, lambda: count() >= wanted)


async def _heard(town: Town, message: Message, group: Sequence[Person]) -> float:
    wanted = town.card_requests + 1
    return await _seconds(town, message, group, lambda: town.card_requests >= wanted)


async def _seconds(
    town: Town, message: Message, group: Sequence[Person], is_done: Callable[[], bool]
) -> float:
    await town.worlds.discord.burst_reactions(message, "👍", group)
    # The events are written by now, and none is sent: the next turn of the loop sends the first.
    began = time.perf_counter()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not is_done():  # noqa: ASYNC110 - the file tells nobody that it has changed
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    return time.perf_counter() - began
