"""Misbehaviour on demand: each fault is armed, strikes the next matching request, and is spent.

A fault is of one service and, with `only`, of one kind of request: a root field of the hub's
(`proposal`, `votes`, ...), a kind of message or a page of the sequencer's (`update-proposal`,
`scores`, ...); `sandbox.snapshot.kinds` lists them. It strikes `times` times, or always until
`clear` if that is `None`. With `late` its answer comes in place of the true one, after the effect.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, NoReturn, TypeVar

from sandbox.snapshot.exchange import (
    LostAnswerError,
    RefusedError,
    Reply,
    Request,
    Service,
    html_reply,
    json_reply,
)
from sandbox.snapshot.kinds import KINDS, kinds_of
from sandbox.snapshot.refusals import comes_before, refusal_of

T = TypeVar("T")

# What services and what stands before them may answer with, besides 200.
STATUSES = (400, 401, 403, 404, 408, 413, 425, 429, 500, 502, 503, 504, 522, 524)


@dataclass(slots=True, kw_only=True)
class _Armed(Generic[T]):
    what: T
    on: Service
    only: str | None
    times: int | None

    def hits(self, request: Request) -> bool:
        return self.on == request.service and (self.only is None or self.only in kinds_of(request))


@dataclass(slots=True)
class _Queue(Generic[T]):
    """Faults of one sort, in the order in which they were armed."""

    armed: list[_Armed[T]] = field(default_factory=list)

    def arm(self, what: T, on: Service, only: str | None, times: int | None) -> None:
        assert only is None or only in KINDS[on], f"The {on} takes no request of kind {only}."
        if times != 0:
            self.armed.append(_Armed(what=what, on=on, only=only, times=times))

    def next(self, request: Request) -> T | None:
        """Look at what strikes next."""
        found = next((each for each in self.armed if each.hits(request)), None)
        return found.what if found else None

    def take(self, request: Request) -> T | None:
        """Take what strikes now."""
        found = next((each for each in self.armed if each.hits(request)), None)
        if found is None:
            return None
        if found.times is not None:
            found.times -= 1
            if not found.times:
                self.armed.remove(found)
        return found.what


Stand = Callable[[], Reply]  # an answer in place of the service's own
Spoil = Callable[[Reply], Reply]  # what becomes of the service's own answer


@dataclass(slots=True)
class Faults:
    """What will go wrong."""

    _early: _Queue[Stand] = field(default_factory=_Queue)
    _delays: _Queue[float] = field(default_factory=_Queue)
    _refusals: _Queue[RefusedError] = field(default_factory=_Queue)
    _late: _Queue[Spoil] = field(default_factory=_Queue)
    _skews: dict[Service, int] = field(default_factory=dict)

    # Nothing arrives

    def lose_answer(
        self, on: Service = "sequencer", times: int | None = 1, only: str | None = None
    ) -> None:
        """Let the effect happen and the connection break before the answer."""
        self._late.arm(lambda _reply: _lose(), on, only, times)

    def lose_request(
        self, on: Service = "sequencer", times: int | None = 1, only: str | None = None
    ) -> None:
        """Let the connection break before the request has any effect."""
        self._early.arm(_lose, on, only, times)

    def time_out(
        self,
        on: Service = "sequencer",
        times: int | None = 1,
        only: str | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Let no answer come, before the effect or after it.

        Through the transport a client sees a time-out at once; over a socket the connection
        breaks instead, so that nobody has to wait.
        """
        if late:
            self._late.arm(lambda _reply: _lose(in_time=False), on, only, times)
        else:
            self._early.arm(lambda: _lose(in_time=False), on, only, times)

    def delay(
        self,
        seconds: float,
        on: Service = "sequencer",
        times: int | None = 1,
        only: str | None = None,
    ) -> None:
        """Let a request take its time before its effect; posts are in flight meanwhile."""
        self._delays.arm(seconds, on, only, times)

    # Something else arrives

    def answer(
        self,
        on: Service,
        reply: Reply,
        times: int | None = 1,
        only: str | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Answer with anything at all."""
        if late:
            self._late.arm(lambda _reply: reply, on, only, times)
        else:
            self._early.arm(lambda: reply, on, only, times)

    def server_error(
        self,
        on: Service = "sequencer",
        status: int = 500,
        times: int | None = 1,
        only: str | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Answer with a server's error."""
        error = {"error": "server_error", "error_description": {}}
        self.answer(on, json_reply(error, status), times, only, late=late)

    def too_many(
        self,
        on: Service = "sequencer",
        retry_after: int = 30,
        times: int | None = 1,
        only: str | None = None,
    ) -> None:
        """Answer that there were too many requests."""
        self.answer(on, too_many_reply(on, retry_after), times, only)

    def html(
        self,
        on: Service = "sequencer",
        status: int = 502,
        times: int | None = 1,
        only: str | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Answer with a page for people, as a proxy does; a status of 200 is possible as well."""
        self.answer(on, html_reply(status), times, only, late=late)

    def truncate(self, on: Service = "hub", times: int | None = 1, only: str | None = None) -> None:
        """Cut the true answer in the middle, after the effect."""
        self._late.arm(
            lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]), on, only, times
        )

    # The hub

    def graphql_error(
        self, message: str = "PROCESSING", times: int | None = 1, only: str | None = None
    ) -> None:
        """Let the hub answer 200 with an error and no data."""
        self.answer(
            "hub", json_reply({"errors": [{"message": message}], "data": None}), times, only
        )

    def partial_data(
        self, message: str = "request failed", times: int | None = 1, only: str | None = None
    ) -> None:
        """Let the hub answer 200 with an error, and with nothing for the first field asked for."""
        self._late.arm(lambda reply: _without_first(reply, message), "hub", only, times)

    # The sequencer's checks

    def refuse(
        self,
        text: str,
        times: int | None = 1,
        only: str | None = None,
        status: int | None = None,
    ) -> None:
        """Let the check that says `text` fail, with nothing stored.

        A message that fails an earlier check is refused for that, and the fault stays armed. Words
        that the sequencer does not use come after all checks.
        """
        known = refusal_of(text)
        code = status or (known.status if known else 400)
        self._refusals.arm(RefusedError(text, code), "sequencer", only, times)

    def pinning_failed(self, times: int | None = 1, only: str | None = None) -> None:
        """Let the pin service fail: nothing is stored."""
        self.refuse("pinning failed", times, only)

    def chain_unreachable(self, times: int | None = 1) -> None:
        """Let the sequencer fail to look up the snapshot block: nothing is stored."""
        self.refuse("unable to fetch block", times, only="proposal")

    # Lasting

    def skew_clock(self, seconds: int, on: Service | None = None) -> None:
        """Let the `Date` that a service, or both, answer with be off; nought sets it right."""
        services: tuple[Service, ...] = ("hub", "sequencer") if on is None else (on,)
        self._skews.update(dict.fromkeys(services, seconds))

    def clear(self) -> None:
        """Forget all faults."""
        for queue in (self._early, self._delays, self._refusals, self._late):
            queue.armed.clear()
        self._skews.clear()

    @property
    def is_armed(self) -> bool:
        """Whether a fault has yet to strike."""
        return any(queue.armed for queue in (self._early, self._delays, self._refusals, self._late))

    # The services ask

    def early_reply(self, request: Request) -> Reply | None:
        """Take the reply that stands in for the service's own, if one is armed.

        Raises:
            LostAnswerError: No reply is to arrive.
        """
        stand = self._early.take(request)
        return stand() if stand else None

    def spoilt(self, request: Request, reply: Reply) -> Reply:
        """Give the reply as it is to arrive.

        Raises:
            LostAnswerError: It is not to arrive.
        """
        spoil = self._late.take(request)
        return spoil(reply) if spoil else reply

    def trip(self, request: Request, refused: RefusedError | None = None) -> None:
        """Let an armed check fail, unless the message was refused by an earlier one.

        Raises:
            RefusedError: It fails.
        """
        armed = self._refusals.next(request)
        if armed and (refused is None or comes_before(armed.text, refused.text)):
            self._refusals.take(request)
            raise armed

    async def linger(self, request: Request) -> None:
        """Wait as long as was armed."""
        await asyncio.sleep(self._delays.take(request) or 0)

    def skew(self, service: Service) -> int:
        """Tell by how many seconds the service's clock is off."""
        return self._skews.get(service, 0)


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


def _lose(*, in_time: bool = True) -> NoReturn:
    raise LostAnswerError(in_time=in_time)


def _without_first(reply: Reply, message: str) -> Reply:
    data = reply.json.get("data") or {}
    first = next(iter(data), None)
    error = {"message": message, "path": [first]}
    return json_reply({"errors": [error], "data": {**data, **({first: None} if first else {})}})
