"""A provider on the loopback in front of a chain, and all that goes wrong with providers."""

import json
from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from sandbox.chain.server import WEB_PAGE
from tests.forkable_chain import Act, ForkableChain

Asked = list[dict[str, Any]]
Answers = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a provider says that a range of blocks is too wide.

    `{first}`, `{last}` and `{limit}` are filled in; `{fits_hex}` is a range that would do.
    """

    code: int
    message: str
    http_status: int = 200


# Texts as providers are known to send them; the numbers stand for those of the request.
WORDINGS = {
    "alchemy": Wording(
        code=-32600,
        message=(
            "Under the Free tier plan, you can make eth_getLogs requests with up to a {limit} "
            "block range. Based on your parameters, this block range should work: {fits_hex}."
        ),
    ),
    "ankr": Wording(code=-32600, message="block range is too wide"),
    "chainstack": Wording(code=-32000, message="Block range limit exceeded."),
    "cloudflare": Wording(code=-32602, message="Max range: {limit}"),
    "infura": Wording(
        code=-32005,
        message="query returned more than 10000 results. Try with this block range {fits_hex}.",
    ),
    "infura_range": Wording(code=-32602, message="range {width} exceeds limit of {limit}"),
    "llama": Wording(code=-32602, message="ranges over {limit} blocks are not supported"),
    "oneRPC": Wording(code=-32602, message="eth_getLogs is limited to {limit} blocks range"),
    "payload": Wording(code=-32000, message="Request Entity Too Large", http_status=413),
    "quicknode": Wording(code=-32614, message="eth_getLogs is limited to a {limit} range"),
    "retry_with": Wording(
        code=-32000, message="query exceeds limits, retry with the range {first}-{fits_last}"
    ),
}


class Provider:
    """Serves a chain over HTTP; with a fault, what comes out is what the fault makes of it."""

    def __init__(self, chain: ForkableChain) -> None:
        self.chain = chain
        self.fault: Fault | None = None
        self.answers_before = 0  # requests that it still answers well
        self.requests = 0
        self.url = ""
        self.closing = Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        asked = await request.json()
        fault = None if self.answers_before else self.fault
        self.answers_before = max(0, self.answers_before - 1)
        if fault is None:
            return web.json_response(answers(self.chain, asked))
        if fault.instead is not None:
            return await fault.instead(self, request)
        other = fault.node(self.chain, self.requests)
        told = [
            theirs if fault.answers(number, one["method"]) else ours
            for number, (one, ours, theirs) in enumerate(
                zip(asked, answers(self.chain, asked), answers(other, asked), strict=True)
            )
        ]
        return web.json_response(fault.spoil(asked, told))


def answers(chain: ForkableChain, asked: Asked) -> Answers:
    """Ask a chain, and give each answer the number of its request."""
    return [chain.answer(one["method"], one["params"]) | {"id": one["id"]} for one in asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What becomes of a request: another answer, another node's answer, or a spoilt one.

    One that `hides_logs` cannot be seen through: what it hid is found when it is read again.
    """

    instead: Callable[[Provider, web.Request], Awaitable[web.StreamResponse]] | None = None
    node: Callable[[ForkableChain, int], ForkableChain] = lambda chain, _: chain
    answers: Callable[[int, str], bool] = lambda *_: True  # which requests of a batch that node has
    spoil: Callable[[Asked, Answers], Any] = lambda _, told: told
    hides_logs: bool = False
    hangs: bool = False  # until the client gives up
    is_refused: bool = False  # nothing that it says is believed
    needs_another: bool = False  # a good endpoint beside it, for without one it is the truth


def _status(status: int, **headers: str) -> Fault:
    async def instead(_provider: Provider, _request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers, text="no")

    return Fault(instead=instead)


def _text(text: str, content_type: str = "application/json") -> Fault:
    async def instead(_provider: Provider, _request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=content_type)

    return Fault(instead=instead)


async def _hang(provider: Provider, _request: web.Request) -> web.Response:
    await provider.closing.wait()
    return web.Response(status=503)


async def _cut_off(provider: Provider, request: web.Request) -> web.Response:
    """Send half of the right answer."""
    whole = json.dumps(answers(provider.chain, await request.json()))
    return web.Response(text=whole[: len(whole) // 2], content_type="application/json")


async def _closed(_provider: Provider, request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _each(method: str, change: Callable[[list[Any], dict[str, Any]], dict[str, Any]]) -> Fault:
    """Spoil every answer of one method."""

    def spoil(asked: Asked, told: Answers) -> Answers:
        return [
            {"id": one["id"], **change(one["params"], answer)}
            if one["method"] == method
            else answer
            for one, answer in zip(asked, told, strict=True)
        ]

    return Fault(spoil=spoil)


def _logs(change: Callable[[list[Any]], list[Any]]) -> Fault:
    def changed(_params: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
        return {"result": change(answer["result"])} if "result" in answer else answer

    return _each("eth_getLogs", changed)


def _error(code: int, message: str) -> Callable[[list[Any], dict[str, Any]], dict[str, Any]]:
    return lambda _params, _answer: {"error": {"code": code, "message": message}}


def _no_header(tag: str | None) -> Fault:
    """Know nothing of the newest block, or of any that is asked for by its height."""

    def changed(params: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
        is_meant = params[0] == tag if tag else params[0].startswith("0x")
        return {"result": None} if is_meant else answer

    return _each("eth_getBlockByNumber", changed)


def _last_header(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Fault:
    """Change what a batch says of a block after it has told the logs."""

    def spoil(asked: Asked, told: Answers) -> Answers:
        last, *_ = [n for n in reversed(range(len(asked))) if "Block" in asked[n]["method"]] or [0]
        if any(one["method"] == "eth_getLogs" for one in asked):
            told[last] = told[last] | {"result": change(told[last]["result"])}
        return told

    return Fault(spoil=spoil)


def _too_wide(wording: str, most: int = 3) -> Fault:
    """Refuse ranges of more blocks than this, in the words of a provider."""
    words = WORDINGS[wording]

    def width(one: dict[str, Any]) -> int:
        if one["method"] != "eth_getLogs":
            return 0
        wanted = one["params"][0]
        return int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1

    def spoil(asked: Asked, told: Answers) -> Answers:
        return [
            {"id": one["id"], "error": _refusal(words, one["params"][0], width(one), most)}
            if width(one) > most
            else answer
            for one, answer in zip(asked, told, strict=True)
        ]

    async def instead(provider: Provider, request: web.Request) -> web.Response:
        asked = await request.json()
        if any(width(one) > most for one in asked):
            return web.Response(status=words.http_status, text=words.message)
        return web.json_response(answers(provider.chain, asked))

    return Fault(spoil=spoil) if words.http_status == 200 else Fault(instead=instead)


def _refusal(words: Wording, wanted: dict[str, str], width: int, most: int) -> dict[str, Any]:
    first = int(wanted["fromBlock"], 16)
    fits_last = first + most - 1
    message = words.message.format(
        first=first,
        limit=most,
        width=width,
        fits_last=fits_last,
        fits_hex=f"[{first:#x}, {fits_last:#x}]",
    )
    return {"code": words.code, "message": message}


def _behind(blocks: int) -> Callable[[ForkableChain, int], ForkableChain]:
    def node(chain: ForkableChain, _request: int) -> ForkableChain:
        other = chain.twin()
        del other.blocks[max(1, len(other.blocks) - blocks) :]
        return other

    return node


def _astray(depth: int) -> Callable[[ForkableChain, int], ForkableChain]:
    """Be on a fork of its own, in which other things happen."""

    def node(chain: ForkableChain, _request: int) -> ForkableChain:
        other = chain.twin()
        other.branch = 1_000
        other.fork(depth)
        other.act(Act.CANCEL, Act.PROPOSE)
        other.act(Act.VOTE_AGAINST, Act.EXECUTE)
        other.mine(depth - 2)
        return other

    return node


def _voted_otherwise(chain: ForkableChain, _request: int) -> ForkableChain:
    """Be on a fork in which others have voted."""
    other = chain.twin()
    other.branch = 1_000
    other.fork(5)
    other.act(Act.VOTE_AGAINST, Act.VOTE_AGAINST)
    other.mine(4)
    return other


def _after_the_first(number: int, _method: str) -> bool:
    return number > 0


def _logs_alone(_number: int, method: str) -> bool:
    return method == "eth_getLogs"


def _now_and_then(
    other: Callable[[ForkableChain, int], ForkableChain],
) -> Callable[[ForkableChain, int], ForkableChain]:
    """Be several nodes behind one address, of which every other request meets this one."""
    return lambda chain, request: other(chain, request) if request % 2 else chain


def _foreign(_chain: ForkableChain, _request: int) -> ForkableChain:
    """Be a node of another network, on which the same address is a governor as well."""
    other = ForkableChain(0)
    other.branch = 56
    other.chain_id = 56  # type: ignore[assignment] # as a node says it
    for act in (Act.PROPOSE, Act.VOTE_FOR, Act.VOTE_FOR, Act.CANCEL):
        other.act(act)
    other.mine(80)
    return other


def _also(logs: list[Any], **changes: Any) -> list[Any]:
    return [*logs, *(log | changes for log in logs)]


_RATE = "daily request count exceeded, request rate limited"

FAULTS: Mapping[str, Fault] = {
    "timeout": Fault(instead=_hang, hangs=True),
    "connection closed": Fault(instead=_closed),
    "429": _status(429),
    "429 with a time": _status(429, **{"Retry-After": "30"}),
    "500": _status(500),
    "503": _status(503),
    "HTML": _text(WEB_PAGE, "text/html"),
    "cut JSON": Fault(instead=_cut_off),
    "no JSON-RPC": _text('{"ok": true}'),
    "a limit of requests": Fault(
        spoil=lambda _, __: {"id": None, "error": {"code": -32005, "message": _RATE}}
    ),
    "a limit of one kind of request": _each("eth_getLogs", _error(-32005, _RATE)),
    "logs that cannot be told": _each("eth_getLogs", _error(-32000, "internal error")),
    "wrong chain id": Fault(
        spoil=_each("eth_chainId", lambda *_: {"result": "0x38"}).spoil, is_refused=True
    ),
    "another network": Fault(node=_foreign),
    "no newest block": _no_header("latest"),
    "`null` for a block": _no_header(None),
    "`null` for a block after its logs": _last_header(lambda _: None),
    "no state of a block": _each("eth_call", _error(-32000, "missing trie node")),
    "no answer of a contract": _each("eth_call", lambda *_: {"result": "0x"}),
    "head going back a little": Fault(node=_behind(2)),
    "head going back far": Fault(node=_behind(9)),
    "head going back now and then": Fault(node=_now_and_then(_behind(4))),
    "`[]` for a range that has logs": Fault(spoil=_logs(lambda _: []).spoil, hides_logs=True),
    "half of the logs": Fault(spoil=_logs(lambda logs: logs[::2]).spoil, hides_logs=True),
    "logs doubled": _logs(lambda logs: logs + logs),
    "logs out of order": _logs(lambda logs: logs[::-1]),
    "logs of somebody else": _logs(lambda logs: _also(logs, address="0x" + "11" * 20)),
    "logs that were taken back": _logs(lambda logs: _also(logs, removed=True, logIndex="0x9")),
    "logs of later blocks": _logs(lambda logs: _also(logs, blockNumber="0xffff")),
    "answers in another order": Fault(spoil=lambda _, told: told[::-1]),
    "a range of two blocks too wide": _too_wide("llama", 1),
    "batches in part of a node that is behind": Fault(node=_behind(4), answers=_after_the_first),
    "batches in part of a node on another fork": Fault(node=_astray(5), answers=_after_the_first),
    "logs of a node on another fork": Fault(
        node=_voted_otherwise, answers=_logs_alone, hides_logs=True
    ),
    "a fork that nobody else has": Fault(node=_astray(3)),
    "such a fork now and then": Fault(node=_now_and_then(_astray(3))),
    "a deep fork that another endpoint does not have": Fault(node=_astray(9), needs_another=True),
    "behind another endpoint": Fault(node=_behind(9), needs_another=True),
}

# The same fault in the words of many providers.
WORDED: Mapping[str, Fault] = {
    f"a range too wide, as {name} says it": _too_wide(name) for name in sorted(WORDINGS)
}
