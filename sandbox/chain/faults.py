"""How the node can be told to misbehave, in the ways that real ones do."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What happens to one HTTP request as a whole."""

    LOSE_ANSWER = "the work is done, then the connection closes without an answer"
    STATUS = "an HTTP status instead of an answer"
    HTML = "status 200 with a web page"
    EMPTY_LOGS = "[] for every eth_getLogs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One misbehaviour of one HTTP request."""

    trouble: Trouble
    status: int = 200
    retry_after: int | None = None


@dataclass(slots=True)
class Faults:
    """The node's misbehaviour: some for the next requests, some until `clear`."""

    _next: deque[Fault] = field(default_factory=deque)
    _always: Fault | None = None
    batch_limit: int | None = None
    lag_blocks: int = 0
    chain_id: int | None = None
    refuses_block_hash: bool = False

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

    def empty_logs(self, times: int | None = 1) -> None:
        """Find no log, though there are some."""
        self._schedule(Fault(trouble=Trouble.EMPTY_LOGS), times)

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

    def _schedule(self, fault: Fault, times: int | None) -> None:
        if times is None:
            self._always = fault
        else:
            self._next.extend([fault] * times)
