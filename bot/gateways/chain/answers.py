"""What a node answers, read as blocks, logs and bytes (pure)."""

from collections.abc import Sequence
from typing import Any

from bot.domain.onchain.block import Block, BlockId
from bot.domain.types import BlockHash, BlockNumber, UnixSeconds
from bot.gateways.chain.codec import counted, octets
from bot.gateways.chain.errors import (
    ChainError,
    EndpointLaggingError,
    NoHistoryError,
    RangeTooWideError,
)
from bot.gateways.chain.json_rpc import Answer, Log, RpcError, logs, result, rpc_error
from bot.gateways.chain.questions import Question
from bot.gateways.chain.ranges import is_history_error, is_range_error, suggested_span

INVALID_PARAMS = -32602


def block_of(header: Any) -> Block | None:
    """Read a header; `None`: the node does not have the block."""
    if header is None:
        return None
    try:
        l1_number = header.get("l1BlockNumber")
        return Block(
            id=BlockId(
                number=BlockNumber(counted(header["number"])),
                hash=BlockHash(header["hash"].lower()),
            ),
            parent_hash=BlockHash(header["parentHash"].lower()),
            timestamp=UnixSeconds(counted(header["timestamp"])),
            l1_number=None if l1_number is None else BlockNumber(counted(l1_number)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ChainError("The node's block header is not one.") from None


def block_if_told(answer: Answer) -> Block | None:
    """Read a header of a tag that not every chain has."""
    try:
        return block_of(result(answer))
    except ChainError:
        return None


def known(block: Block | None) -> Block:
    """Make sure that the node has the block.

    Raises:
        EndpointLaggingError: It does not.
    """
    if block is None:
        raise EndpointLaggingError("The node does not have the block.")
    return block


def same(answers: Sequence[Answer]) -> Block:
    """Make sure that several answers about one height are of the same block.

    Raises:
        EndpointLaggingError: They are not: the node changed its mind in between.
    """
    first, *others = (known(block_of(result(answer))) for answer in answers)
    if any(other != first for other in others):
        raise EndpointLaggingError("The node changed to another block while it read this one.")
    return first


def logs_of(answer: Answer) -> list[Log]:
    """Read the answer to `eth_getLogs`.

    Raises:
        RangeTooWideError: The node wants fewer blocks.
        ChainError: It failed.
    """
    try:
        return logs(answer)
    except RpcError as error:
        raise wide_or_not(error) from error


def wide_or_not(error: RpcError) -> ChainError:
    """Tell a refusal of a range, as too wide or too old, from every other error."""
    if is_range_error(error.text):
        return RangeTooWideError(str(error), suggested_span(error.text))
    return NoHistoryError(str(error)) if is_history_error(error.text) else error


def is_refused_parameter(answer: Answer) -> bool:
    """Whether the node does not understand how it was asked."""
    if answer.error is None:
        return False
    error = rpc_error(answer.error)
    return error.code == INVALID_PARAMS and not error.is_revert and not error.is_missing_block


def returned(answer: Answer) -> bytes | None:
    """Read what a contract returned; `None`: it reverted."""
    try:
        return octets_of(result(answer))
    except RpcError as error:
        if error.is_revert:
            return None
        raise


def told(questions: Sequence[Question], answers: Sequence[Answer]) -> dict[Question, bytes | None]:
    """Read what contracts returned; what the node cannot say of one of them is left out.

    Nothing was learnt of that one. Whoever writes a contract could otherwise let everything that
    is asked together with it fail.
    """
    found: dict[Question, bytes | None] = {}
    for question, answer in zip(questions, answers, strict=True):
        try:
            found[question] = returned(answer)
        except RpcError:
            continue
    return found


def octets_of(text: Any) -> bytes:
    """Read `0x` and hex digits."""
    try:
        return octets(text)
    except (TypeError, ValueError, AttributeError):
        raise ChainError("The node's answer is not hex.") from None
