from dataclasses import replace

import pytest

from bot.domain.onchain.governor import ClockMode
from bot.domain.onchain.lookback import MOST, UNQUEUED, lookback
from bot.domain.types import Seconds, Timepoint
from tests.answering_chain import a_governor

DAY = 86_400


@pytest.mark.parametrize(
    ("clock", "below", "day", "rate"),
    [
        (ClockMode.BLOCK_NUMBER, 0, 7_200, 12.0),  # Ethereum
        (ClockMode.BLOCK_NUMBER, 1, 7_200, 0.25),  # Arbitrum: days are counted below it
        (ClockMode.BLOCK_NUMBER, 0, 43_200, 2.0),  # Base
        (ClockMode.TIMESTAMP, 0, DAY, 2.0),
    ],
)
def test_a_whole_life_is_looked_back_on_every_chain(
    clock: ClockMode, below: int, day: int, rate: float
) -> None:
    governor = replace(
        a_governor(),
        clock_mode=clock,
        counts_l1_blocks=bool(below),
        voting_delay=Timepoint(2 * day),
        voting_period=Timepoint(5 * day),
        late_quorum_extension=Timepoint(day),
        timelock_delay=Seconds(2 * DAY),
        grace_period=Seconds(14 * DAY),
    )
    days = lookback(governor, rate) * rate / DAY
    assert days == pytest.approx(2 + 5 + 1 + 2 + 14 + UNQUEUED / DAY, rel=0.01)


def test_a_contract_that_names_endless_times_is_not_believed() -> None:
    governor = replace(a_governor(), voting_period=Timepoint(2**255))
    assert lookback(governor, 2.0) == MOST / 2


def test_what_never_expires_is_looked_back_for_all_the_same() -> None:
    governor = replace(a_governor(), timelock_delay=None, grace_period=None)
    assert lookback(governor, 12.0) * 12 >= UNQUEUED
