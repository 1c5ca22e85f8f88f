"""The only reader of the clock."""

import time
from collections.abc import Callable

from bot.domain.types import UnixSeconds

Clock = Callable[[], UnixSeconds]


def system_clock() -> UnixSeconds:
    """Give the time of this machine."""
    return UnixSeconds(int(time.time()))  # noqa: TID251 - this is the one place
