"""Raw logs to governor events (pure)."""

from functools import lru_cache
from typing import TypedDict, cast

from bot.domain.onchain.block import BlockId, Place, Position
from bot.domain.onchain.event import GovernorEvent
from bot.domain.types import BlockHash, BlockNumber, TransactionHash, UnixSeconds
from bot.gateways.chain.codec import UndecodableDataError, checksummed, octets
from bot.gateways.chain.errors import UndecodableLogError
from bot.gateways.chain.layouts import BY_TOPICS


class RawLog(TypedDict):
    """A log as `eth_getLogs` returns it; numbers are hex."""

    address: str
    topics: list[str]
    data: str
    blockNumber: str
    blockHash: str
    transactionHash: str
    logIndex: str


def decode_log(log: RawLog, block_time: UnixSeconds) -> GovernorEvent | None:
    """Return the event that a log holds, or `None` if it is none that Assent knows.

    Raises:
        UndecodableLogError: The log bears a known event's topics, but not its data.
    """
    topics = log["topics"]
    layout = BY_TOPICS.get((topics[0].lower(), len(topics))) if topics else None
    if layout is None:
        return None
    try:
        values = layout.values(topics, octets(log["data"]))
        # A layout that does without the time is content with the place.
        position = cast("Position", _place(log, block_time if layout.needs_time else None))
        return layout.make(checksummed(log["address"]), position, values)
    except (UndecodableDataError, ValueError) as error:
        raise UndecodableLogError(f"{log['transactionHash']} {log['logIndex']}: {error}") from error


def _place(log: RawLog, block_time: UnixSeconds | None) -> Place:
    block = _block_id(log["blockNumber"], log["blockHash"])
    transaction_hash = TransactionHash(log["transactionHash"].lower())
    log_index = int(log["logIndex"], 16)
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
