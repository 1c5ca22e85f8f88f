"""The node's HTTP side on 127.0.0.1: single requests and batches, and its faults."""

import asyncio
import json

from aiohttp import web

from sandbox.chain.faults import Fault, Faults, Trouble
from sandbox.chain.node import Node

WEB_PAGE = "<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"


class NodeServer:
    """Serves one node; the EVM runs in a thread, so that other servers go on meanwhile."""

    def __init__(self, node: Node, faults: Faults) -> None:
        self._node = node
        self._faults = faults
        self._runner: web.AppRunner | None = None
        self.requests = 0

    async def start(self) -> str:
        """Listen on a free port and return the address."""
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        fault = self._faults.take()
        refusal = self._refusal(fault)
        if refusal is not None:
            return refusal
        trouble = fault.trouble if fault else None
        try:
            asked = await request.json()
        except json.JSONDecodeError:
            return web.json_response({"jsonrpc": "2.0", "id": None, "error": PARSE_ERROR})
        limit = self._faults.batch_limit
        if isinstance(asked, list) and limit is not None and len(asked) > limit:
            refused = {"jsonrpc": "2.0", "id": asked[0]["id"], "error": BATCH_TOO_LARGE}
            return web.json_response([refused])
        answer = await asyncio.to_thread(self._node.answer, asked, trouble)
        return _spoilt(request, json.dumps(answer), trouble)

    def _refusal(self, fault: Fault | None) -> web.Response | None:
        match fault.trouble if fault else None:
            case Trouble.STATUS:
                assert fault is not None
                after = fault.retry_after
                headers = {} if after is None else {"Retry-After": str(after)}
                return web.Response(status=fault.status, headers=headers, text="no")
            case Trouble.HTML:
                return web.Response(text=WEB_PAGE, content_type="text/html")
            case _:
                return None


BATCH_TOO_LARGE = {"code": -32600, "message": "batch too large"}
PARSE_ERROR = {"code": -32700, "message": "parse error"}


def _spoilt(request: web.Request, text: str, trouble: Trouble | None) -> web.Response:
    if trouble is Trouble.LOSE_ANSWER and request.transport is not None:
        request.transport.abort()
    return web.Response(text=text, content_type="application/json")
