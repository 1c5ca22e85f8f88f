"""A chain as Assent reads it: blocks, governor events, and proposals asked at one block."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.call import Call
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.scan import BlockRange
from bot.domain.onchain.simulation import SimulatedCall
from bot.domain.types import (
    Address,
    BlockNumber,
    Timepoint,
)
from bot.gateways.chain.answers import (
    block_of,
    is_refused_parameter,
    known,
    logs_of,
    octets_of,
    returned,
    same,
    told,
)
from bot.gateways.chain.blocks import ChainBlocks
from bot.gateways.chain.endpoint import Endpoint, Request
from bot.gateways.chain.errors import ChainError, EndpointLaggingError
from bot.gateways.chain.flavours import BY_FLAVOUR
from bot.gateways.chain.inquiry import Inquiry
from bot.gateways.chain.json_rpc import Answer, Log, result
from bot.gateways.chain.logs import Found
from bot.gateways.chain.questions import Question, question
from bot.gateways.chain.reading import (
    BESIDE_QUESTIONS,
    LogPage,
    Part,
    Reading,
    asked_for,
    call_request,
    header_request,
    refused,
)
from bot.gateways.chain.simulate import simulated, trial, unknown

_AT_ONCE = 2_000  # logs, until others have their turn: a few milliseconds
_VALID_SIGNATURE = bytes.fromhex("1626ba7e").ljust(32, b"\0")  # by ERC-1271


class ChainClient(ChainBlocks):
    """Reads one chain: its blocks, what happened in them, and what contracts answer after one."""

    async def code(self, address: Address, at: BlockId) -> bytes:
        """Return the code at an address."""
        (answer,) = await self.endpoint.batch([("eth_getCode", [address, hex(at.number)])])
        return octets_of(result(answer))

    async def slots(self, asked: Sequence[tuple[Address, int]], at: BlockId) -> tuple[bytes, ...]:
        """Read words of contracts' storage as they are after block `at`, parallel to `asked`."""
        wanted: list[Request] = [
            ("eth_getStorageAt", [address, hex(slot), hex(at.number)]) for address, slot in asked
        ]
        words = await self._in_batches(wanted)
        return tuple(octets_of(result(word)).rjust(32, b"\0") for word in words)

    async def logs(
        self, first: BlockNumber, last: BlockNumber, addresses: Sequence[Address]
    ) -> LogPage:
        """Return what governors and timelocks did from block `first` to block `last`.

        One HTTP request if nothing happened.

        Raises:
            RangeTooWideError: The node wants fewer blocks.
            EndpointLaggingError: The node does not have the last block, or is changing its mind.
        """
        blocks = BlockRange(first=first, last=last)
        return await self.read(Reading(blocks=blocks, addresses=addresses))

    async def read(self, reading: Reading) -> LogPage:
        """Return the events of a range of blocks, and what contracts answer at its last block.

        One HTTP request if nothing happened. The last block's header is asked before and after
        the logs in the same batch, for a node that lacks a block answers "no logs"; and once more
        after the questions, which are asked at that height.

        Raises:
            RangeTooWideError: The node wants fewer blocks.
            EndpointLaggingError: The node does not have the last block, or is changing its mind.
        """
        endpoint, wanted = self.endpoint, reading.blocks
        room = max(endpoint.batch_size - BESIDE_QUESTIONS, 1)
        questions = list(dict.fromkeys(reading.questions))
        asked = asked_for(reading, questions[:room])
        try:
            answers = await endpoint.batch([request for _, request in asked])
            parts: dict[Part, list[Answer]] = {part: [] for part in Part}
            for (part, _), answer in zip(asked, answers, strict=True):
                parts[part].append(answer)
            block = same(parts[Part.HEADER])
            found = [log for answer in parts[Part.LOGS] for log in logs_of(answer)]
        except ChainError as error:
            raise refused(endpoint, wanted, error) from error
        returns = told(questions[:room], parts[Part.CALL])
        if len(questions) > room:
            returns |= await self.ask_each(questions[room:], block.id)
        page = await self._page(await _taken(found, reading), block)
        endpoint.took(wanted, len(found))
        anchors = [block_of(result(answer)) for answer in parts[Part.ANCHOR]]
        return replace(page, anchor=anchors[0] if anchors else None, answers=returns)

    async def _page(self, found: Found, last: Block) -> LogPage:
        """Decode what was found; the headers of its blocks are asked for, but for old votes."""
        numbers = found.untimed
        times = {last.id.hash: last.timestamp}
        if numbers and numbers != [last.id.number]:
            headers = await self.blocks(numbers)
            times |= {known(block).id.hash: known(block).timestamp for block in headers}
        return found.page(times, last)

    async def observe(
        self,
        governors: Mapping[Address, Governor],
        keys: Sequence[ProposalKey],
        at: BlockId,
        vote_starts: Mapping[ProposalKey, Timepoint] | None = None,
        supplied: Collection[ProposalKey] = (),
    ) -> dict[ProposalKey, Observation]:
        """Ask for proposals as they are after block `at`; who cannot be asked is left out.

        One HTTP request for up to 1000 questions. An OpenZeppelin governor has to be asked for the
        quorum of a timepoint: where `vote_starts` does not know it, one request more is sent. For
        whom a start is known, the token is asked for its supply, but not for those `supplied`.
        """
        starts: dict[ProposalKey, Timepoint | None] = dict.fromkeys(keys)
        starts |= {key: start for key, start in (vote_starts or {}).items() if key in starts}
        inquiry = Inquiry(governors=governors, details=starts, supplied=supplied)
        seen = await self._observe(inquiry, at)
        again = {
            key: one.vote_start
            for key, one in seen.items()
            if BY_FLAVOUR[governors[key.governor].flavour].needs_vote_start
            and one.vote_start is not None
            and one.vote_start != starts.get(key)
        }
        if again:
            seen |= await self._observe(replace(inquiry, details=again), at)
        return seen

    async def _observe(self, inquiry: Inquiry, at: BlockId) -> dict[ProposalKey, Observation]:
        return inquiry.observations(await self.ask_each(inquiry.questions, at))

    async def ask(self, questions: Iterable[Question], at: BlockId) -> dict[Question, bytes | None]:
        """Call contracts as they are after block `at`; what was reverted is `None`.

        Raises:
            EndpointLaggingError: The node does not have the block.
        """
        answers = await self._answers(questions, at)
        return {question: returned(answer) for question, answer in answers.items()}

    async def ask_each(
        self, questions: Iterable[Question], at: BlockId
    ) -> dict[Question, bytes | None]:
        """Call contracts likewise; what the node cannot say of one of them is left out."""
        answers = await self._answers(questions, at)
        return told([*answers], [*answers.values()])

    async def _answers(self, questions: Iterable[Question], at: BlockId) -> dict[Question, Answer]:
        endpoint = self.endpoint
        distinct = list(dict.fromkeys(questions))
        answers: dict[Question, Answer] = {}
        while len(answers) < len(distinct):
            chunk = distinct[len(answers) : len(answers) + endpoint.batch_size]
            answers |= zip(chunk, await self._call(endpoint, chunk, at), strict=True)
        return answers

    async def simulate(self, sender: Address, call: Call, at: BlockId) -> SimulatedCall:
        """Try a call as if `sender` made it after block `at`; a failing node is no finding."""
        try:
            (answer,) = await self._call(self.endpoint, [trial(sender, call)], at)
        except (ChainError, ValueError) as error:
            return unknown(str(error))
        return simulated(answer)

    async def _call(
        self, endpoint: Endpoint, questions: Sequence[Question], at: BlockId
    ) -> list[Answer]:
        if endpoint.takes_block_hash:
            answers = await endpoint.batch(
                [call_request(one, {"blockHash": at.hash}) for one in questions]
            )
            if not any(is_refused_parameter(answer) for answer in answers):
                return answers
            endpoint.takes_block_hash = False
        header = header_request(hex(at.number))
        calls = [call_request(one, hex(at.number)) for one in questions]
        answers = await endpoint.batch([header, *calls, header])
        block = same((answers[0], answers[-1]))
        if block.id != at:
            raise EndpointLaggingError(f"Block {at.number} is another one on the node.")
        return answers[1:-1]

    async def is_valid_signature(self, address: Address, digest: bytes, signature: bytes) -> bool:
        """Ask a contract wallet whether it takes a signature for its own (ERC-1271)."""
        asked = question(address, "isValidSignature(bytes32,bytes)", digest, signature)
        answer = (await self.ask([asked], (await self.head()).id))[asked]
        return answer is not None and answer[:32] == _VALID_SIGNATURE


async def _taken(logs: Sequence[Log], reading: Reading) -> Found:
    """Take the logs that were asked for, some at once: others want their turn."""
    found = Found()
    for start in range(0, len(logs), _AT_ONCE):
        if start:
            await asyncio.sleep(0)
        some = logs[start : start + _AT_ONCE]
        found.take(some, reading)
    return found
