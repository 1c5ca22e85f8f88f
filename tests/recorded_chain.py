"""A node that has a recording's logs, and answers for its governor what the logs imply."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from eth_abi.abi import decode
from eth_utils.crypto import keccak
from typing_extensions import override
from web3.providers.async_base import AsyncBaseProvider

from bot.domain.onchain.governor import ClockMode, Flavour
from tests.forkable_chain import Ballot
from tests.recordings import Log, Recording, block_hash
from tests.spoken import spoken

BLOCK_SECONDS = 12
GENESIS_TIME = 1_400_000_000  # where no time of a block is known


def topic(signature: str) -> str:
    """Give the topic of an event."""
    return "0x" + keccak(text=signature).hex()


CREATED_TYPES = [
    *("uint256", "address", "address[]", "uint256[]", "string[]", "bytes[]"),
    *("uint256", "uint256", "string"),
]
CREATED = topic(f"ProposalCreated({','.join(CREATED_TYPES)})")
VOTED_ON_ALPHA = topic("VoteCast(address,uint256,bool,uint256)")
VOTED = topic("VoteCast(address,uint256,uint8,uint256,string)")
VOTES = (VOTED, VOTED_ON_ALPHA)
QUEUED = topic("ProposalQueued(uint256,uint256)")
_SCHEDULED = topic("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)")
_ENDINGS = {
    topic("ProposalExecuted(uint256)"): "executed",
    topic("CallExecuted(bytes32,uint256,address,uint256,bytes)"): "executed",
    topic("ProposalCanceled(uint256)"): "canceled",
    topic("Cancelled(bytes32)"): "canceled",
}


@dataclass(slots=True, kw_only=True)
class Life:
    """What was recorded of one proposal, each with its block."""

    start: int
    end: int
    votes: list[tuple[int, int, int]] = field(default_factory=list)  # block, support, weight
    eta: tuple[float, int] = (inf, 0)
    executed: float = inf
    canceled: float = inf

    def at(self, number: int, recording: Recording) -> Ballot:
        """Give what the contract stored after a block."""
        cast = [0, 0, 0]
        for block, support, weight in self.votes:
            if block <= number:
                cast[support] += weight
        against, for_votes, abstain = cast
        assert recording.quorum is not None, "the contract is known"
        grace = recording.governor.grace_period
        return Ballot(
            start=self.start,
            end=self.end,
            for_votes=for_votes,
            against_votes=against,
            abstain_votes=abstain,
            eta=self.eta[1] if self.eta[0] <= number else 0,
            executed=self.executed <= number,
            canceled=self.canceled <= number,
            quorum=recording.quorum,
            grace=inf if grace is None else grace,
        )


def lives(logs: Sequence[Log]) -> dict[int, Life]:
    """Read what was recorded of each proposal."""
    found: dict[int, Life] = {}
    operations: dict[str, int] = {}  # of a TimelockController, with the proposal of each
    scheduled: dict[str, str] = {}  # by transaction
    for log in logs:
        block, data = int(log["blockNumber"], 16), bytes.fromhex(log["data"][2:])
        event = log["topics"][0]
        if event == CREATED:
            id_, *_, start, end, _ = decode(CREATED_TYPES, data)
            found[id_] = Life(start=start, end=end)
        elif event in VOTES:
            id_, support, weight = vote_in(log)
            found[id_].votes.append((block, support, weight))
        elif event == QUEUED:
            id_, eta = decode(["uint256", "uint256"], data)
            found[id_].eta = (block, eta)
            operations[scheduled.get(log["transactionHash"], "")] = id_
        elif event == _SCHEDULED:
            scheduled[log["transactionHash"]] = log["topics"][1]
        elif event in _ENDINGS:
            # The governor names the proposal, the timelock the operation.
            id_ = operations[log["topics"][1]] if log["topics"][1:] else int(log["data"], 16)
            setattr(found[id_], _ENDINGS[event], block)
    return found


def vote_in(log: Log) -> tuple[int, int, int]:
    """Read which proposal a vote is about, its support and its weight."""
    data = bytes.fromhex(log["data"][2:])
    if log["topics"][0] == VOTED_ON_ALPHA:
        _, id_, is_for, weight = decode(["address", "uint256", "bool", "uint256"], data)
        return id_, int(is_for), weight
    id_, support, weight, _ = decode(["uint256", "uint8", "uint256", "bytes"], data)
    return id_, support, weight


class RecordedChain(AsyncBaseProvider):
    """A node of a recording's chain, up to its own head."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording
        self.head = recording.first - 1
        self.most_blocks = 100_000_000  # in one `eth_getLogs`
        self.mixes_logs = False  # tells them in another order, and some of them twice
        self._logs = recording.logs
        self._numbers = [int(log["blockNumber"], 16) for log in self._logs]
        self._hashes = {int(log["blockNumber"], 16): log["blockHash"] for log in self._logs}
        self._told: dict[str, int] = {}  # heights by hash
        self._lives = {} if recording.quorum is None else lives(recording.family)

    @override
    async def make_batch_request(self, requests: Any) -> Any:
        return spoken([self._answer(method, params) for method, params in requests])

    def _answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        answers: dict[str, Callable[..., Any]] = {
            "eth_chainId": lambda: hex(self.recording.governor.chain_id),
            "eth_getBlockByNumber": lambda tag, _: self.header(tag),
            "eth_getLogs": self._found,
            "eth_getCode": lambda *_: "0x60",
            "eth_getStorageAt": lambda *_: "0x" + "00" * 32,
            "eth_getTransactionByHash": lambda _: None,
            "eth_call": self._call,
        }
        try:
            return {"result": answers[method](*params)}
        except OverflowError:
            limit = f"eth_getLogs is limited to a {self.most_blocks} range"
            return {"error": {"code": -32614, "message": limit}}
        except LookupError:
            return {"error": {"code": 3, "message": "execution reverted"}}

    def header(self, tag: str) -> dict[str, str] | None:
        """Give the header of a block, or `None` above the head."""
        if tag == "finalized":
            return None
        number = self.head if tag == "latest" else int(tag, 16)
        if number > self.head:
            return None
        self._told[self._hash(number)] = number
        return {
            "number": hex(number),
            "hash": self._hash(number),
            "parentHash": self._hash(number - 1),
            "timestamp": hex(self.time(number)),
        }

    def _hash(self, number: int) -> str:
        return str(self._hashes.get(number) or block_hash(number))

    def time(self, number: int) -> int:
        """Give the time of a block: between two that are known, in proportion."""
        known = self.recording.times
        if not known:
            return GENESIS_TIME + BLOCK_SECONDS * number
        at = bisect_right(known, (number, 1 << 63))
        if at == 0:
            return known[0][1] - BLOCK_SECONDS * (known[0][0] - number)
        before, earlier = known[at - 1]
        if at == len(known):
            return earlier + BLOCK_SECONDS * (number - before)
        after, later = known[at]
        return earlier + (later - earlier) * (number - before) // (after - before)

    def _found(self, wanted: dict[str, Any]) -> list[Log]:
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.most_blocks:
            raise OverflowError
        last = min(last, self.head)
        found = [*self._logs[bisect_left(self._numbers, first) : bisect_right(self._numbers, last)]]
        return found[::-1] + found[:3] if self.mixes_logs else found

    def _call(self, call: dict[str, str], at: dict[str, str] | str) -> str:
        number = self._told[at["blockHash"]] if isinstance(at, dict) else int(at, 16)
        data = bytes.fromhex(call["data"][2:])
        if call["to"] != self.recording.governor.address or not self._lives:
            raise LookupError
        return "0x" + dict(self._views(data[4:36], number))[data[:4]].hex()

    def _views(self, argument: bytes, number: int) -> Iterator[tuple[bytes, bytes]]:
        """Give what every view answers to this argument."""
        asked, governor = int.from_bytes(argument, "big"), self.recording.governor
        time = self.time(number)
        clock = time if governor.clock_mode is ClockMode.TIMESTAMP else number
        quorum = self.recording.quorum or 0
        if governor.flavour is Flavour.GOVERNOR_ALPHA:
            yield _view("quorumVotes()", quorum)
        elif asked < clock:
            yield _view("quorum(uint256)", quorum)
        if asked not in self._lives:
            return
        ballot = self._lives[asked].at(number, self.recording)
        votes = (ballot.against_votes, ballot.for_votes, ballot.abstain_votes)
        yield _view("state(uint256)", ballot.state(clock, time))
        if governor.flavour is Flavour.GOVERNOR_ALPHA:
            numbers = (0, ballot.eta, ballot.start, ballot.end, *votes[1::-1])
            yield _view("proposals(uint256)", asked, *numbers, ballot.canceled, ballot.executed)
            return
        yield _view("proposalVotes(uint256)", *votes)
        yield _view("proposalSnapshot(uint256)", ballot.start)
        yield _view("proposalDeadline(uint256)", ballot.end)
        yield _view("proposalEta(uint256)", ballot.eta)


def _view(signature: str, *words: int) -> tuple[bytes, bytes]:
    return keccak(text=signature)[:4], b"".join(word.to_bytes(32, "big") for word in words)
