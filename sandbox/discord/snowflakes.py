"""Discord's ids: 64-bit, ordered by the time of the sandbox."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sandbox.clock import SandboxClock

DISCORD_EPOCH_MS: Final = 1_420_070_400_000


class Snowflakes:
    """Hand out ids that always grow and carry the sandbox's time."""

    def __init__(self, clock: "SandboxClock") -> None:
        self._clock = clock
        self._last = 0

    def take(self) -> int:
        """Give the next id."""
        by_time = (self._clock.now_ms() - DISCORD_EPOCH_MS) << 22
        self._last = max(by_time, self._last + 1)
        return self._last


def unix_ms(snowflake: int) -> int:
    """Read the time of an id, in unix milliseconds."""
    return (snowflake >> 22) + DISCORD_EPOCH_MS


def iso(ms: int) -> str:
    """Write a time in unix milliseconds as Discord does."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="microseconds")


def unix_ms_of(text: str) -> int:
    """Read an ISO 8601 time, with or without `Z`; unix milliseconds.

    Raises:
        ValueError: if it is not one.
    """
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
