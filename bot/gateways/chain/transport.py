"""The one place that sends to a node: web3's HTTP provider, with JSON-RPC framed by ourselves."""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from typing_extensions import override

from bot.gateways.chain.errors import AnswerTooLargeError
from bot.gateways.chain.json_rpc import Answer, answers

if TYPE_CHECKING:
    from web3 import AsyncWeb3
    from web3.providers.rpc import AsyncHTTPProvider

TIMEOUT_SECONDS: Final = 10
MOST_OCTETS: Final = 1 << 26  # of one answer: no provider means to send as many
_HEADERS: Final = {"Content-Type": "application/json"}


@asynccontextmanager
async def open_web3(
    url: str, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> "AsyncIterator[AsyncWeb3[AsyncHTTPProvider]]":
    """Open web3 on an endpoint, without retries of its own: the next tick is the retry.

    web3 is imported here, for it takes most of a second: no chain, no cost. The session is ours:
    web3's own opens a connection for every request, and tells the log the address, which may
    hold a key, when it is closed. Batches are framed here as well: web3 makes an object of every
    answer, which takes ten times as long as reading it.
    """
    from web3 import AsyncWeb3  # noqa: PLC0415 - see the docstring
    from web3.providers.rpc import AsyncHTTPProvider  # noqa: PLC0415 - see the docstring

    class Provider(AsyncHTTPProvider):
        """web3's provider, but for its batches."""

        @override
        async def make_batch_request(self, batch_requests: Any) -> Any:
            return await _sent(session, url, batch_requests)

    logging.getLogger("web3").setLevel(logging.WARNING)  # below, it tells the address as well
    timeout = ClientTimeout(total=timeout_seconds)
    provider = Provider(
        url, request_kwargs={"timeout": timeout}, exception_retry_configuration=None
    )
    async with ClientSession(timeout=timeout, headers=_HEADERS) as session:
        await provider.cache_async_session(session)
        yield AsyncWeb3(provider)


async def _sent(
    session: ClientSession, url: str, requests: Sequence[tuple[str, Any]]
) -> list[Answer] | Answer:
    """Send one batch and give the answers in the order of the requests."""
    body = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for number, (method, params) in enumerate(requests)
    ]
    async with session.post(url, data=json.dumps(body, separators=(",", ":"))) as response:
        response.raise_for_status()
        return answers(await _body(response), len(requests))


async def _body(response: ClientResponse) -> bytes:
    """Read an answer to its end; whoever sends without one shall not fill our memory.

    Raises:
        AnswerTooLargeError: It is longer than `MOST_OCTETS`.
    """
    chunks, length = [], 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        length += len(chunk)
        if length > MOST_OCTETS:
            raise AnswerTooLargeError(MOST_OCTETS)
    return b"".join(chunks)
