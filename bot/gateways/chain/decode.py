"""Logs to governor events (pure)."""

from functools import lru_cache
from typing import cast

from bot.domain.onchain.block import BlockId, Place, Position
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.types import BlockHash, BlockNumber, TransactionHash, UnixSeconds
from bot.gateways.chain.codec import UndecodableDataError, checksummed, octets
from bot.gateways.chain.errors import UndecodableLogError
from bot.gateways.chain.events.layout import Layout
from bot.gateways.chain.json_rpc import Log
from bot.gateways.chain.layouts import BY_TOPICS


def layout_of(log: Log) -> Layout | None:
    """Find the event that a log's topics say it is; `None`: none that Assent knows."""
    topics = log.topics
    return BY_TOPICS.get((topics[0].lower(), len(topics))) if topics else None


def decode_log(log: Log, block_time: UnixSeconds | None) -> GovernorEvent | VoteCast | None:
    """Return the event that a log holds, or `None` if it is none that Assent knows.

    A vote does without the time of its block.

    Raises:
        UndecodableLogError: The log bears a known event's topics, but not its data.
    """
    layout = layout_of(log)
    if layout is None:
        return None
    try:
        values = layout.values(log.topics, octets(log.data or "none"))
        # A layout that does without the time is content with the place.
        position = cast("Position", _place(log, block_time if layout.needs_time else None))
        return layout.make(checksummed(log.address), position, values)
    except (UndecodableDataError, ValueError) as error:
        raise UndecodableLogError(f"{log.transaction_hash} {log.log_index}: {error}") from error


def _place(log: Log, block_time: UnixSeconds | None) -> Place:
    block = _block_id(log.block_number, log.block_hash)
    transaction_hash = TransactionHash(log.transaction_hash.lower())
    log_index = int(log.log_index, 16)
    if block_time is None:
        return Place(block=block, transaction_hash=transaction_hash, log_index=log_index)
    return Position(
        block=block,
        transaction_hash=transaction_hash,
        log_index=log_index,
        block_time=block_time,
    )


@lru_cache(maxsize=1024)
def _block_id(number: str, hash_: str) -> BlockId:
    return BlockId(number=BlockNumber(int(number, 16)), hash=BlockHash(hash_.lower()))
