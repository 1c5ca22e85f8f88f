"""Misbehaviour on demand: each fault is armed, strikes the next matching request, and is spent."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from sandbox.snapshot.exchange import RefusedError, Reply, Service, html_reply, json_reply


@dataclass(slots=True, kw_only=True)
class Faults:
    """What will go wrong, in the order in which it was armed. Each service has its own queue."""

    _replies: dict[Service, deque[Reply]] = field(
        default_factory=lambda: {"hub": deque(), "sequencer": deque()}
    )
    _delays: dict[Service, deque[float]] = field(
        default_factory=lambda: {"hub": deque(), "sequencer": deque()}
    )
    _lost: dict[Service, int] = field(default_factory=lambda: {"hub": 0, "sequencer": 0})
    _refusals: deque[str] = field(default_factory=deque)

    def lose_answer(self, on: Service = "sequencer", times: int = 1) -> None:
        """Let the effect happen and the connection break before the answer."""
        self._lost[on] += times

    def server_error(self, on: Service = "sequencer", status: int = 500, times: int = 1) -> None:
        """Answer with a server's error, with no effect."""
        error = {"error": "server_error", "error_description": {}}
        self._arm(on, json_reply(error, status), times)

    def too_many(self, on: Service = "sequencer", retry_after: int = 30, times: int = 1) -> None:
        """Answer that there were too many requests, with no effect."""
        self._arm(on, too_many_reply(on, retry_after), times)

    def html(self, on: Service = "sequencer", status: int = 502, times: int = 1) -> None:
        """Answer with a page for people, with no effect."""
        self._arm(on, html_reply(status), times)

    def graphql_error(self, message: str = "PROCESSING", times: int = 1) -> None:
        """Let the hub answer 200 with an error and no data."""
        self._arm("hub", json_reply({"errors": [{"message": message}], "data": None}), times)

    def answer(self, on: Service, reply: Reply, times: int = 1) -> None:
        """Answer with anything at all, with no effect."""
        self._arm(on, reply, times)

    def pinning_failed(self, times: int = 1) -> None:
        """Let the pin service fail: nothing is stored."""
        self._refusals.extend(["pinning failed"] * times)

    def chain_unreachable(self, times: int = 1) -> None:
        """Let the sequencer fail to look up the snapshot block: nothing is stored."""
        self._refusals.extend(["unable to fetch block"] * times)

    def delay(self, seconds: float, on: Service = "sequencer", times: int = 1) -> None:
        """Let a request take its time before its effect; posts are in flight meanwhile."""
        self._delays[on].extend([seconds] * times)

    def early_reply(self, service: Service) -> Reply | None:
        """Take the reply that stands in for the service's own, if one is armed."""
        queue = self._replies[service]
        return queue.popleft() if queue else None

    def loses_answer(self, service: Service) -> bool:
        """Take one loss, if one is armed."""
        if not self._lost[service]:
            return False
        self._lost[service] -= 1
        return True

    def trip(self, text: str) -> None:
        """Refuse at this very step, if that was armed.

        Raises:
            RefusedError: It was.
        """
        if self._refusals and self._refusals[0] == text:
            self._refusals.popleft()
            raise RefusedError(text)

    async def linger(self, service: Service) -> None:
        """Wait as long as was armed."""
        queue = self._delays[service]
        await asyncio.sleep(queue.popleft() if queue else 0)

    def _arm(self, on: Service, reply: Reply, times: int) -> None:
        self._replies[on].extend([reply] * times)


def too_many_reply(service: Service, retry_after: int) -> Reply:
    """Say that a client asked too often, with the headers that tell it when to come back."""
    error, host = (
        ("unauthorized", "docs.snapshot.box")
        if service == "hub"
        else ("client_error", "docs.snapshot.org")
    )
    described = f"too many requests, refer to https://{host}/tools/api/api-keys#limits"
    return json_reply(
        {"error": error, "error_description": described},
        429,
        {
            "RateLimit-Limit": "100",
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(retry_after),
            "Retry-After": str(retry_after),
        },
    )
