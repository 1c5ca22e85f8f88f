"""A node on which nothing happens, in a process of its own; every proposal is open.

`python -m bench.still_node` prints its address.
"""

import json
from typing import Any

from aiohttp import web

ACTIVE = f"0x{1:064x}"
HEAD = 20_000_000


async def _answer(request: web.Request) -> web.Response:
    asked = await request.json()
    many = asked if isinstance(asked, list) else [asked]
    answers = [
        {"jsonrpc": "2.0", "id": each["id"], "result": _result(each["method"], each["params"])}
        for each in many
    ]
    text = json.dumps(answers if isinstance(asked, list) else answers[0])
    return web.Response(text=text, content_type="application/json")


def _result(method: str, params: list[Any]) -> Any:
    match method:
        case "eth_chainId":
            return hex(1)
        case "eth_getLogs":
            return []
        case "eth_call":
            return ACTIVE
        case _:
            return _header(params[0])


def _header(tag: str) -> dict[str, str]:
    number = int(tag, 16) if tag.startswith("0x") else HEAD
    return {
        "number": hex(number),
        "hash": f"0x{number:064x}",
        "parentHash": f"0x{number - 1:064x}",
        "timestamp": hex(1_500_000_000 + 12 * number),
    }


if __name__ == "__main__":
    app = web.Application(client_max_size=16 * 2**20)
    app.router.add_post("/", _answer)
    web.run_app(app, host="127.0.0.1", port=18_545, print=lambda _text: print("ready", flush=True))
