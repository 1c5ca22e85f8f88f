"""How far back a proposal may have been made that is still open (pure)."""

from math import ceil
from typing import Final

from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME
from bot.domain.onchain.governor import ClockMode, Governor

_DAY: Final = 86_400
UNQUEUED: Final = 7 * _DAY  # seconds; what has passed may wait longer, though hardly ever does
MOST: Final = 60 * _DAY  # seconds; a contract may name any times


def lookback(governor: Governor, seconds_per_block: float) -> int:
    """Give the blocks of a whole life by the governor's own times, on a chain of that rate."""
    voting = governor.voting_delay + governor.voting_period
    voting += governor.late_quorum_extension or 0
    waiting = (governor.timelock_delay or 0) + (governor.grace_period or 0) + UNQUEUED
    return ceil(
        min(_seconds(voting, governor, seconds_per_block) + waiting, MOST) / seconds_per_block
    )


def _seconds(ticks: int, governor: Governor, seconds_per_block: float) -> float:
    """Turn a time of the governor's clock into seconds."""
    if governor.clock_mode is ClockMode.TIMESTAMP:
        return ticks
    return ticks * (ETHEREUM_BLOCK_TIME if governor.counts_l1_blocks else seconds_per_block)
