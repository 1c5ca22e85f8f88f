"""What governors did before they were watched is read once, in pieces, and never announced."""

import io
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from typing_extensions import override
from web3 import AsyncWeb3

from bot.domain.errors import Refusal
from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import GovernorState
from bot.domain.outbox import PostState
from bot.domain.types import BlockNumber, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.endpoint import FIRST_PAUSE
from bot.gateways.chain.errors import ChainError
from bot.progress_bar import ProgressBar
from bot.services.governance import Backfill, Progress
from tests.following import CONFIRMATIONS, Follower
from tests.forkable_chain import CHAIN, GOVERNOR, TIMELOCK_DELAY, VOTING_PERIOD, Act, ForkableChain
from tests.watched import WatchedDatabase


@pytest.fixture
def chain() -> ForkableChain:
    """Give a chain on which one proposal was executed, and one is open, before we came."""
    chain = ForkableChain()
    chain.act(Act.PROPOSE)
    chain.mine()
    chain.act(Act.VOTE_FOR, Act.VOTE_FOR)
    chain.mine(VOTING_PERIOD)
    chain.act(Act.QUEUE)
    chain.mine(TIMELOCK_DELAY // 12)
    chain.act(Act.EXECUTE)
    chain.act(Act.PROPOSE)
    chain.mine()
    return chain


@pytest.fixture
async def follower(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    return await Follower.set_up(database, chain)


def backfill(
    follower: Follower, show: Callable[[Progress], None] = lambda _progress: None
) -> Backfill:
    return Backfill(follower.database, {CHAIN: follower.chain.client()}, show, wait)


async def wait(_seconds: float) -> None:
    """Do not wait: to the endpoints of these tests, hours pass between two looks at the clock."""


async def found(follower: Follower) -> dict[int, GovernorState]:
    async with follower.database.reading() as store:
        proposals = await store.chain.proposals(CHAIN, [follower.governor])
    return {int(proposal.key.id): proposal.state for proposal in proposals}


async def votes(follower: Follower) -> int:
    async with follower.database.reading() as store:
        return len(await store.votes_cast.places(CHAIN, BlockNumber(0)))


async def loud(follower: Follower) -> list[GovernorNews]:
    said = (await follower.said()).values()
    return [
        claim for state, claim in said if isinstance(claim, GovernorNews) and state is PostState.DUE
    ]


async def test_the_past_is_found_and_nothing_of_it_is_announced(follower: Follower) -> None:
    assert not await found(follower)
    assert await backfill(follower).run() == 1
    assert set(await found(follower)) == {1, 2}
    assert await votes(follower) == 2
    follower.chain.mine(CONFIRMATIONS + 1)
    await follower.tick()
    assert await found(follower) == {1: GovernorState.EXECUTED, 2: GovernorState.ACTIVE}
    assert not await loud(follower)


async def test_what_is_read_already_is_not_read_again(follower: Follower) -> None:
    await backfill(follower).run()
    before = follower.chain.requests
    await backfill(follower).run()
    assert follower.chain.requests - before == 1, "Only the chain's id is asked."


async def test_it_goes_on_where_it_was_interrupted(follower: Follower) -> None:
    follower.chain.most_logs = 1
    reached: list[int] = []

    def show(progress: Progress) -> None:
        reached.append(progress.reached)
        if len(reached) == 2:
            follower.chain.is_down = True

    with pytest.raises(ChainError):
        await backfill(follower, show).run(first=BlockNumber(0))
    follower.chain.is_down = False
    again: list[int] = []
    await backfill(follower, lambda progress: again.append(progress.reached)).run(CHAIN, GOVERNOR)
    assert again[0] == reached[-1] > 1
    assert again[-1] == follower.since
    assert set(await found(follower)) == {1, 2}


async def test_nothing_is_read_of_a_governor_that_nobody_watches(follower: Follower) -> None:
    assert await backfill(follower).run(governor="0x" + "00" * 20) == 0
    with pytest.raises(Refusal, match="chain 5"):
        await backfill(follower).run(ChainId(5))


async def test_a_failure_that_passes_is_waited_for(follower: Follower) -> None:
    follower.chain.most_logs = 1
    chain, waited = follower.chain, list[float]()
    shown = count()

    def show(_progress: Progress) -> None:
        chain.is_down = next(shown) == 3

    async def mended(seconds: float) -> None:
        waited.append(seconds)
        chain.is_down = len(waited) < 3

    reading = Backfill(follower.database, {CHAIN: chain.client()}, show, mended)
    assert await reading.run(first=BlockNumber(1)) == 1
    assert set(await found(follower)) == {1, 2}
    assert len(waited) == 3
    assert min(waited) >= FIRST_PAUSE


async def test_where_one_endpoint_fails_the_past_is_read_through_the_next(
    follower: Follower,
) -> None:
    broken = copy(follower.chain)
    broken.is_down = True
    client = ChainClient([AsyncWeb3(broken), AsyncWeb3(follower.chain)], CHAIN)
    reading = Backfill(follower.database, {CHAIN: client}, lambda _progress: None, wait)
    assert await reading.run() == 1
    assert set(await found(follower)) == {1, 2}


async def test_a_governor_that_cannot_be_read_holds_up_no_other(
    follower: Follower, database: WatchedDatabase
) -> None:
    other = ChainId(5)
    async with database.transaction() as store:
        (watched,) = await store.communities.watched()
        governor = replace(watched.governor, chain_id=other, name="Elsewhere")
        await store.communities.watch(replace(watched, governor=governor))
    astray = ChainClient([AsyncWeb3(follower.chain)], other)
    chains = {other: astray, CHAIN: follower.chain.client()}
    reading = Backfill(database, chains, lambda _progress: None, wait)
    with pytest.raises(ChainError, match=r"1 of 2 governors .*\nElsewhere .*, chain 5"):
        await reading.run()
    assert set(await found(follower)) == {1, 2}


async def test_what_is_older_than_a_block_that_was_asked_for_once_is_read_later(
    follower: Follower,
) -> None:
    chain = follower.chain
    await backfill(follower).run(first=BlockNumber(chain.head.number - 2))
    assert set(await found(follower)) == {2}
    await backfill(follower).run()
    assert set(await found(follower)) == {1, 2}


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
async def test_how_far_it_is_can_be_seen_on_a_terminal_and_in_a_file(
    follower: Follower, stream: Any
) -> None:
    await backfill(follower, ProgressBar(stream).show).run(first=BlockNumber(0))
    text = stream.getvalue()
    assert f"block {follower.since:,} of {follower.since:,}" in text
    assert "100 %" in text
    assert ("\r" in text) == stream.isatty()


async def test_a_governor_that_counts_more_than_there_can_be_is_read_without_its_views(
    follower: Follower,
) -> None:
    chain = follower.chain
    chain.tells_count, chain.count, chain.most_logs = True, 2**256 - 1, 1
    shown: list[Progress] = []
    assert await backfill(follower, shown.append).run() == 1
    assert set(await found(follower)) == {1, 2}
    assert not shown[-1].is_from_views


async def test_where_logs_are_found_in_few_blocks_the_views_show_the_past(
    follower: Follower,
) -> None:
    chain = follower.chain
    chain.tells_count, chain.most_logs = True, 1
    shown: list[Progress] = []
    assert await backfill(follower, shown.append).run() == 1
    assert set(await found(follower)) == {1, 2}
    assert (shown[-1].is_from_views, shown[-1].events) == (True, 2)
    said = io.StringIO()
    ProgressBar(said).show(shown[-1])
    assert "2 proposals found by the governor's own views" in said.getvalue()
    chain.most_logs = 1_000
    await backfill(follower).run()
    assert await votes(follower) == 2, "A better node reads what was left."
    chain.mine(CONFIRMATIONS + 1)
    await follower.tick()
    assert await found(follower) == {1: GovernorState.EXECUTED, 2: GovernorState.ACTIVE}
    assert not await loud(follower)
