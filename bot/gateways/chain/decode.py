"""Raw logs to governor events (pure)."""

from typing import TypedDict

from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.event import GovernorEvent
from bot.domain.types import BlockHash, BlockNumber, TransactionHash, UnixSeconds
from bot.gateways.chain.codec import UndecodableDataError, decode
from bot.gateways.chain.errors import UndecodableLogError
from bot.gateways.chain.layouts import BY_TOPICS, address


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
        # Only value types are indexed in these events, so the topics decode as if they were data.
        indexed = decode(layout.indexed, b"".join(octets(topic) for topic in topics[1:]))
        values = indexed + decode(layout.types, octets(log["data"]))
        return layout.make(address(log["address"]), _position(log, block_time), values)
    except (UndecodableDataError, ValueError) as error:
        raise UndecodableLogError(f"{log['transactionHash']} {log['logIndex']}: {error}") from error


def octets(text: str) -> bytes:
    """Read `0x` and hex digits.

    Raises:
        ValueError: They are none.
    """
    return bytes.fromhex(text.removeprefix("0x"))


def _position(log: RawLog, block_time: UnixSeconds) -> Position:
    return Position(
        block=BlockId(
            number=BlockNumber(int(log["blockNumber"], 16)),
            hash=BlockHash(log["blockHash"].lower()),
        ),
        block_time=block_time,
        transaction_hash=TransactionHash(log["transactionHash"].lower()),
        log_index=int(log["logIndex"], 16),
    )
