"""The web server: the page with its three files and questions, and the calendars of servers."""

import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.clock import Clock
from bot.domain.errand import DeadLinkError, LinkProblem
from bot.domain.errors import Refusal
from bot.pages.errands import Errands
from bot.pages.feed import Feed
from bot.pages.guard import BODY_LIMIT, HEADERS, BadRequestError, Guard
from bot.services.deadlines import Deadlines

log = structlog.get_logger()

_SITE = Path(__file__).parent / "site"
_FILES = {"s": "index.html", "page.css": "page.css", "page.js": "page.js"}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_KEPT_ALIVE_SECONDS = 15.0
_FINISHING_SECONDS = 3.0
_PATIENCE_SECONDS = 10.0  # for the body of a request; its head has as long as a connection rests
_DEAD = {
    LinkProblem.UNKNOWN: "This link is not known",
    LinkProblem.USED: "This link was used already",
    LinkProblem.EXPIRED: "This link has expired",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageError(Exception):
    """The page cannot be served; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlace:
    """Where members reach the page, and where it listens."""

    url: str  # its origin as a browser writes it, and no slash at its end
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser writes them in `Origin`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Before every path: that of the address, and none for a proxy that takes it off."""
        return tuple(dict.fromkeys((urlsplit(self.url).path, "")))


class Page:
    """Answers the browser; every answer but a file is JSON with a text fit to be shown."""

    def __init__(
        self, errands: Errands, guard: Guard, world_failures: tuple[type[Exception], ...]
    ) -> None:
        """Say which errors mean that the world failed, and not we."""
        self._errands = errands
        self._guard = guard
        self._world_failures = world_failures

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Give the paths under a prefix."""
        files = [web.get(f"{prefix}/{path}", _file(name)) for path, name in _FILES.items()]
        asked = {"errand": self._open, "prepare": self._prepare, "finish": self._finish}
        return files + [
            web.post(f"{prefix}/api/{name}", self._answering(handler))
            for name, handler in asked.items()
        ]

    async def _open(self, request: web.Request) -> dict[str, Any]:
        (secret,) = await self._guard.fields(request, "secret")
        return await self._errands.open(secret)

    async def _prepare(self, request: web.Request) -> dict[str, Any]:
        secret, address = await self._guard.fields(request, "secret", "address")
        return await self._errands.prepare(secret, address)

    async def _finish(self, request: web.Request) -> dict[str, Any]:
        given = await self._guard.fields(request, "secret", "address", "signature")
        return await self._errands.finish(*given)

    def _answering(self, handler: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> Handler:
        """Answer in the one way whatever goes wrong inside."""

        async def answer(request: web.Request) -> web.Response:
            try:
                return web.json_response(await handler(request))
            except BadRequestError as error:
                return _problem(error.status, "bad request", "That did not work", str(error))
            except DeadLinkError as error:
                return _problem(
                    HTTPStatus.GONE, error.problem.value, _DEAD[error.problem], str(error)
                )
            except Refusal as error:
                return _problem(
                    HTTPStatus.UNPROCESSABLE_ENTITY, "refused", "That cannot be", str(error)
                )
            except self._world_failures as error:
                log.warning("the world failed the page", error=repr(error))
                return _problem(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "unavailable",
                    "Something does not answer",
                    "Snapshot, the chain's node or Discord does not answer right now. Your link "
                    "stays good: please try again in a minute.",
                )

        return answer


def _problem(status: HTTPStatus, problem: str, title: str, text: str) -> web.Response:
    return web.json_response(
        {"problem": problem, "title": title, "text": text}, status=status.value
    )


def _file(name: str) -> Handler:
    path = _SITE / name
    body = path.read_bytes()

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8")

    return answer


async def _with_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)


@asynccontextmanager
async def open_page(
    place: PagePlace,
    errands: Errands,
    now: Clock,
    world_failures: tuple[type[Exception], ...] = (),
    patience_seconds: float = _PATIENCE_SECONDS,
    deadlines: Deadlines | None = None,
) -> AsyncIterator[None]:
    """Serve the page, and the calendars where there are `deadlines`, until the end of the block.

    Raises:
        PageError: It cannot listen there.
    """
    guard = Guard(place.origin, now, patience_seconds)
    page = Page(errands, guard, world_failures)
    application = web.Application(client_max_size=BODY_LIMIT)
    for prefix in place.prefixes:
        application.add_routes(page.routes(prefix))
        if deadlines is not None:
            application.add_routes(Feed(deadlines, guard).routes(prefix))
    application.on_response_prepare.append(_with_headers)
    # Without an access log: whoever opens the page is nobody's business.
    runner = web.AppRunner(
        application,
        access_log=None,
        keepalive_timeout=_KEPT_ALIVE_SECONDS,
        shutdown_timeout=_FINISHING_SECONDS,
    )
    await runner.setup()
    try:
        await _listen(runner, place)
        log.info("page open", url=place.url)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, place: PagePlace) -> None:
    try:
        await web.TCPSite(runner, place.host, place.port).start()
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "")
        taken = "something else listens there already" if why == "EADDRINUSE" else error.strerror
        raise PageError(
            f"the page cannot listen on PAGE_HOST {place.host}, PAGE_PORT {place.port}: {taken}."
        ) from error
