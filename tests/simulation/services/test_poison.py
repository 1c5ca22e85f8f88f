"""One thing on Snapshot that nobody can read, or that nobody expected, holds up nothing else."""

from typing import Any

import pytest

from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import (
    PublishingRefused,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteOpened,
)
from bot.domain.outbox import PostState
from bot.domain.policy import DAY
from bot.domain.types import GuildId, SpaceId
from bot.services.watching import Watching
from sandbox.snapshot.ledger import ProposalRecord
from tests import builders
from tests.builders import GUILD, MODERATOR
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


async def test_a_space_that_cannot_be_begun_with_holds_up_no_other(town: Town) -> None:
    await town.tallies.tick()
    bad = builders.community(guild_id=GuildId(801), space=SpaceId("bad.eth"))
    good = builders.community(guild_id=GuildId(802), space=SpaceId("good.eth"))
    town.world.space("good.eth")
    for each in (bad, good):
        await town.found(each)
    town.world.faults.graphql_error(only="proposals")
    await looked(town)
    async with town.database.reading() as store:
        assert [each.space for each in await store.follows.spaces(good.guild_id)] == ["good.eth"]
        assert not await store.follows.spaces(bad.guild_id)
    await looked(town)
    async with town.database.reading() as store:
        assert await store.follows.spaces(bad.guild_id)


async def test_an_older_copy_of_the_hub_undoes_no_edit_aloud(town: Town) -> None:
    """Such a copy is what a hub shows that lags, or that was restored."""
    await town.tallies.tick()
    start = town.clock.time + DAY
    vote = town.world.place(SPACE, "Old words", start=start, end=start + 3 * DAY)
    await looked(town)
    for title, updated in (("New words", town.clock.time + 60), ("Old words", None)) * 2:
        vote.title, vote.updated = title, updated
        await looked(town)
    edits = [(heard.destination, news.change) for heard, news in await town.heard(VoteEdited)]
    assert edits == [("channel:902", "Changed: the title.")]
    assert (await town.only(TallyCard)).title == "Old words"


async def test_a_hub_that_stands_still_calls_nothing_open_that_is_over(town: Town) -> None:
    await town.tallies.tick()
    vote = town.world.place(SPACE, "Over")
    town.world.freeze_hub()
    town.clock.time = vote.end + 60
    await town.tallies.tick()
    assert {heard.state for heard, _ in await town.heard(VoteOpened)} == {PostState.SKIPPED}
    town.world.thaw_hub()
    await looked(town)
    assert len(await town.heard(VoteDecided)) == 1


async def test_a_vote_that_came_back_after_it_was_given_up_gets_no_second_beside_it(
    town: Town,
) -> None:
    idea = await town.opened()
    id_ = (await town.record(idea)).id
    record = town.world.ledger.proposals.pop(id_)
    for wait in (60, 3_700):
        await looked(town, wait)
    assert len(await town.heard(VoteGone)) == 2
    town.world.ledger.proposals[id_] = record
    await town.notice(idea)
    await town.publish(idea)
    refused = await town.only(PublishingRefused)
    assert "is on Snapshot after all" in refused.text
    assert len(town.world.proposals) == 1


async def test_a_space_that_was_watched_before_it_became_the_own_one_is_left_like_it(
    town: Town,
) -> None:
    town.world.space("other.eth")
    await Watching(town.database, town.snapshot, town.clock).add(GUILD, "other.eth", MODERATOR)
    space = SpaceId("other.eth")
    await town.found(builders.community(space=space))
    await looked(town)
    await town.found(builders.community(space=space, policy=builders.policy(adopts_votes=False)))
    await looked(town)
    async with town.database.reading() as store:
        assert not await store.follows.spaces(GUILD)


async def test_what_is_over_is_remembered_no_longer(town: Town) -> None:
    await town.tallies.tick()
    vote = town.world.place(SPACE, "One")
    await looked(town)
    assert town.tallies._told_at
    town.clock.time = vote.end + 61
    for _ in range(2):
        await looked(town)
    assert not town.tallies._told_at
