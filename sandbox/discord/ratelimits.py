"""How often the bot may ask: buckets, the global limit, edits of old messages."""

import hashlib
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import RateLimitedError

if TYPE_CHECKING:
    from sandbox.discord.state import Rules

GLOBAL_PER_SECOND: Final = 50
OLD_EDITS: Final = (3, 6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many requests in so many seconds of real time, per channel, server or webhook."""

    requests: int
    seconds: float


GENEROUS: Final = Limit(requests=50, seconds=1.0)
MESSAGES: Final = Limit(requests=5, seconds=5.0)


@dataclass(slots=True, kw_only=True)
class _Bucket:
    remaining: int
    resets_at: float


class RateLimits:
    """The limits of one bot, measured on the real clock."""

    def __init__(self, rules: "Rules") -> None:
        self._is_on = rules.rate_limits
        self._speed = rules.rate_speed
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._recent: deque[float] = deque()
        self._old_edits: dict[int, deque[float]] = {}

    def take(self, key: tuple[str, str], limit: Limit) -> dict[str, str]:
        """Count one request; give the headers that say what is left.

        `key` is the route and the channel, server or webhook it is counted for.

        Raises:
            RateLimitedError: if nothing is left.
        """
        if not self._is_on:
            return {}
        now = time.monotonic()
        bucket = self._buckets.get(key)
        if bucket is None or bucket.resets_at <= now:
            window = limit.seconds / self._speed
            bucket = _Bucket(remaining=limit.requests, resets_at=now + window)
            self._buckets[key] = bucket
        if bucket.remaining == 0:
            raise RateLimitedError(bucket.resets_at - now, scope="user")
        bucket.remaining -= 1
        return self._headers(key[0], bucket, limit)

    def headers(self, key: tuple[str, str], limit: Limit) -> dict[str, str]:
        """Give the headers of a bucket without counting."""
        bucket = self._buckets.get(key)
        return {} if bucket is None else self._headers(key[0], bucket, limit)

    def take_global(self) -> None:
        """Count one request against the fifty a second of the whole bot.

        Raises:
            RateLimitedError: if they are used up.
        """
        if self._is_on:
            self._slide(self._recent, Limit(requests=GLOBAL_PER_SECOND, seconds=1.0), "global", 0)

    def take_old_edit(self, place_id: int) -> None:
        """Count one edit of a message older than an hour: three in six seconds per channel.

        Raises:
            RateLimitedError: with code 30046.
        """
        if self._is_on:
            recent = self._old_edits.setdefault(place_id, deque())
            limit = Limit(requests=OLD_EDITS[0], seconds=OLD_EDITS[1])
            self._slide(recent, limit, "user", 30046)

    def _slide(self, recent: deque[float], limit: Limit, scope: str, code: int) -> None:
        now, window = time.monotonic(), limit.seconds / self._speed
        while recent and recent[0] <= now - window:
            recent.popleft()
        if len(recent) >= limit.requests:
            raise RateLimitedError(recent[0] + window - now, scope=scope, code=code)
        recent.append(now)

    def _headers(self, route: str, bucket: _Bucket, limit: Limit) -> dict[str, str]:
        left = max(0.001, bucket.resets_at - time.monotonic())
        return {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(bucket.remaining),
            "X-RateLimit-Reset": f"{time.time_ns() / 1e9 + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
