"""REST v10: one request from the wire to its handler and back, with limits and misfortunes."""

import asyncio
import json
import re
import socket
import struct
from typing import TYPE_CHECKING, Any, Final

from aiohttp import BodyPartReader, web

from sandbox.discord import threads
from sandbox.discord.calls import Answer, Call
from sandbox.discord.errors import ApiError, Json, RateLimitedError
from sandbox.discord.record import Recorder, described
from sandbox.discord.routes import Route, find
from sandbox.discord.uploads import Upload

if TYPE_CHECKING:
    from sandbox.discord.faults import Faults, How
    from sandbox.discord.ratelimits import RateLimits
    from sandbox.discord.state import State

_PREFIX: Final = re.compile(r"^/api/v10")
_FILE: Final = re.compile(r"files\[(\d+)\]")
_BROKEN: Final = {"message": "500: Internal Server Error", "code": 0}


class Rest:
    """Everything under /api/v10."""

    def __init__(
        self, state: "State", faults: "Faults", limits: "RateLimits", recorder: Recorder
    ) -> None:
        self._state = state
        self._faults = faults
        self._limits = limits
        self._recorder = recorder

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request, or lose its answer."""
        method, path = request.method, _PREFIX.sub("", request.rel_url.raw_path)
        try:
            body, files = await _read(request)
        except json.JSONDecodeError:
            refusal = ApiError(50109)
            return _reply(Answer(status=refusal.status, body=refusal.payload()), {})
        headers: dict[str, str] = {}
        disturbed: How | None = None
        status = self._faults.failing(method, path)
        answer = Answer(status=status, body=_BROKEN) if status else None
        if answer is None:
            answer, headers = self._answer(request, path, body, files)
            disturbed = self._faults.losing(method, path)
        self._record(request, body, answer, is_fault=bool(status or disturbed))
        if disturbed == "500":
            return _reply(Answer(status=500, body=_BROKEN), {})
        if disturbed is not None:
            _cut(request, with_reset=disturbed == "reset")
        return _reply(answer, headers)

    def _answer(
        self, request: web.Request, path: str, body: Any, files: dict[int, Upload]
    ) -> tuple[Answer, dict[str, str]]:
        found = find(request.method, path)
        if found is None:
            return Answer(status=404, body={"message": "404: Not Found", "code": 0}), {}
        route, params = found
        key = (f"{route.method} {route.path}", route.major(params))
        try:
            self._admit(request, route)
            headers = self._limits.take(key, route.limit)
            call = Call(
                state=self._state,
                limits=self._limits,
                params=params,
                query=request.query,
                body=body,
                files=files,
            )
            return self._effect(route, call), headers
        except RateLimitedError as refusal:
            told = {**self._limits.headers(key, route.limit), **_limited(refusal)}
            return Answer(status=429, body=refusal.payload()), told
        except ApiError as refusal:
            told = self._limits.headers(key, route.limit)
            return Answer(status=refusal.status, body=refusal.payload()), told

    def _admit(self, request: web.Request, route: Route) -> None:
        if route.is_open:
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bot" or not self._faults.accepts(token):
            raise ApiError(0, status=401, message="401: Unauthorized")
        self._limits.take_global()

    def _effect(self, route: Route, call: Call) -> Answer:
        threads.sweep(self._state)
        result = route.handler(call)
        return result if isinstance(result, Answer) else Answer(status=route.status, body=result)

    def _record(self, request: web.Request, body: Any, answer: Answer, *, is_fault: bool) -> None:
        path = request.rel_url.raw_path_qs
        call = described(request.method, path, body, answer.status, answer.body)
        self._recorder.write({**call, "fault": True} if is_fault else call)
        self._state.changes.notify()


def _limited(refusal: RateLimitedError) -> dict[str, str]:
    return {
        "Retry-After": str(max(1, round(refusal.retry_after))),
        "X-RateLimit-Scope": refusal.scope,
        **({"X-RateLimit-Global": "true"} if refusal.scope == "global" else {}),
    }


def _reply(answer: Answer, headers: dict[str, str]) -> web.Response:
    # discord.py takes a 429 without `Via` for a ban, and a content type with a charset for text.
    headers = {**headers, "Via": "1.1 google"}
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    packed = json.dumps(answer.body, ensure_ascii=False).encode()
    headers["Content-Type"] = "application/json"
    return web.Response(status=answer.status, body=packed, headers=headers)


def _cut(request: web.Request, *, with_reset: bool) -> None:
    transport = request.transport
    assert isinstance(transport, asyncio.Transport), "the request came over a connection"
    if with_reset:
        # Closing with a linger time of zero sends RST, which clients see as ECONNRESET.
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _read(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """Read a JSON body, or a multipart body with its `payload_json` and files."""
    if request.content_type == "multipart/form-data":
        return await _read_parts(request)
    text = await request.text()
    return (json.loads(text) if text else None), {}


async def _read_parts(request: web.Request) -> tuple[Json | None, dict[int, Upload]]:
    body: Json | None = None
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        elif match := _FILE.fullmatch(part.name or ""):
            files[int(match[1])] = Upload(name=part.filename or "unknown", content=data)
    return body, files
