"""A chain as Assent reads it: blocks, governor events, and proposals asked at one block."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.call import Call
from bot.domain.onchain.event import GovernorEvent
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.simulation import Simulation
from bot.domain.types import Address, BlockHash, BlockNumber, ChainId, Timepoint, UnixSeconds
from bot.gateways.chain.decode import RawLog, decode_log, octets
from bot.gateways.chain.endpoint import (
    Answer,
    Endpoint,
    HttpStatusError,
    Request,
    RpcError,
    result,
    rpc_error,
)
from bot.gateways.chain.errors import (
    ChainError,
    EndpointLaggingError,
    RangeTooWideError,
    UndecodableLogError,
    WrongChainError,
)
from bot.gateways.chain.flavours import BY_FLAVOUR
from bot.gateways.chain.layouts import BY_TOPICS, TOPICS
from bot.gateways.chain.questions import Question, question
from bot.gateways.chain.ranges import is_range_error, suggested_span
from bot.gateways.chain.simulate import simulation, trial, unknown

if TYPE_CHECKING:
    from web3 import AsyncWeb3

INVALID_PARAMS = -32602
_VALID_SIGNATURE = bytes.fromhex("1626ba7e").ljust(32, b"\0")  # by ERC-1271


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """All governor events of a range of blocks, and its last block, from one endpoint.

    `events` are in the order of the chain. `undecodable` says of each log that bears a known
    topic but no such event where it is.
    """

    events: tuple[GovernorEvent, ...]
    undecodable: tuple[str, ...]
    last: Block

    @property
    def undecodable_count(self) -> int:
        """How many logs could not be read."""
        return len(self.undecodable)


class ChainClient:
    """Reads one chain through one endpoint; every method may raise `ChainError`."""

    def __init__(self, web3: "AsyncWeb3[Any]", chain_id: ChainId) -> None:
        self.chain_id = chain_id
        self._endpoint = Endpoint(web3)
        # Whether the node takes block hashes in `eth_call` (EIP-1898) shows at the first call.
        self._takes_block_hash = True

    @property
    def request_count(self) -> int:
        """How many HTTP requests have been sent."""
        return self._endpoint.request_count

    async def check_chain_id(self) -> None:
        """Make sure that the endpoint serves this chain.

        Raises:
            WrongChainError: It serves another.
        """
        (answer,) = await self._endpoint.batch([("eth_chainId", [])])
        found = result(answer)
        if found != hex(self.chain_id):
            raise WrongChainError(f"The node is of chain {found}, not {hex(self.chain_id)}.")

    async def head(self) -> Block:
        """Return the newest block."""
        (answer,) = await self._endpoint.batch([_header_request("latest")])
        return _known(_block(result(answer)))

    async def block(self, number: BlockNumber) -> Block | None:
        """Return the block of this height, or `None` if the node does not have it."""
        (found,) = await self.blocks((number,))
        return found

    async def blocks(self, numbers: Sequence[BlockNumber]) -> tuple[Block | None, ...]:
        """Return the blocks of these heights, parallel to them."""
        answers = await self._in_batches([_header_request(hex(number)) for number in numbers])
        return tuple(_block(result(answer)) for answer in answers)

    async def code(self, address: Address, at: BlockId) -> bytes:
        """Return the code at an address."""
        (answer,) = await self._endpoint.batch([("eth_getCode", [address, hex(at.number)])])
        return _octets(result(answer))

    async def slots(self, asked: Sequence[tuple[Address, int]], at: BlockId) -> tuple[bytes, ...]:
        """Read words of contracts' storage as they are after block `at`, parallel to `asked`."""
        requests: list[Request] = [
            ("eth_getStorageAt", [address, hex(slot), hex(at.number)]) for address, slot in asked
        ]
        return tuple(
            _octets(result(answer)).rjust(32, b"\0") for answer in await self._in_batches(requests)
        )

    async def logs(
        self, first: BlockNumber, last: BlockNumber, addresses: Sequence[Address]
    ) -> LogPage:
        """Return what governors and timelocks did from block `first` to block `last`.

        One HTTP request if nothing happened. The last block's header is asked before and after
        the logs in the same batch, for a node that lacks a block answers "no logs".

        Raises:
            RangeTooWideError: The node wants fewer blocks.
            EndpointLaggingError: The node does not have the last block, or is changing its mind.
        """
        header = _header_request(hex(last))
        requests = [header, _logs_request(first, last, addresses), header]
        if not addresses:
            # No address means all addresses to a node.
            del requests[1]
        try:
            answers = await self._endpoint.batch(requests)
        except HttpStatusError as error:
            # Some providers refuse the whole request, and tell why only in a body.
            if error.status in (400, 413) and first < last:
                raise RangeTooWideError(str(error), None) from error
            raise
        except RpcError as error:
            raise _wide_or_not(error) from error
        block = _same(_block(result(answers[0])), _block(result(answers[-1])))
        found = _logs(answers[1]) if addresses else []
        return await self._page(_relevant(found, first, last, addresses), block)

    async def _page(self, logs: Sequence[RawLog], last: Block) -> LogPage:
        numbers = sorted({BlockNumber(int(log["blockNumber"], 16)) for log in logs})
        times = {last.id.hash: last.timestamp}
        if numbers and numbers != [last.id.number]:
            headers = await self.blocks(numbers)
            times |= {_known(block).id.hash: _known(block).timestamp for block in headers}
        events, undecodable = [], []
        for log in logs:
            try:
                event = decode_log(log, _time_of(log, times))
            except UndecodableLogError as error:
                undecodable.append(str(error))
                continue
            if event is not None:
                events.append(event)
        return LogPage(events=tuple(events), undecodable=tuple(undecodable), last=last)

    async def observe(
        self,
        governors: Mapping[Address, Governor],
        keys: Sequence[ProposalKey],
        at: BlockId,
        vote_starts: Mapping[ProposalKey, Timepoint] | None = None,
    ) -> tuple[Observation, ...]:
        """Ask for proposals as they are after block `at`, parallel to `keys`.

        One HTTP request for up to 1000 questions. An OpenZeppelin governor has to be asked for the
        quorum of a timepoint: where `vote_starts` does not know it, one request more is sent.
        """
        starts = dict(vote_starts or {})
        seen = await self._observe(governors, keys, at, starts)
        again = [
            key
            for key, one in seen.items()
            if BY_FLAVOUR[governors[key.governor].flavour].needs_vote_start
            and one.vote_start is not None
            and one.vote_start != starts.get(key)
        ]
        if again:
            known = {key: start for key in again if (start := seen[key].vote_start) is not None}
            seen |= await self._observe(governors, again, at, known)
        return tuple(seen[key] for key in keys)

    async def _observe(
        self,
        governors: Mapping[Address, Governor],
        keys: Sequence[ProposalKey],
        at: BlockId,
        vote_starts: Mapping[ProposalKey, Timepoint],
    ) -> dict[ProposalKey, Observation]:
        flavours = {key: BY_FLAVOUR[governors[key.governor].flavour] for key in keys}
        asked = {key: flavours[key].questions(key, vote_starts.get(key)) for key in keys}
        answers = await self.ask([one for questions in asked.values() for one in questions], at)
        return {
            key: flavours[key].observation(
                governors[key.governor], key, tuple(answers[one] for one in asked[key])
            )
            for key in keys
        }

    async def ask(self, questions: Iterable[Question], at: BlockId) -> dict[Question, bytes | None]:
        """Call contracts as they are after block `at`; what was reverted is `None`.

        Raises:
            EndpointLaggingError: The node does not have the block.
        """
        distinct = list(dict.fromkeys(questions))
        answers: dict[Question, bytes | None] = {}
        size = self._endpoint.batch_size
        for start in range(0, len(distinct), size):
            chunk = distinct[start : start + size]
            answers |= zip(chunk, await self._ask(chunk, at), strict=True)
        return answers

    async def simulate(self, sender: Address, call: Call, at: BlockId) -> Simulation:
        """Try a call as if `sender` made it after block `at`; a failing node is no finding."""
        try:
            (answer,) = await self._call([trial(sender, call)], at)
        except (ChainError, ValueError) as error:
            return unknown(str(error), at)
        return simulation(answer, at)

    async def _ask(self, questions: Sequence[Question], at: BlockId) -> list[bytes | None]:
        return [_returned(answer) for answer in await self._call(questions, at)]

    async def _call(self, questions: Sequence[Question], at: BlockId) -> list[Answer]:
        if self._takes_block_hash:
            answers = await self._endpoint.batch(
                [_call_request(one, {"blockHash": at.hash}) for one in questions]
            )
            if not any(_is_refused_parameter(answer) for answer in answers):
                return answers
            self._takes_block_hash = False
        header = _header_request(hex(at.number))
        calls = [_call_request(one, hex(at.number)) for one in questions]
        answers = await self._endpoint.batch([header, *calls, header])
        block = _same(_block(result(answers[0])), _block(result(answers[-1])))
        if block.id != at:
            raise EndpointLaggingError(f"Block {at.number} is another one on the node.")
        return answers[1:-1]

    async def is_valid_signature(self, address: Address, digest: bytes, signature: bytes) -> bool:
        """Ask a contract wallet whether it takes a signature for its own (ERC-1271)."""
        asked = question(address, "isValidSignature(bytes32,bytes)", digest, signature)
        answer = (await self.ask([asked], (await self.head()).id))[asked]
        return answer is not None and answer[:32] == _VALID_SIGNATURE

    async def _in_batches(self, requests: Sequence[Request]) -> list[Answer]:
        answers: list[Answer] = []
        size = self._endpoint.batch_size
        for start in range(0, len(requests), size):
            answers += await self._endpoint.batch(requests[start : start + size])
        return answers


def _header_request(tag: str) -> Request:
    return ("eth_getBlockByNumber", [tag, False])


def _logs_request(first: BlockNumber, last: BlockNumber, addresses: Sequence[Address]) -> Request:
    wanted = {
        "fromBlock": hex(first),
        "toBlock": hex(last),
        "address": list(addresses),
        "topics": [list(TOPICS)],
    }
    return ("eth_getLogs", [wanted])


def _call_request(question: Question, block: str | dict[str, str]) -> Request:
    call = {"to": question.to, "data": question.data}
    if question.sender is not None:
        call |= {"from": question.sender, "value": hex(question.value)}
    return ("eth_call", [call, block])


def _block(header: Any) -> Block | None:
    if header is None:
        return None
    try:
        l1_number = header.get("l1BlockNumber")
        return Block(
            id=BlockId(
                number=BlockNumber(int(header["number"], 16)),
                hash=BlockHash(header["hash"].lower()),
            ),
            parent_hash=BlockHash(header["parentHash"].lower()),
            timestamp=UnixSeconds(int(header["timestamp"], 16)),
            l1_number=None if l1_number is None else BlockNumber(int(l1_number, 16)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ChainError("The node's block header is not one.") from None


def _known(block: Block | None) -> Block:
    if block is None:
        raise EndpointLaggingError("The node does not have the block.")
    return block


def _same(before: Block | None, after: Block | None) -> Block:
    if _known(before) != _known(after):
        raise EndpointLaggingError("The node changed to another block while it read this one.")
    return _known(before)


def _logs(answer: Answer) -> list[Any]:
    try:
        found = result(answer)
    except RpcError as error:
        raise _wide_or_not(error) from error
    if not isinstance(found, list):
        raise ChainError("The node's logs are not a list.")
    return found


def _wide_or_not(error: RpcError) -> ChainError:
    if is_range_error(error.text):
        return RangeTooWideError(str(error), suggested_span(error.text))
    return error


def _relevant(
    logs: Sequence[Any],
    first: BlockNumber,
    last: BlockNumber,
    addresses: Sequence[Address],
) -> list[RawLog]:
    """Return the logs asked for, once each, in the order of the chain."""
    wanted = {address.lower() for address in addresses}
    kept: dict[tuple[int, int], RawLog] = {}
    try:
        for log in logs:
            place = (int(log["blockNumber"], 16), int(log["logIndex"], 16))
            topics = log["topics"]
            is_known = bool(topics) and (topics[0].lower(), len(topics)) in BY_TOPICS
            is_ours = log["address"].lower() in wanted and first <= place[0] <= last
            if is_known and is_ours and not log.get("removed"):
                kept[place] = _raw(log)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ChainError("The node's log is not one.") from None
    return [kept[place] for place in sorted(kept)]


def _raw(log: Any) -> RawLog:
    return RawLog(
        address=log["address"],
        topics=log["topics"],
        data=str(log["data"]),
        blockNumber=log["blockNumber"],
        blockHash=str(log["blockHash"]),
        transactionHash=str(log["transactionHash"]),
        logIndex=log["logIndex"],
    )


def _time_of(log: RawLog, times: Mapping[BlockHash, UnixSeconds]) -> UnixSeconds:
    time = times.get(BlockHash(log["blockHash"].lower()))
    if time is None:
        raise EndpointLaggingError("The node's log is of another block than it has now.")
    return time


def _is_refused_parameter(answer: Answer) -> bool:
    if answer.get("error") is None:
        return False
    error = rpc_error(answer["error"])
    return error.code == INVALID_PARAMS and not error.is_revert and not error.is_missing_block


def _returned(answer: Answer) -> bytes | None:
    try:
        return _octets(result(answer))
    except RpcError as error:
        if error.is_revert:
            return None
        raise


def _octets(text: Any) -> bytes:
    try:
        return octets(text)
    except (TypeError, ValueError, AttributeError):
        raise ChainError("The node's answer is not hex.") from None
