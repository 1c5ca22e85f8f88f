"""A sign of life for whoever supervises the process: a file that is touched while all is well."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.domain.types import UnixSeconds
from bot.settings import Settings

HEARTBEAT_EVERY_SECONDS = 10
_DEAD_AFTER_SECONDS = 60


def heartbeat_path(settings: Settings) -> Path:
    """Give the file, beside the database."""
    return settings.database_path.with_suffix(".heartbeat")


async def beat(path: Path, is_well: Callable[[], bool]) -> None:
    """Touch the file if the bot is well."""
    if is_well():
        await asyncio.to_thread(path.touch)


def is_beating(path: Path, now: UnixSeconds) -> bool:
    """Say whether the file was touched within the last minute of this machine's time."""
    return path.exists() and now - path.stat().st_mtime < _DEAD_AFTER_SECONDS
