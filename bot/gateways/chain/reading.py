"""What is to be read of a chain in one batch, and how the batch is put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TypeAlias

from bot.domain.onchain.block import Block
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.onchain.scan import BlockRange
from bot.domain.types import Address, BlockNumber
from bot.gateways.chain.answers import wide_or_not
from bot.gateways.chain.endpoint import Endpoint, HttpStatusError, Request
from bot.gateways.chain.errors import (
    AnswerTooLargeError,
    ChainError,
    EndpointLaggingError,
    EndpointPausedError,
    NoHistoryError,
    RangeTooWideError,
)
from bot.gateways.chain.json_rpc import RpcError
from bot.gateways.chain.layouts import TOPICS
from bot.gateways.chain.questions import Question

# A log's block and its number in it: unique on one chain.
LogPlace: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is to be read of a chain at once: a range of blocks, and contracts at its last one.

    `anchor` is the height of a block that we know, by which the range hangs together with what
    was read before. The events at `known` places were read before as well. A fork may take back
    blocks from `unsettled` on, so that votes in them are held to the headers of their blocks, as
    all other events are anywhere.
    """

    blocks: BlockRange
    addresses: Sequence[Address]
    anchor: BlockNumber | None = None
    questions: Sequence[Question] = ()
    known: frozenset[LogPlace] = field(default_factory=frozenset)
    unsettled: BlockNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """All governor events of a range of blocks, and its last block, from one endpoint.

    `events` and `votes` are in the order of the chain. `undecodable` says of each log that bears
    a known topic but no such event what is wrong with it. What contracts answered is as of the
    last block.
    """

    events: tuple[GovernorEvent, ...]
    votes: tuple[VoteCast, ...]
    undecodable: Mapping[LogPlace, str]
    last: Block
    anchor: Block | None = None  # as the endpoint has it; `None`: it does not have it
    answers: Mapping[Question, bytes | None] = field(default_factory=dict)

    @property
    def undecodable_count(self) -> int:
        """How many logs could not be read."""
        return len(self.undecodable)


class Part(StrEnum):
    """What a part of a batch is asked for."""

    HEADER = "the last block's header, before and after everything else"
    ANCHOR = "the header of a block that we know"
    LOGS = "the logs"
    CALL = "a contract's answer"


BESIDE_QUESTIONS = 5  # requests in a batch


def asked_for(reading: Reading, questions: Sequence[Question]) -> list[tuple[Part, Request]]:
    """Make the batch that reads, each request with what it is asked for."""
    last = hex(reading.blocks.last)
    header = (Part.HEADER, header_request(last))
    asked = [header]
    if reading.anchor is not None:
        asked.append((Part.ANCHOR, header_request(hex(reading.anchor))))
    if reading.addresses:  # No address means all addresses to a node.
        asked.append((Part.LOGS, logs_request(reading)))
    asked.append(header)
    if questions:
        asked += [(Part.CALL, call_request(one, last)) for one in questions]
        asked.append(header)
    return asked


def refused(endpoint: Endpoint, wanted: BlockRange, error: ChainError) -> ChainError:
    """Tell a range that is too wide from other errors, and let the endpoint remember it.

    Many providers say so in words of their own, or not at all: they break off, or let us wait. So
    does one that is out of order; therefore a range has to fail twice before a narrower is tried.
    """
    if isinstance(error, RpcError):
        error = wide_or_not(error)
    # Some providers refuse the whole request, and tell why only in a body.
    is_whole = isinstance(error, HttpStatusError) and error.status in (400, 413)
    is_whole = is_whole or isinstance(error, AnswerTooLargeError)
    if wanted.first < wanted.last and (
        is_whole or (_may_be_width(error) and endpoint.struggles(wanted))
    ):
        error = RangeTooWideError(str(error), None)
    if isinstance(error, RangeTooWideError):
        endpoint.takes_narrower(wanted.last - wanted.first + 1, error.suggested_span)
    return error


def _may_be_width(error: ChainError) -> bool:
    """Say whether fewer blocks may help; not where too much was asked in too short a time."""
    if isinstance(error, HttpStatusError):
        return error.status != HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, RpcError):
        return not error.is_rate_limit
    return not isinstance(error, _KNOWN)


_KNOWN = (RangeTooWideError, NoHistoryError, EndpointPausedError, EndpointLaggingError)


def header_request(tag: str) -> Request:
    """Ask for the header of a block."""
    return ("eth_getBlockByNumber", [tag, False])


def logs_request(reading: Reading) -> Request:
    """Ask for the logs of all events that Assent knows."""
    wanted = {
        "fromBlock": hex(reading.blocks.first),
        "toBlock": hex(reading.blocks.last),
        "address": list(reading.addresses),
        "topics": [list(TOPICS)],
    }
    return ("eth_getLogs", [wanted])


def call_request(question: Question, block: str | dict[str, str]) -> Request:
    """Ask a contract."""
    call = {"to": question.to, "data": question.data}
    if question.sender is not None:
        call |= {"from": question.sender, "value": hex(question.value)}
    return ("eth_call", [call, block])
