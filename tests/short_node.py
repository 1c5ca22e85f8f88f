"""A node as it was when its chain was shorter: what lay above a height is not there yet."""

from typing import Any, Self

from aiohttp import ClientSession, web

FINALITY = 64  # blocks, as anvil has it
_TAGS = {"latest": 0, "pending": 0, "safe": FINALITY // 2, "finalized": FINALITY}
# Where a request names the block at whose end it asks.
_AT = {
    "eth_call": 1,
    "eth_getCode": 1,
    "eth_getStorageAt": 2,
    "eth_getBalance": 1,
    "eth_getTransactionCount": 1,
}


class ShortNode:
    """Hands requests on to a real node, in words that reach no further than `height`."""

    def __init__(self, node_url: str, height: int) -> None:
        self.height = height
        self.url = ""
        self._node_url = node_url
        self._runner: web.AppRunner | None = None
        self._http: ClientSession

    async def __aenter__(self) -> Self:
        self._http = ClientSession()
        app = web.Application()
        app.router.add_post("/", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self._http.close()

    async def _handle(self, request: web.Request) -> web.Response:
        asked = await request.json()
        batch = asked if isinstance(asked, list) else [asked]
        earlier = [self._earlier(one) for one in batch]
        async with self._http.post(self._node_url, json=earlier) as response:
            answers = {answer["id"]: answer for answer in await response.json()}
        found = [self._shortened(one, answers[one["id"]]) for one in batch]
        return web.json_response(found if isinstance(asked, list) else found[0])

    def _earlier(self, asked: dict[str, Any]) -> dict[str, Any]:
        method, params = asked["method"], list(asked.get("params") or [])
        if method == "eth_getBlockByNumber":
            params[0] = self._number(params[0])
        elif method == "eth_getLogs" and "blockHash" not in params[0]:
            last = min(int(self._number(params[0].get("toBlock", "latest")), 16), self.height)
            first = min(int(self._number(params[0].get("fromBlock", "latest")), 16), last)
            params[0] = {**params[0], "fromBlock": hex(first), "toBlock": hex(last)}
        elif (at := _AT.get(method)) is not None and isinstance(params[at], str):
            params[at] = self._number(params[at])
        return {**asked, "params": params}

    def _shortened(self, asked: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        result = answer.get("result")
        match asked["method"]:
            case "eth_blockNumber":
                return {**answer, "result": hex(self.height)}
            case "eth_getBlockByNumber" | "eth_getBlockByHash":
                is_there = result is not None and int(result["number"], 16) <= self.height
                return {**answer, "result": result if is_there else None}
            case "eth_getLogs":
                first = asked["params"][0].get("fromBlock", "0x0")
                if first not in _TAGS and int(first, 16) > self.height:
                    return {**answer, "result": []}
        return answer

    def _number(self, tag: str) -> str:
        if tag in _TAGS:
            return hex(max(0, self.height - _TAGS[tag]))
        return "0x0" if tag == "earliest" else tag
