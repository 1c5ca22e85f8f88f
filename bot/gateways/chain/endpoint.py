"""One JSON-RPC endpoint: batches over web3's HTTP provider, and errors as our exceptions."""

import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import ClientError, ClientResponseError, ClientSession, ClientTimeout

from bot.gateways.chain.errors import ChainError, EndpointLaggingError

if TYPE_CHECKING:
    from web3 import AsyncWeb3
    from web3.providers.rpc import AsyncHTTPProvider

Request: TypeAlias = tuple[str, list[Any]]
Answer: TypeAlias = dict[str, Any]

TIMEOUT_SECONDS: Final = 10
# Requests in one HTTP request; more are sent one batch after the other. geth and Alchemy take 1000
# as they come, Besu 1024, Erigon and Bor 100: what an endpoint takes shows when it refuses.
FIRST_BATCH_SIZE: Final = 1_000
LEAST_BATCH_SIZE: Final = 10

_REVERT_DATA: Final = re.compile(r"(?:[A-Za-z]{1,12} )?0x((?:[0-9a-fA-F]{2})*)")
# What nodes say of a block that they do not have, or have no longer.
_MISSING_BLOCK: Final = (
    "header not found",
    "block not found",
    "unknown block",
    "missing trie node",
    "not canonical",
    "not currently canonical",
    "resource not found",
    "historical state",
)


class HttpStatusError(ChainError):
    """The endpoint answered with an HTTP error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The node answered with HTTP status {status}.")
        self.status = status


class RpcError(ChainError):
    """The endpoint answered one request with a JSON-RPC error.

    `data` is what a contract reverted with, where the node tells.
    """

    def __init__(self, code: int, text: str, data: bytes = b"") -> None:
        super().__init__(f"The node answered with error {code}: {text}")
        self.code = code
        self.text = text
        self.data = data

    @property
    def is_revert(self) -> bool:
        """Whether a contract refused, rather than the node.

        geth says 3, OpenEthereum and Nethermind -32015; the others are told by their words.
        """
        words = self.text.lower()
        return self.code in (3, -32015) or any(
            word in words for word in ("revert", "invalid opcode", "invalid jump", "out of gas")
        )

    @property
    def is_missing_block(self) -> bool:
        """Whether the node does not have the block it was asked about."""
        words = self.text.lower()
        return any(word in words for word in _MISSING_BLOCK)


@asynccontextmanager
async def open_web3(
    url: str, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> "AsyncIterator[AsyncWeb3[AsyncHTTPProvider]]":
    """Open web3 on an endpoint, without retries of its own: the next tick is the retry.

    web3 is imported here, for it takes most of a second: no chain, no cost. The session is ours:
    web3's own opens a connection for every request, and tells the log the address, which may
    hold a key, when it is closed.
    """
    from web3 import AsyncWeb3  # noqa: PLC0415 - see the docstring
    from web3.providers.rpc import AsyncHTTPProvider  # noqa: PLC0415 - see the docstring

    logging.getLogger("web3").setLevel(logging.WARNING)  # below, it tells the address as well
    timeout = ClientTimeout(total=timeout_seconds)
    provider = AsyncHTTPProvider(
        url, request_kwargs={"timeout": timeout}, exception_retry_configuration=None
    )
    async with ClientSession() as session:
        await provider.cache_async_session(session)
        yield AsyncWeb3(provider)


class Endpoint:
    """Sends batches. Error messages never hold the endpoint's address, which may hold a key."""

    def __init__(self, web3: "AsyncWeb3[Any]") -> None:
        self._provider = web3.provider
        self.request_count = 0  # HTTP requests so far
        self.batch_size = FIRST_BATCH_SIZE

    async def batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Send one HTTP request and return the answers, parallel to the requests.

        A batch that is refused as a whole halves what is sent at once from then on.

        Raises:
            ChainError: The endpoint cannot be reached or talks nonsense.
        """
        self.request_count += 1
        try:
            answers = await self._provider.make_batch_request(list(requests))
        except ClientResponseError as error:
            if error.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
                self._take_fewer(len(requests))
            raise HttpStatusError(error.status) from None
        except TimeoutError:
            raise ChainError("The node did not answer in time.") from None
        except (ClientError, OSError) as error:
            raise ChainError(f"The node cannot be reached ({type(error).__name__}).") from None
        except (ValueError, TypeError, AttributeError, KeyError):
            raise ChainError("The node's answer is not JSON-RPC.") from None
        if not isinstance(answers, list) or len(answers) != len(requests):
            self._take_fewer(len(requests))
        return _checked(answers, len(requests))

    def _take_fewer(self, count: int) -> None:
        if count > LEAST_BATCH_SIZE:  # Else it was not its size for which it was refused.
            self.batch_size = max(count // 2, LEAST_BATCH_SIZE)


def _checked(answers: Any, count: int) -> list[Answer]:
    if isinstance(answers, dict) and "error" in answers:
        result(answers)
    if isinstance(answers, list) and len(answers) == 1 != count:  # geth: "batch too large"
        result(answers[0])
    if not isinstance(answers, list) or len(answers) != count:
        raise ChainError("The node's answer is not the batch that was asked for.")
    return answers


def result(answer: Answer) -> Any:
    """Return what one request was answered.

    Raises:
        EndpointLaggingError: The node does not have the block.
        RpcError: The answer is another error.
    """
    error = answer.get("error")
    if error is None:
        if "result" not in answer:
            raise ChainError("The node's answer is not JSON-RPC.")
        return answer["result"]
    failure = rpc_error(error)
    if failure.is_missing_block:
        raise EndpointLaggingError(str(failure))
    raise failure


def rpc_error(error: Any) -> RpcError:
    """Read a JSON-RPC error object; some nodes send bare text."""
    if not isinstance(error, dict):
        return RpcError(0, str(error)[:500])
    code = error.get("code")
    details = error.get("data")
    text = str(error.get("message", ""))
    # Parity's children put "Reverted 0x..." and limits into the data.
    if isinstance(details, str) and not details.startswith("0x"):
        text = f"{text} {details}"
    return RpcError(code if isinstance(code, int) else 0, text[:500], _reverted_with(details))


def _reverted_with(details: Any) -> bytes:
    """Read the data of an error: hex, hex behind a word (Nethermind), or in an object (Hardhat)."""
    if isinstance(details, dict):
        details = details.get("data")
    found = _REVERT_DATA.fullmatch(details) if isinstance(details, str) else None
    return bytes.fromhex(found[1]) if found else b""
