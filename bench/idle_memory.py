"""What a bot that is set up and has nothing to do keeps in memory."""

import asyncio
import re
from pathlib import Path

from bench.figure import Figure
from bench.town import Running, Town

SETTLING_SECONDS = 5  # every job has run at least once


async def measure(town: Town) -> list[Figure]:
    """Compare the resident memory of Assent and of the bare bot."""
    async with town.assent() as assent:
        ours = await _resident_mib(assent)
    async with town.bare_bot() as bot:
        bare = await _resident_mib(bot)
    return [
        Figure(
            name="idle_rss_mib",
            value=round(ours, 1),
            unit="MiB",
            aim="≤ 110",
            baseline=round(bare, 1),
            compared_with="discord.py alone, in the same world",
        )
    ]


async def _resident_mib(running: Running) -> float:
    await asyncio.sleep(SETTLING_SECONDS)
    return resident_mib(running.process.pid)


def resident_mib(process_id: int) -> float:
    """Read what a process keeps in memory; only Linux tells it without a package more."""
    status = Path(f"/proc/{process_id}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None, "a running process has resident memory"
    return int(found.group(1)) / 1024
