"""Which blocks to read next, and what of the past still stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import ReorgTooDeepError
from bot.domain.onchain.block import Block, BlockId
from bot.domain.types import BlockHash, BlockNumber

FIRST_SPAN = 2_000  # blocks; what most providers allow
MOST_SPAN = 100_000
CHECKPOINTS_KEPT = 128

# Blocks that are read again: a node may have a block, and its logs only a moment later.
OVERLAP = 4
# Once in so many looks a long way back, for logs that a node has hidden for longer.
DEEP_OVERLAP, DEEP_EVERY = 1_000, 60

_FEWEST_BLOCKS = 64  # over which a rate is measured: single blocks come early or late


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRange:
    """A closed range of blocks."""

    first: BlockNumber
    last: BlockNumber


def next_range(
    scanned: BlockNumber, safe: BlockNumber, span: int, again: int = 0
) -> BlockRange | None:
    """Give the range after `scanned`, at most `span` blocks and not beyond `safe`.

    Up to `again` blocks before it are read once more, as far as the range goes on all the same.
    """
    again = min(again, (span - 1) // 2, scanned + 1)
    if safe <= scanned and not again:
        return None
    first = BlockNumber(scanned + 1 - again)
    return BlockRange(first=first, last=BlockNumber(min(safe, first + span - 1)))


def read_again(look: int, scanned: BlockNumber, since: BlockNumber) -> int:
    """Say how many blocks to read again at this look, but none before the reading began."""
    wanted = OVERLAP if look % DEEP_EVERY else DEEP_OVERLAP
    return max(0, min(wanted, scanned - since))


def unsettled(safe: BlockNumber) -> BlockNumber:
    """Give the first block that a fork may still take back, where those up to `safe` are read."""
    return BlockNumber(max(0, safe - CHECKPOINTS_KEPT))


def average(oldest: Block, newest: Block) -> float | None:
    """Give the seconds for each block between two; `None`: they are too near to say."""
    blocks = newest.id.number - oldest.id.number
    elapsed = newest.timestamp - oldest.timestamp
    return elapsed / blocks if blocks >= _FEWEST_BLOCKS and elapsed > 0 else None


def common_ancestor(
    checkpoints: Sequence[BlockId], canonical: Mapping[BlockNumber, BlockHash | None]
) -> BlockId:
    """Find the newest checkpoint that is still on the chain. `checkpoints` are newest first.

    Raises:
        ReorgTooDeepError: None is.
    """
    for checkpoint in checkpoints:
        if canonical.get(checkpoint.number) == checkpoint.hash:
            return checkpoint
    raise ReorgTooDeepError(f"none of {len(checkpoints)} remembered blocks is on the chain")


def shrunk(span: int, suggested: int | None) -> int:
    """Give the span to try after an endpoint found a range too wide."""
    halved = max(span // 2, 1)
    return min(halved, suggested) if suggested else halved


def grown(span: int) -> int:
    """Give the span to try after a range was answered."""
    return min(span + span // 2 + 1, MOST_SPAN)
