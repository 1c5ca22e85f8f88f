"""The rate limit of both services: a hundred requests a minute from one address."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.snapshot.exchange import Reply, Request
from sandbox.snapshot.faults import too_many_reply

LIMIT = 100
WINDOW_SECONDS = 60


@dataclass(slots=True, kw_only=True)
class Limiter:
    """Counts requests by service and by the address that a proxy in front would tell."""

    is_on: bool
    _seen: dict[tuple[str, str], deque[int]] = field(default_factory=lambda: defaultdict(deque))

    def reply(self, request: Request, now: int) -> Reply | None:
        """Count a request; give the refusal when it was one too many."""
        if not self.is_on:
            return None
        seen = self._seen[request.service, request.headers.get("x-forwarded-for", "127.0.0.1")]
        while seen and seen[0] <= now - WINDOW_SECONDS:
            seen.popleft()
        if len(seen) < LIMIT:
            seen.append(now)
            return None
        return too_many_reply(request.service, seen[0] + WINDOW_SECONDS - now)
