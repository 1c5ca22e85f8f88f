"""How often Snapshot may be asked: one budget for everybody who asks it from this process."""

from collections import deque

from bot.clock import Clock
from bot.domain.types import Seconds, UnixSeconds

REQUESTS_PER_MINUTE = 60
_WINDOW = 60  # seconds
_LONGEST_REST = 3_600  # seconds; a longer one is a mistake of whoever demands it


class RequestBudget:
    """At most so many requests in any minute, and none while Snapshot wants to be left alone.

    A part of each minute's requests is kept for people who wait for an answer: what follows votes
    in the background comes again by itself.
    """

    def __init__(self, now: Clock, per_minute: int = REQUESTS_PER_MINUTE) -> None:
        self._now = now
        self._per_minute = per_minute
        self._kept_for_people = per_minute // 6
        self._taken: deque[UnixSeconds] = deque()
        self._rests = (UnixSeconds(0), UnixSeconds(0))  # since when, and until when

    def wait(self, *, is_urgent: bool = False) -> Seconds:
        """Say in how many seconds the next request may be made; 0 is now."""
        now = self._now()
        # The clock tells whole seconds, so a minute is over when it shows one more than sixty. A
        # moment in the future was noted before the clock was put back.
        while self._taken and not now - _WINDOW <= self._taken[0] <= now:
            self._taken.popleft()
        since, until = self._rests
        rest = until - now if since <= now else 0
        most = self._per_minute - (0 if is_urgent else self._kept_for_people)
        excess = len(self._taken) - most
        full = self._taken[excess] + _WINDOW + 1 - now if excess >= 0 else 0
        return Seconds(max(rest, full, 0))

    def take(self) -> None:
        """Note a request that is made now."""
        self._taken.append(self._now())

    def rest(self, seconds: Seconds) -> None:
        """Make no request for so long: Snapshot has asked for it."""
        now = self._now()
        until = UnixSeconds(now + min(seconds, _LONGEST_REST))
        self._rests = (now, max(until, self._rests[1]) if self._rests[0] <= now else until)
