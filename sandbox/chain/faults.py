"""How the node can be told to misbehave, in the ways that real ones do."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What happens to one HTTP request as a whole."""

    LOSE_ANSWER = "the work is done, then the connection closes without an answer"
    STATUS = "an HTTP status instead of an answer"
    HTML = "status 200 with a web page"
    TRUNCATED = "half of the JSON"
    HANG = "no answer until the client gives up"
    EMPTY_LOGS = "[] for every eth_getLogs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One misbehaviour of one HTTP request."""

    trouble: Trouble
    status: int = 200
    retry_after: int | None = None


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


@dataclass(slots=True)
class Faults:
    """The node's misbehaviour: some for the next requests, some until `clear`."""

    _next: deque[Fault] = field(default_factory=deque)
    _always: Fault | None = None
    range_limit: int | None = None
    batch_limit: int | None = None
    wording: Wording = WORDINGS["alchemy"]
    lag_blocks: int = 0
    chain_id: int | None = None
    refuses_block_hash: bool = False
    shuffles_logs: bool = False
    duplicates_logs: bool = False

    def take(self) -> Fault | None:
        """Return what shall happen to the request that has just come in."""
        return self._next.popleft() if self._next else self._always

    def clear(self) -> None:
        """Behave well again."""
        fresh = Faults()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))

    def lose_answers(self, times: int | None = 1) -> None:
        """Do the work, then close the connection."""
        self._schedule(Fault(trouble=Trouble.LOSE_ANSWER), times)

    def status(self, status: int, *, retry_after: int | None = None, times: int | None = 1) -> None:
        """Answer with an HTTP status such as 429 or 503."""
        fault = Fault(trouble=Trouble.STATUS, status=status, retry_after=retry_after)
        self._schedule(fault, times)

    def html(self, times: int | None = 1) -> None:
        """Answer with a web page and status 200."""
        self._schedule(Fault(trouble=Trouble.HTML), times)

    def truncated(self, times: int | None = 1) -> None:
        """Send half of the answer."""
        self._schedule(Fault(trouble=Trouble.TRUNCATED), times)

    def hang(self, times: int | None = 1) -> None:
        """Never answer."""
        self._schedule(Fault(trouble=Trouble.HANG), times)

    def empty_logs(self, times: int | None = 1) -> None:
        """Find no log, though there are some."""
        self._schedule(Fault(trouble=Trouble.EMPTY_LOGS), times)

    def limit_range(self, blocks: int, wording: str = "alchemy") -> None:
        """Refuse eth_getLogs over more blocks than this, in a provider's words."""
        self.range_limit = blocks
        self.wording = WORDINGS[wording]

    def limit_batch(self, count: int) -> None:
        """Refuse batches of more requests than this, as geth does."""
        self.batch_limit = count

    def lag(self, blocks: int) -> None:
        """Know nothing of the newest blocks."""
        self.lag_blocks = blocks

    def wrong_chain_id(self, chain_id: int) -> None:
        """Be a node of another chain."""
        self.chain_id = chain_id

    def no_block_hash_calls(self) -> None:
        """Refuse eth_call with a block hash (EIP-1898), as older nodes do."""
        self.refuses_block_hash = True

    def shuffle_logs(self) -> None:
        """Return logs in another order."""
        self.shuffles_logs = True

    def duplicate_logs(self) -> None:
        """Return every log twice."""
        self.duplicates_logs = True

    def _schedule(self, fault: Fault, times: int | None) -> None:
        if times is None:
            self._always = fault
        else:
            self._next.extend([fault] * times)
