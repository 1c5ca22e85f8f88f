"""One thing on Snapshot that nobody can read, or that nobody expected, holds up nothing else."""

from typing import Any

import pytest

from bot.domain.offchain.announcement import VoteOpened
from bot.domain.policy import DAY
from sandbox.snapshot.ledger import ProposalRecord
from tests.town import SPACE, Town

_YEAR_9999 = 253_370_764_800


async def looked(town: Town, wait: int = 60) -> None:
    town.clock.wait(wait)
    await town.tallies.tick()


async def among_good_ones(town: Town, **poison: Any) -> ProposalRecord:
    """Let a vote with such fields be made between two good ones."""
    await town.tallies.tick()
    town.clock.wait(60)
    town.world.place(SPACE, "One")
    poisoned = town.world.place(SPACE, "Poison")
    for name, value in poison.items():
        setattr(poisoned, name, value)
    town.world.place(SPACE, "Another")
    return poisoned


@pytest.mark.parametrize(
    "poison",
    [
        {"choices": None},
        {"choices": [None]},
        {"title": None},
        {"type": None},
        {"scores": [None, None, None]},
        {"scores": ["many"]},
        {"votes": 1.5},
        {"snapshot": "latest"},
        {"strategies": [None]},
    ],
    ids=str,
)
async def test_a_vote_that_cannot_be_read_holds_up_no_other(
    town: Town, poison: dict[str, Any]
) -> None:
    await among_good_ones(town, **poison)
    for _ in range(2):
        await looked(town)
    told = {news.vote_title for _, news in await town.heard(VoteOpened)}
    assert {"One", "Another"} <= told
    async with town.database.reading() as store:
        assert await store.follows.read_up_to() == 3


@pytest.mark.parametrize(
    "poison",
    [
        {"scores": None},
        {"title": "T" * 1_000_000},
        {"choices": [f"Choice {number}" for number in range(10_000)]},
        {"title": "\ud800 lone"},
        {"title": "nul \x00 nul"},
        {"body": "\udfff"},
        {"choices": ["\ud83d"]},
        {"start": _YEAR_9999, "end": _YEAR_9999 + DAY},
        {"end": 1},
        {"start": 10**30, "end": 10**30 + 1},
        {"created": -5},
        {"scores": [1e300]},
    ],
    ids=lambda poison: str(poison)[:40],
)
async def test_a_vote_that_is_odd_is_told_like_any_other(
    town: Town, poison: dict[str, Any]
) -> None:
    await among_good_ones(town, **poison)
    for _ in range(2):
        await looked(town)
    told = {news.vote_title for _, news in await town.heard(VoteOpened)}
    assert {"One", "Another"} <= told
