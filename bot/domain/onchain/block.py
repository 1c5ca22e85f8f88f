"""Blocks, and where an event stands among them."""

from dataclasses import dataclass

from bot.domain.types import BlockHash, BlockNumber, TransactionHash, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockId:
    """A block by number and hash."""

    number: BlockNumber
    hash: BlockHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block's header, as far as Assent looks at it."""

    id: BlockId
    parent_hash: BlockHash
    timestamp: UnixSeconds
    l1_number: BlockNumber | None = None  # on a chain whose contracts count the blocks below it
    seconds_per_block: float | None = None  # the chain's own average up to here, where it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a log stands; with the chain this identifies it for ever."""

    block: BlockId
    transaction_hash: TransactionHash
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Place):
    """Where a log stands, and when its block was made."""

    block_time: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Finality:
    """Up to which block a chain can never be undone, by its own word."""

    number: BlockNumber
    timestamp: UnixSeconds | None  # of that block or one before it; `None`: not known
