"""`make bench`: every figure beside its baseline, printed, and kept in bench/results.json."""

import asyncio
from pathlib import Path

from bench import (
    calldata_worst,
    chart,
    cold_start,
    hub_requests,
    idle_memory,
    likeness,
    many_states,
    markdown_worst,
    reaction_storm,
    reactions,
    reading_votes,
    requests_per_tick,
)
from bench.figure import Figure, table, write
from bench.town import open_town

RESULTS = Path(__file__).with_name("results.json")


async def measure() -> list[Figure]:
    """Measure everything, one after the other: this machine may have two cores."""
    figures: list[Figure] = []
    async with open_town() as town:
        for script in (cold_start, idle_memory, reaction_storm, reactions):
            figures += await script.measure(town)
    chains = (requests_per_tick, many_states, reading_votes)
    for alone in (*chains, hub_requests, chart, markdown_worst, calldata_worst, likeness):
        figures += await alone.measure()
    return figures


if __name__ == "__main__":
    print("Measuring, for about two minutes; whatever else runs here makes the figures worse ...")
    results = asyncio.run(measure())
    write(results, RESULTS)
    print(f"\n{table(results)}\n\nKept in {RESULTS}.")
