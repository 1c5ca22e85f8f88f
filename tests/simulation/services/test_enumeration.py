"""What a governor has open when it begins to be watched is found by its own views."""

from itertools import count

import pytest

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import PostState
from bot.services.governance.sweeping import AGAIN, EVERY
from bot.services.setup import Setup
from tests import builders
from tests.following import CONFIRMATIONS, Follower, policy
from tests.forkable_chain import (
    CHAIN,
    GOVERNOR,
    TIMELOCK_DELAY,
    VOTING_PERIOD,
    Act,
    ForkableChain,
)
from tests.watched import HandClock, WatchedDatabase


@pytest.fixture
def chain() -> ForkableChain:
    """Give a chain on which one proposal is over, and one is open, before we came."""
    chain = ForkableChain()
    chain.tells_count = True
    chain.act(Act.PROPOSE)
    chain.mine(VOTING_PERIOD + 2)
    chain.act(Act.PROPOSE)
    chain.mine(2)
    chain.most_logs = 1  # block at once: looking for it would take a while
    return chain


@pytest.fixture
async def follower(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    return await Follower.set_up(database, chain)


async def states(follower: Follower) -> dict[int, GovernorState]:
    async with follower.database.reading() as store:
        proposals = await store.chain.proposals(CHAIN, [follower.governor])
    return {int(proposal.key.id): proposal.state for proposal in proposals}


async def test_what_is_open_is_found_and_told_quietly(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    assert await states(follower) == {2: GovernorState.ACTIVE}, "What is over is history."
    said = [(state, speech) for state, speech in (await follower.said()).values()]
    assert said, "It is recorded."
    assert all(state is PostState.SKIPPED for state, _ in said)


async def test_what_was_queued_before_is_warned_of_when_it_can_be_executed_and_before_it_expires(
    database: WatchedDatabase,
) -> None:
    chain = ForkableChain()
    chain.tells_count = True
    chain.act(Act.PROPOSE)
    chain.mine()
    chain.act(Act.VOTE_FOR, Act.VOTE_FOR)
    chain.mine(VOTING_PERIOD)
    chain.act(Act.QUEUE)
    chain.most_logs = 1
    follower = await Follower.set_up(database, chain)
    for blocks in (CONFIRMATIONS, TIMELOCK_DELAY // 12, 6):
        chain.mine(blocks)
        await follower.settle()
    said = (await follower.said()).values()
    loud = [each for state, each in said if state is PostState.DUE]
    assert {each.moment for each in loud if isinstance(each, GovernorNews)} == {
        Moment.EXECUTABLE,
        Moment.GRACE_ENDING,
    }


async def test_it_is_enumerated_once_and_then_costs_two_requests_a_look(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.most_logs = 1_000
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    chain.mine(1)
    before = chain.requests
    await follower.tick()
    assert chain.requests - before == 2


async def test_its_end_is_told_like_any_other(follower: Follower, chain: ForkableChain) -> None:
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    chain.mine(VOTING_PERIOD + CONFIRMATIONS)
    await follower.settle()
    assert (await states(follower))[2] is GovernorState.DEFEATED


async def test_a_proposal_whose_logs_a_node_hid_is_found_at_the_next_start(
    follower: Follower, chain: ForkableChain
) -> None:
    await follower.settle()
    chain.hides_logs = True
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    assert 3 not in await states(follower)
    chain.hides_logs = False
    follower.restart()
    await follower.tick()
    assert 3 in await states(follower)
    told = [speech for state, speech in (await follower.said()).values() if state is PostState.DUE]
    news = [each for each in told if isinstance(each, GovernorNews)]
    assert (Moment.CREATED, 3) in [(each.moment, each.governor_key.id) for each in news]


async def test_a_proposal_whose_logs_a_node_hid_is_found_within_the_hour(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    chain.hides_logs = True
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    chain.hides_logs = False
    assert 3 not in await states(follower)
    follower.clock.wait(EVERY)
    await follower.tick()
    assert 3 in await states(follower)


async def test_what_could_not_be_enumerated_is_enumerated_later(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS)
    chain.most_logs = 1_000
    asked = count()

    def fail(method: str) -> None:
        if method == "eth_getLogs" and next(asked) == 1:  # for the creation
            raise ConnectionError

    chain.before_answer = fail
    await follower.tick()
    assert await states(follower) == {}
    follower.clock.wait(AGAIN)
    await follower.tick()
    assert set(await states(follower)) == {2}


async def test_whoever_begins_to_watch_again_finds_what_is_open(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    async with follower.database.transaction() as store:
        (watched,) = await store.communities.watched()
        await store.communities.unwatch(watched.guild_id, watched.governor)
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    chains = {CHAIN: chain.client()}
    setup = Setup(follower.database, None, chains, 0, follower.clock)  # type: ignore[arg-type] # no Snapshot here
    await setup.watch(watched.guild_id, GOVERNOR, CHAIN)
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    assert 3 in await states(follower)


async def test_a_governor_that_cannot_be_enumerated_is_read_all_the_same(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.tells_count = False
    await follower.settle()
    assert await states(follower) == {}
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    assert set(await states(follower)) == {3}


async def test_what_a_governor_may_have_open_by_its_own_times_is_read_whatever_the_setting(
    database: WatchedDatabase, chain: ForkableChain
) -> None:
    chain.tells_count, chain.most_logs = False, 1_000
    chain.mine(VOTING_PERIOD)
    chains = {CHAIN: chain.client()}
    clock = HandClock(chain.head.time)
    setup = Setup(database, None, chains, 1, clock)  # type: ignore[arg-type] # no Snapshot here
    await setup.set_up(builders.community(policy=policy()), builders.MODERATOR)
    await setup.watch(builders.GUILD, GOVERNOR, CHAIN)
    async with database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.scanned == 0, "A week waits to be queued, and the chain is younger."
