"""The socket and its stand-in: both hand plain requests to one handler."""

from collections.abc import Awaitable, Callable, Mapping

import httpx
from aiohttp import web

from sandbox.snapshot.exchange import LostAnswerError, Reply, Request, Service

Handler = Callable[[Request], Awaitable[Reply]]

_NOT_SERVED = "http://snapshot.invalid"


class Server:
    """Serves a handler on 127.0.0.1, at a port the system picks."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._runner: web.AppRunner | None = None
        self.url = _NOT_SERVED

    async def start(self) -> None:
        """Begin to serve."""
        application = web.Application(client_max_size=2**21)
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None
        self.url = _NOT_SERVED

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        plain = _request(
            request.method, request.path, request.query, request.headers, await request.read()
        )
        try:
            reply = await self._handler(plain)
        except LostAnswerError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()  # has nowhere to go
        headers = {**reply.headers, "content-type": reply.content_type}
        return web.Response(status=reply.status, body=reply.body, headers=headers)


def mock_transport(handler: Handler) -> httpx.MockTransport:
    """Make an httpx transport that hands requests to the handler without any socket."""

    async def handle(request: httpx.Request) -> httpx.Response:
        plain = _request(
            request.method,
            request.url.path,
            request.url.params,
            request.headers,
            request.content,
        )
        try:
            reply = await handler(plain)
        except LostAnswerError as error:
            if not error.in_time:
                raise httpx.ReadTimeout("", request=request) from error
            text = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(text, request=request) from error
        headers = {**reply.headers, "content-type": reply.content_type}
        return httpx.Response(reply.status, content=reply.body, headers=headers)

    return httpx.MockTransport(handle)


def _request(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> Request:
    service: Service = "hub" if path.startswith(("/graphql", "/api/")) else "sequencer"
    return Request(
        service=service,
        method=method,
        path=path or "/",
        query=dict(query),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )
