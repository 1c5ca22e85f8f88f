"""Runs a bot, and notes how late its event loop is: `python -m bench.loop_lag FILE MODULE ...`.

Every few milliseconds it writes the moment and the lateness, in seconds, as two doubles.
"""

import asyncio
import importlib
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path

SAMPLE = struct.Struct("dd")
EVERY_SECONDS = 0.005


def lags(file: Path, since: float, until: float) -> list[float]:
    """Read the lateness within a time, by the clock `time.perf_counter`, which is one for all."""
    return [lag for moment, lag in SAMPLE.iter_unpack(file.read_bytes()) if since < moment < until]


async def main(file: Path, module: str, arguments: Sequence[str]) -> None:
    run = importlib.import_module(module).main
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_watch(file))
        await run(*map(int, arguments))
        watching.cancel()


async def _watch(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            wanted = time.perf_counter() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            now = time.perf_counter()
            file.write(SAMPLE.pack(now, now - wanted))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
