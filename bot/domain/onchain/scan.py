"""Which blocks to read next, and what of the past still stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import ReorgTooDeepError
from bot.domain.onchain.block import BlockId
from bot.domain.types import BlockHash, BlockNumber

FIRST_SPAN = 2_000  # blocks; what most providers allow
MOST_SPAN = 100_000
CHECKPOINTS_KEPT = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRange:
    """A closed range of blocks."""

    first: BlockNumber
    last: BlockNumber


def next_range(scanned: BlockNumber, safe: BlockNumber, span: int) -> BlockRange | None:
    """Give the range after `scanned`, at most `span` blocks and not beyond `safe`."""
    if safe <= scanned:
        return None
    last = BlockNumber(min(safe, scanned + span))
    return BlockRange(first=BlockNumber(scanned + 1), last=last)


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
