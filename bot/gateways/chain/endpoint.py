"""One JSON-RPC endpoint: its batches, what it takes at once, and how well it has been of late."""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from aiohttp import ClientError, ClientResponseError

from bot.domain.onchain.scan import FIRST_SPAN, BlockRange, grown, shrunk
from bot.gateways.chain.errors import (
    AnswerTooLargeError,
    ChainError,
    EndpointPausedError,
)
from bot.gateways.chain.json_rpc import Answer, RpcError, result, rpc_error
from bot.gateways.chain.ranges import suggested_span

if TYPE_CHECKING:
    from web3 import AsyncWeb3

    from bot.domain.types import BlockNumber

Request: TypeAlias = tuple[str, list[Any]]

# Requests in one HTTP request; more are sent one batch after the other. geth and Alchemy take 1000
# as they come, Besu 1024, Erigon and Bor 100: what an endpoint takes shows when it refuses.
FIRST_BATCH_SIZE: Final = 1_000
LEAST_BATCH_SIZE: Final = 10

# Two failures in a row may be chance; after more an endpoint is left alone, longer each time.
FAILURES_BORNE: Final = 2
FIRST_PAUSE: Final = 5.0  # seconds
LONGEST_PAUSE: Final = 300.0
WRONG_CHAIN_PAUSE: Final = 600.0

_NO_BATCH: Final = "The node's answer is not the batch that was asked for."

GROWS_AFTER: Final = 50  # ranges that were taken since one was refused; so with full batches
STRUGGLES: Final = 2  # times that one range is not answered, until a narrower one is tried
ENOUGH_LOGS: Final = 4_000  # in one answer: wider ranges would only take longer


class HttpStatusError(ChainError):
    """The endpoint answered with an HTTP error."""

    def __init__(self, status: int, retry_after: float = 0.0) -> None:
        super().__init__(f"The node answered with HTTP status {status}.")
        self.status = status
        self.retry_after = retry_after  # seconds for which it asks to be left alone


class Endpoint:
    """Sends batches. Error messages never hold the endpoint's address, which may hold a key."""

    def __init__(self, web3: "AsyncWeb3[Any]", now: Callable[[], float] = monotonic) -> None:
        """Take a clock of seconds; where it is set back, a pause ends at once."""
        self._provider = web3.provider
        self._now = now
        address = str(getattr(web3.provider, "endpoint_uri", None) or "")
        self.digest = sha256(address.encode()).hexdigest()[:16]
        self.request_count = 0  # HTTP requests so far
        self.calls: Counter[str] = Counter()  # JSON-RPC calls so far, by their method
        self.batch_size = FIRST_BATCH_SIZE
        self.span = FIRST_SPAN  # blocks that it finds logs in at once
        # Whether it takes block hashes in `eth_call` (EIP-1898) shows at the first call.
        self.takes_block_hash = True
        self.failure_count = 0  # refusals as well, so far
        self.failures = 0  # in a row
        self._failed_at = self._resumes_at = 0.0
        self._patience = 0  # ranges it has to take before a wider one is tried
        self._patience_for_batches = 0  # likewise
        self._struggles: Counter[BlockNumber] = Counter()  # failures of ranges, by their beginnings

    @property
    def pause_seconds(self) -> float:
        """How long it is still left alone."""
        now = self._now()
        return max(0.0, self._resumes_at - now) if now >= self._failed_at else 0.0

    async def batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Send one HTTP request and return the answers, parallel to the requests.

        A batch that is refused as a whole halves what is sent at once from then on.

        Raises:
            EndpointPausedError: It failed too often; nothing was sent.
            ChainError: The endpoint cannot be reached or talks nonsense.
        """
        if self.pause_seconds:
            raise EndpointPausedError(self.pause_seconds)
        self.request_count += 1
        self.calls.update(method for method, _ in requests)
        try:
            answers = await self._sent(requests)
        except AnswerTooLargeError:
            self._take_fewer(len(requests), None)
            raise
        except HttpStatusError as error:
            if error.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
                self._take_fewer(len(requests), None)
            else:
                self.failed(error.retry_after)
            raise
        except ChainError:
            self.failed()
            raise
        return self._believed(answers, len(requests))

    async def _sent(self, requests: Sequence[Request]) -> list[Answer] | Answer:
        try:
            answered = await self._provider.make_batch_request(list(requests))
            return cast("list[Answer] | Answer", answered)
        except ClientResponseError as error:
            raise HttpStatusError(error.status, _retry_after(error)) from None
        except TimeoutError:
            raise ChainError("The node did not answer in time.") from None
        except (ClientError, OSError) as error:
            raise ChainError(f"The node cannot be reached ({type(error).__name__}).") from None

    def _believed(self, answers: list[Answer] | Answer, count: int) -> list[Answer]:
        """Check that a batch was answered; a limit of requests in a time is a failure as well."""
        try:
            if not isinstance(answers, list) or len(answers) != count:
                self._turned_away(answers, count)
            checked = _checked(answers, count)
            for answer in checked:
                if answer.error is not None and rpc_error(answer.error).is_rate_limit:
                    result(answer)
        except RpcError as error:
            if error.is_rate_limit:
                self.failed()
            raise
        self.failures = 0
        self._resumes_at = 0.0
        self._took_requests(count)
        return checked

    def failed(self, pause: float = 0.0) -> None:
        """Note a failure: others are asked first, and after several this one is left alone."""
        self.failure_count += 1
        self.failures += 1
        over = self.failures - FAILURES_BORNE
        if over > 0:
            pause = max(pause, min(FIRST_PAUSE * 2 ** min(over - 1, 8), LONGEST_PAUSE))
        self._failed_at = self._now()
        self._resumes_at = max(self._resumes_at, self._failed_at + pause)

    def serves_another_chain(self) -> None:
        """Leave it alone for a while: whatever it answers is not about our chain."""
        self.failed(WRONG_CHAIN_PAUSE)

    def takes_narrower(self, tried: int, suggested: int | None) -> None:
        """Note that it refused to find logs in so many blocks."""
        self.failure_count += 1
        self.span = min(self.span, shrunk(tried, suggested))
        self._patience = GROWS_AFTER

    def struggles(self, wanted: BlockRange) -> bool:
        """Note that a range was not answered; tells whether it is time to try a narrower one."""
        self._struggles[wanted.first] += 1
        return self._struggles[wanted.first] >= STRUGGLES

    def took(self, wanted: BlockRange, logs: int) -> None:
        """Note that it found logs in a range; try wider ones if there were not many."""
        tried = wanted.last - wanted.first + 1
        for first in [each for each in self._struggles if wanted.first <= each <= wanted.last]:
            del self._struggles[first]
        self._patience = max(0, self._patience - 1)
        if not self._patience and tried >= self.span and logs < ENOUGH_LOGS:
            self.span = grown(self.span)

    def _turned_away(self, answers: list[Answer] | Answer, count: int) -> None:
        """Note that a batch was refused as a whole, unless it only came too early."""
        refusal = _refusal(answers)
        if refusal is None or not refusal.is_rate_limit:
            self._take_fewer(count, suggested_span(refusal.text) if refusal else None)

    def _took_requests(self, count: int) -> None:
        """Note that it answered so many requests at once; try more if it has done so for long."""
        if count >= self.batch_size < FIRST_BATCH_SIZE:
            self._patience_for_batches = max(0, self._patience_for_batches - 1)
            if not self._patience_for_batches:
                self.batch_size = min(grown(self.batch_size), FIRST_BATCH_SIZE)

    def _take_fewer(self, count: int, suggested: int | None) -> None:
        self.failure_count += 1
        self._patience_for_batches = GROWS_AFTER
        if count > LEAST_BATCH_SIZE:  # Else it was not its size for which it was refused.
            halved = count // 2
            fewer = suggested if suggested and suggested < count else halved
            self.batch_size = max(fewer, LEAST_BATCH_SIZE)


def _refusal(answers: list[Answer] | Answer) -> RpcError | None:
    """Give why a batch was refused as a whole, if that is said."""
    answer = answers if isinstance(answers, Answer) else answers[0] if len(answers) == 1 else None
    if answer is None or not answer.error:
        return None
    return rpc_error(answer.error)


def _retry_after(error: ClientResponseError) -> float:
    """Give for how long the endpoint asks to be left alone, seconds."""
    asked = error.headers.get("Retry-After", "") if error.headers else ""
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else 0.0


def _checked(answers: list[Answer] | Answer, count: int) -> list[Answer]:
    if isinstance(answers, Answer):
        result(answers)
        raise ChainError(_NO_BATCH)
    if len(answers) == 1 != count:  # geth: "batch too large"
        result(answers[0])
    if len(answers) != count:
        raise ChainError(_NO_BATCH)
    return answers
