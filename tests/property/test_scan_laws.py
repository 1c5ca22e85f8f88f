"""Reading a chain in ranges misses nothing, and goes back no farther than it must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ReorgTooDeepError
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.scan import MOST_SPAN, common_ancestor, grown, next_range, shrunk
from bot.domain.types import BlockHash, BlockNumber

NUMBERS = st.integers(0, 10_000).map(BlockNumber)
SPANS = st.integers(1, 3_000)


@given(scanned=NUMBERS, safe=NUMBERS, spans=st.lists(SPANS, min_size=1))
def test_ranges_of_any_width_cover_every_block_once_and_none_that_is_not_safe(
    scanned: BlockNumber, safe: BlockNumber, spans: list[int]
) -> None:
    """Whatever widths the endpoint answers, each block up to the safe one is read once."""
    cursor, read = scanned, []
    for turn in range(20_000):
        wanted = next_range(cursor, safe, spans[turn % len(spans)])
        if wanted is None:
            break
        assert wanted.last - wanted.first < spans[turn % len(spans)]
        read.append((wanted.first, wanted.last))
        cursor = wanted.last
    covered = [number for first, last in read for number in range(first, last + 1)]
    assert covered == list(range(scanned + 1, safe + 1))


def block(number: int, branch: int) -> BlockId:
    return BlockId(number=BlockNumber(number), hash=BlockHash(f"{branch}:{number}"))


@given(numbers=st.sets(st.integers(1, 500), min_size=1), fork=st.integers(1, 600))
def test_after_a_fork_we_stand_on_the_newest_block_below_it(numbers: set[int], fork: int) -> None:
    """The common ancestor is the newest checkpoint under the fork, or there is none."""
    checkpoints = [block(number, 0) for number in sorted(numbers, reverse=True)]
    canonical = {
        BlockNumber(number): block(number, 0 if number < fork else 1).hash for number in numbers
    }
    below = [number for number in numbers if number < fork]
    if not below:
        with pytest.raises(ReorgTooDeepError):
            common_ancestor(checkpoints, canonical)
        return
    assert common_ancestor(checkpoints, canonical) == block(max(below), 0)


@given(numbers=st.sets(st.integers(1, 500), min_size=1), head=st.integers(1, 600))
def test_a_block_the_endpoint_does_not_have_is_not_taken_for_standing(
    numbers: set[int], head: int
) -> None:
    """What is missing proves nothing, so an older block is stood on."""
    checkpoints = [block(number, 0) for number in sorted(numbers, reverse=True)]
    canonical = {BlockNumber(number): block(number, 0).hash for number in numbers if number <= head}
    if not canonical:
        with pytest.raises(ReorgTooDeepError):
            common_ancestor(checkpoints, canonical)
        return
    assert common_ancestor(checkpoints, canonical).number == max(canonical)


@given(span=st.integers(1, MOST_SPAN), suggested=st.none() | st.integers(1, MOST_SPAN))
def test_a_range_that_was_too_wide_is_tried_narrower_and_never_empty(
    span: int, suggested: int | None
) -> None:
    """Narrower, but at least one block, and no wider than the endpoint says it takes."""
    narrower = shrunk(span, suggested)
    assert 1 <= narrower <= max(span // 2, 1)
    assert suggested is None or narrower <= suggested


@given(span=st.integers(1, MOST_SPAN))
def test_an_answered_range_lets_the_next_be_wider_up_to_a_limit(span: int) -> None:
    """It grows until the limit and stays there."""
    assert grown(span) == MOST_SPAN or grown(span) > span
    assert grown(span) <= MOST_SPAN
