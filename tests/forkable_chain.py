"""A chain that is only a list: quick enough for thousands of forks, true to GovernorAlpha's rules.

It stands in at the transport of web3, so that everything above it is the bot's own. The rules of
`state` are GovernorAlpha's; that the real contract agrees with what is tested upon them is shown
by the same stories on an EVM (`test_governance_on_real_contracts.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from itertools import count
from types import MappingProxyType
from typing import Any, Self

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider

from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from tests.spoken import spoken
from tests.watched import CrashError

CHAIN = ChainId(1)
GENESIS_TIME = 1_800_000_000
BLOCK_SECONDS = 12
VOTING_PERIOD = 5  # blocks
TIMELOCK_DELAY = 36
GRACE_PERIOD = 96
QUORUM = 100 * 10**18
SUPPLY = 1_000_000 * 10**18
VOTES = 60 * 10**18  # of each voter: two voters are a quorum

GOVERNOR = "0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"
TIMELOCK = "0xb6f1F016175588a049fDA12491cF3686De33990B"
TOKEN = "0x799ebfABE77a6E34311eeEe9825190B9ECe32824"  # an address
TARGET = "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
PROPOSER = "0x00000000000000000000000000000000000000A1"


class Act(StrEnum):
    """What somebody does to the newest proposal. An act that is not possible does nothing."""

    GO_ON = "whatever brings a proposal on: propose, vote for it, queue it, execute it"
    PROPOSE = "propose"
    VOTE_FOR = "vote for"
    VOTE_AGAINST = "vote against"
    QUEUE = "queue"
    EXECUTE = "execute"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A proposal as the contract stores it."""

    start: int
    end: int
    for_votes: int = 0
    against_votes: int = 0
    abstain_votes: int = 0  # GovernorAlpha knows none
    eta: int = 0
    canceled: bool = False
    executed: bool = False
    quorum: int = QUORUM
    grace: float = GRACE_PERIOD

    def state(self, number: int, time: int) -> int:
        """Say what `state(uint256)` answers. Source: GovernorAlpha.sol, `state`."""
        is_quorate = self.for_votes + self.abstain_votes >= self.quorum
        passed = self.for_votes > self.against_votes and is_quorate
        ruled = (
            (self.canceled, 2),
            (number <= self.start, 0),
            (number <= self.end, 1),
            (not passed, 3),
            (self.eta == 0, 4),
            (self.executed, 7),
            (time >= self.eta + self.grace, 6),
        )
        return next((state for applies, state in ruled if applies), 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBlock:
    """A block: its header, its logs, and the contract's storage after it."""

    number: int
    hash: str
    parent_hash: str
    time: int
    logs: tuple[dict[str, Any], ...]
    ballots: Mapping[int, Ballot]


class RevertedError(Exception):
    """A contract refused a call."""


class UnsayableError(Exception):
    """The node fails at one call, in words of its own."""


class ForkableChain(AsyncBaseProvider):
    """Blocks that can be taken back, behind web3's own interface of a transport."""

    def __init__(self, length: int = 10) -> None:
        super().__init__()
        self.blocks = [_made(0, "0x" + "00" * 32, (), {}, branch=0)]
        self.branch = 0
        self.fee = 0  # what the next proposal is about; every branch has proposals of its own
        self.waited = 0  # seconds that the next blocks come later than one a `BLOCK_SECONDS`
        self.requests = 0
        self.asked = Counter[str]()  # how often each contract was called
        self.is_down = False
        self.instead: Callable[[], Any] | None = None  # gives, or raises, what a bad node would
        self.hides_logs = False  # `[]` whatever there is
        self.tells_count = False  # whether its governor answers `proposalCount()`
        self.count: int | None = None  # what it answers then, whatever there is
        self.unsayable: set[int] = set()  # proposals of which it answers an odd error
        self.chain_id = CHAIN
        self.most_logs = 1_000_000  # blocks in one `eth_getLogs`
        self.forgotten = 0  # blocks, the oldest, of which it has no logs any more
        self.per_second = 0  # blocks that bear the same second; 0: each comes `BLOCK_SECONDS` later
        self.words: Any = ""  # instead of the usual ones, or an exception instead of any answer
        # Whether a contract wallet takes a signature for its own, by its address; or the very bytes
        # that it answers.
        self.wallets: dict[str, Callable[[bytes, bytes], bool | bytes]] = {}
        self.before_request: Callable[[], None] = lambda: None
        self.before_answer: Callable[[str], None] = lambda _method: None  # in a batch
        self.dies_in = 0  # requests until the asking process dies; 0: never
        self.now: Callable[[], int] | None = None  # if given, blocks keep up with this clock
        self.mine(length)

    @property
    def head(self) -> MadeBlock:
        return self.blocks[-1]

    def client(self) -> ChainClient:
        moments = count(step=3_600)  # Between two looks at the clock more passes than any pause.
        return ChainClient(AsyncWeb3(self), CHAIN, now=lambda: next(moments))

    def mine(self, count: int = 1) -> None:
        for _ in range(count):
            self.act()

    def act(self, *acts: Act) -> None:
        """Mine one block in which these things are done, as far as they are possible."""
        parent = self.head
        ballots = dict(parent.ballots)
        made = _made(parent.number + 1, parent.hash, (), ballots, branch=self.branch)
        block = replace(made, time=made.time + self.waited)
        logs: list[dict[str, Any]] = []
        for act in acts:
            event = _done(act, ballots, block, self.fee)
            if event is not None:
                logs.append(_log(block, len(logs), *event))
        self.blocks.append(replace(block, logs=tuple(logs), ballots=MappingProxyType(ballots)))

    def wait_until(self, moment: int) -> None:
        """Let no block be mined until this time."""
        self.waited += max(moment - self.head.time, 0)

    def fork(self, depth: int) -> None:
        """Take the newest blocks back; what is mined from here on has other hashes."""
        self.branch += 1
        self.fee += 1
        del self.blocks[-depth:]

    def twin(self) -> Self:
        """Give another node of the same chain, that goes its own way from here on."""
        other = copy(self)
        other.blocks = list(self.blocks)
        return other

    @override
    async def make_batch_request(self, requests: Any) -> Any:
        self.requests += 1
        self.before_request()
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise CrashError
        if self.is_down:
            raise ConnectionError
        if self.instead is not None:
            return spoken(self.instead())
        return spoken([self.answer(method, params) for method, params in requests])

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        """Answer one request, as JSON-RPC writes it."""
        self.before_answer(method)
        answers: dict[str, Callable[..., Any]] = {
            "eth_getBlockByNumber": self._header,
            "eth_getLogs": self._logs,
            "eth_chainId": lambda: hex(self.chain_id),
            "eth_getCode": lambda *_: "0x60",
            "eth_getStorageAt": lambda *_: "0x" + "00" * 32,
            "eth_call": self._call,
        }
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": answers[method](*params)}
        except RevertedError:
            return _error(3, "execution reverted")
        except UnsayableError:
            return _error(-32603, "the machine is tired of this contract")
        except OverflowError:
            if self.words and not isinstance(self.words, str):
                raise self.words from None
            words = self.words or f"ranges over {self.most_logs} blocks are not supported"
            return _error(-32602, words)
        except KeyError:
            return _error(-32000, "header not found")

    def _keep_up(self) -> None:
        if self.now is not None and self.now() > self.head.time + BLOCK_SECONDS:
            self.wait_until(self.now() - BLOCK_SECONDS)
            self.mine()

    def _header(self, tag: str, _full: bool) -> dict[str, str] | None:  # noqa: FBT001 - JSON-RPC's
        self._keep_up()
        if tag == "finalized":
            return None  # as a chain answers that knows no such tag
        number = self.head.number if tag == "latest" else int(tag, 16)
        if number > self.head.number:
            return None
        block = self.blocks[number]
        return {
            "number": hex(block.number),
            "hash": block.hash,
            "parentHash": block.parent_hash,
            "timestamp": hex(self._time(block)),
        }

    def _time(self, block: MadeBlock) -> int:
        if not self.per_second:
            return block.time
        return GENESIS_TIME + block.number // self.per_second

    def _logs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.most_logs or first < self.forgotten:
            raise OverflowError
        if self.hides_logs:
            return []
        return [log for block in self.blocks[first : last + 1] for log in block.logs]

    def _call(self, call: dict[str, str], at: dict[str, str] | str) -> str:
        block = self._block(at)
        data = bytes.fromhex(call["data"][2:])
        self.asked[call["to"]] += 1
        if data[:4] == _IS_VALID and call["to"] in self.wallets:
            said = self.wallets[call["to"]](*decode(["bytes32", "bytes"], data[4:]))
            if isinstance(said, bytes):
                return "0x" + said.hex()
            return "0x" + (_IS_VALID if said else b"\xff" * 4).ljust(32, b"\0").hex()
        constant = self._constants(block).get((call["to"], data[:4]))
        if constant is not None:
            return "0x" + constant.hex()
        if data[:4] not in (_STATE, _PROPOSALS) or call["to"] != GOVERNOR:
            raise RevertedError
        (proposal_id,) = decode(["uint256"], data[4:])
        if proposal_id in self.unsayable:
            raise UnsayableError
        if proposal_id not in block.ballots:
            raise RevertedError
        ballot = block.ballots[proposal_id]
        if data[:4] == _STATE:
            return "0x" + encode(["uint256"], [ballot.state(block.number, block.time)]).hex()
        return "0x" + _stored(proposal_id, ballot).hex()

    def _constants(self, block: MadeBlock) -> Mapping[tuple[str, bytes], bytes]:
        """Give what contracts answer whatever they are asked about."""
        if not self.tells_count:
            return _CONSTANTS
        count = max(block.ballots, default=0) if self.count is None else self.count
        newest = encode(["uint256"], [count])
        return {**_CONSTANTS, (GOVERNOR, _COUNT): newest}

    def _block(self, at: dict[str, str] | str) -> MadeBlock:
        if isinstance(at, dict):
            return {block.hash: block for block in self.blocks}[at["blockHash"]]
        return {block.number: block for block in self.blocks}[int(at, 16)]


def _selector(signature: str) -> bytes:
    return keccak(text=signature)[:4]


def _topic(signature: str) -> str:
    return "0x" + keccak(text=signature).hex()


_STATE, _PROPOSALS = _selector("state(uint256)"), _selector("proposals(uint256)")
_IS_VALID = _selector("isValidSignature(bytes32,bytes)")
_COUNT = _selector("proposalCount()")
_CONSTANTS = {
    (to, _selector(signature)): encode([kind], [value])
    for to, signature, kind, value in (
        (GOVERNOR, "quorumVotes()", "uint256", QUORUM),
        (GOVERNOR, "name()", "string", "Compound Governor Alpha"),
        (GOVERNOR, "votingDelay()", "uint256", 1),
        (GOVERNOR, "votingPeriod()", "uint256", VOTING_PERIOD),
        (GOVERNOR, "proposalThreshold()", "uint256", 500 * 10**18),
        (GOVERNOR, "timelock()", "address", TIMELOCK),
        (GOVERNOR, "comp()", "address", TOKEN),
        (TIMELOCK, "GRACE_PERIOD()", "uint256", GRACE_PERIOD),
        (TIMELOCK, "delay()", "uint256", TIMELOCK_DELAY),
        (TOKEN, "symbol()", "string", "BTRST"),
        (TOKEN, "totalSupply()", "uint256", SUPPLY),
        (TOKEN, "decimals()", "uint256", 18),
    )
}
_CREATED_TYPES = [
    *("uint256", "address", "address[]", "uint256[]", "string[]", "bytes[]"),
    *("uint256", "uint256", "string"),
]
_CREATED = _topic(f"ProposalCreated({','.join(_CREATED_TYPES)})")

Event = tuple[str, bytes]


def _done(act: Act, ballots: dict[int, Ballot], block: MadeBlock, fee: int) -> Event | None:
    """Do something to the newest proposal and give its event, or nothing where it reverts."""
    newest = max(ballots, default=0)
    ballot = ballots.get(newest, Ballot(start=0, end=0, canceled=True))
    state = ballot.state(block.number, block.time)
    if act is Act.GO_ON:
        act = _NATURAL[state]
    if act is Act.PROPOSE:
        return _proposed(ballots, block, fee)
    change, event = _EFFECTS[act](newest, ballot, state, block.time)
    if change is None:
        return None
    ballots[newest] = change
    return event


def _proposed(ballots: dict[int, Ballot], block: MadeBlock, fee: int) -> Event:
    new_id = max(ballots, default=0) + 1
    ballot = Ballot(start=block.number + 1, end=block.number + 1 + VOTING_PERIOD)
    ballots[new_id] = ballot
    argument = encode(["uint8"], [fee % 100])
    fields = (
        *(new_id, PROPOSER, [TARGET], [0], ["setMarketplaceFee(uint8)"], [argument]),
        *(ballot.start, ballot.end, f"# Fee {fee}\n\nProposed in block {block.number}."),
    )
    return _CREATED, encode(_CREATED_TYPES, fields)


Effect = tuple[Ballot | None, Event | None]


def _vote(*, is_for: bool) -> Callable[[int, Ballot, int, int], Effect]:
    def vote(proposal_id: int, ballot: Ballot, state: int, _time: int) -> Effect:
        if state != 1:
            return None, None
        data = encode(["address", "uint256", "bool", "uint256"], [PROPOSER, proposal_id, is_for, 1])
        event = (_topic("VoteCast(address,uint256,bool,uint256)"), data)
        if is_for:
            return replace(ballot, for_votes=ballot.for_votes + VOTES), event
        return replace(ballot, against_votes=ballot.against_votes + VOTES), event

    return vote


def _queue(proposal_id: int, ballot: Ballot, state: int, time: int) -> Effect:
    if state != 4:
        return None, None
    eta = time + TIMELOCK_DELAY
    data = encode(["uint256", "uint256"], [proposal_id, eta])
    return replace(ballot, eta=eta), (_topic("ProposalQueued(uint256,uint256)"), data)


def _execute(proposal_id: int, ballot: Ballot, state: int, time: int) -> Effect:
    if state != 5 or time < ballot.eta:
        return None, None
    event = (_topic("ProposalExecuted(uint256)"), encode(["uint256"], [proposal_id]))
    return replace(ballot, executed=True), event


def _cancel(proposal_id: int, ballot: Ballot, state: int, _time: int) -> Effect:
    if state not in (0, 1, 5):  # the real one cancels later as well; see the laws
        return None, None
    event = (_topic("ProposalCanceled(uint256)"), encode(["uint256"], [proposal_id]))
    return replace(ballot, canceled=True), event


# By state; a pending proposal is waited for.
_NATURAL = (
    *(Act.QUEUE, Act.VOTE_FOR, Act.PROPOSE, Act.PROPOSE),
    *(Act.QUEUE, Act.EXECUTE, Act.PROPOSE, Act.PROPOSE),
)
_EFFECTS: dict[Act, Callable[[int, Ballot, int, int], Effect]] = {
    Act.VOTE_FOR: _vote(is_for=True),
    Act.VOTE_AGAINST: _vote(is_for=False),
    Act.QUEUE: _queue,
    Act.EXECUTE: _execute,
    Act.CANCEL: _cancel,
}


def _made(
    number: int,
    parent_hash: str,
    logs: Iterable[dict[str, Any]],
    ballots: Mapping[int, Ballot],
    *,
    branch: int,
) -> MadeBlock:
    name = f"{branch}:{number}:{parent_hash}"
    return MadeBlock(
        number=number,
        hash="0x" + sha256(name.encode()).hexdigest(),
        parent_hash=parent_hash,
        time=GENESIS_TIME + number * BLOCK_SECONDS,
        logs=tuple(logs),
        ballots=ballots,
    )


def _log(block: MadeBlock, index: int, topic: str, data: bytes) -> dict[str, Any]:
    transaction = sha256(f"{block.hash}:{index}".encode()).hexdigest()
    return {
        "address": GOVERNOR,
        "topics": [topic],
        "data": "0x" + data.hex(),
        "blockNumber": hex(block.number),
        "blockHash": block.hash,
        "transactionHash": "0x" + transaction,
        "logIndex": hex(index),
        "removed": False,
    }


def _stored(proposal_id: int, ballot: Ballot) -> bytes:
    types = ["uint256", "address", *["uint256"] * 5, "bool", "bool"]
    fields = (
        *(proposal_id, PROPOSER, ballot.eta, ballot.start, ballot.end),
        *(ballot.for_votes, ballot.against_votes, ballot.canceled, ballot.executed),
    )
    return encode(types, fields)


def _error(code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message}}
