"""Endpoints that fail, lag, lie and disagree: nothing is missed, and nothing is made up."""

from itertools import count

import pytest
from structlog.testing import capture_logs
from web3 import AsyncWeb3

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import GovernorProposal, Moment
from bot.domain.onchain.scan import OVERLAP
from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.endpoint import FAILURES_BORNE, LONGEST_PAUSE, Endpoint
from bot.gateways.chain.errors import ChainError, EndpointPausedError
from bot.services.governance import Governance
from bot.services.governance.reader import STALE
from tests.following import CONFIRMATIONS, Follower
from tests.forkable_chain import BLOCK_SECONDS, CHAIN, VOTING_PERIOD, Act, ForkableChain
from tests.watched import WatchedDatabase


@pytest.fixture
def chain() -> ForkableChain:
    return ForkableChain()


@pytest.fixture
async def follower(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    return await Follower.set_up(database, chain)


def follow(follower: Follower, *nodes: ForkableChain) -> ChainClient:
    """Let the bot begin again with these nodes, in this order."""
    moments = count()
    client = ChainClient([AsyncWeb3(node) for node in nodes], CHAIN, now=lambda: next(moments))
    follower.governance = Governance(follower.database, {CHAIN: client}, follower.clock)
    return client


async def moments(follower: Follower) -> set[Moment]:
    claims = [claim for _, claim in (await follower.said()).values()]
    return {claim.moment for claim in claims if isinstance(claim, GovernorNews)}


async def proposals(follower: Follower) -> list[GovernorProposal]:
    async with follower.database.reading() as store:
        return list(await store.chain.proposals(CHAIN, [follower.governor]))


async def test_where_one_endpoint_fails_the_next_is_asked_in_the_same_look(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    broken = chain.twin()
    broken.is_down = True
    client = follow(follower, broken, chain)
    await follower.tick()
    assert Moment.CREATED in await moments(follower)
    failed = broken.requests
    await follower.tick()
    assert broken.requests == failed, "The one that works is asked first from now on."
    assert client.endpoint.failures == 0


async def test_an_endpoint_of_another_chain_is_refused_and_the_operator_told_once(
    follower: Follower, chain: ForkableChain
) -> None:
    other = chain.twin()
    other.chain_id = ChainId(56)
    follow(follower, other, chain)
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    with capture_logs() as logs:
        await follower.tick()
        await follower.tick()
    alarms = [log for log in logs if log["log_level"] == "error"]
    assert [(log["address"], log["chain"]) for log in alarms] == [("number 1 of 2", CHAIN)]
    assert Moment.CREATED in await moments(follower)


async def test_a_fork_that_has_overtaken_the_other_endpoint_is_believed(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    ahead = chain.twin()
    ahead.fork(CONFIRMATIONS + 1)
    ahead.mine(CONFIRMATIONS + 3)
    follow(follower, ahead, chain)
    await follower.settle()
    assert not await proposals(follower)


@pytest.mark.parametrize("blocks", [0, 3])
async def test_an_endpoint_that_has_come_to_a_stop_holds_nobody_up(
    follower: Follower, chain: ForkableChain, blocks: int
) -> None:
    chain.mine(CONFIRMATIONS + 1)
    await follower.tick()
    stopped = chain.twin()
    del stopped.blocks[len(stopped.blocks) - blocks :]
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS + STALE // BLOCK_SECONDS)
    follow(follower, stopped, chain)
    await follower.settle()
    assert Moment.CREATED in await moments(follower)


async def test_logs_that_a_node_hides_for_a_moment_are_found_when_it_shows_them(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    chain.hides_logs = True
    await follower.tick()
    assert not await proposals(follower)
    chain.hides_logs = False
    chain.mine(OVERLAP - 1)
    await follower.tick()
    assert Moment.CREATED in await moments(follower)


async def test_what_is_read_again_is_no_news_and_asks_for_nothing(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    for _ in range(OVERLAP):
        before = chain.requests
        chain.mine()
        await follower.tick()
        state_changed = chain.requests - before == 3  # The vote opens.
        assert chain.requests - before == 2 or state_changed


async def test_a_state_that_changes_without_any_event_is_seen(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(VOTING_PERIOD + 2 + CONFIRMATIONS)
    await follower.tick()
    (proposal,) = await proposals(follower)
    assert proposal.state is GovernorState.DEFEATED


async def test_a_proposal_that_the_node_cannot_be_asked_about_holds_up_no_other(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    (first,) = await proposals(follower)
    chain.unsayable = {int(first.key.id)}
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS + 5)
    await follower.tick()
    await follower.tick()
    known = {each.key.id: each for each in await proposals(follower)}
    assert len(known) == 2
    assert known[first.key.id].state == first.state, "Nothing was learnt of it."
    (second,) = [each for id_, each in known.items() if id_ != first.key.id]
    assert second.state is GovernorState.ACTIVE
    chain.unsayable = set()
    await follower.tick()
    assert (await proposals(follower))[0].state is GovernorState.DEFEATED


async def test_how_wide_a_range_an_endpoint_takes_is_kept_for_that_endpoint(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.most_logs = 8
    chain.mine(40)
    client = follow(follower, chain)
    await follower.tick()  # which finds out, and reads what fits
    await follower.tick()  # which reads the rest
    span = client.endpoint.span
    assert span == 8
    async with follower.database.reading() as store:
        assert await store.chain.spans(CHAIN) == {client.endpoint.digest: span}
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.scanned == chain.head.number - CONFIRMATIONS
    again = follow(follower, chain)
    chain.mine()
    await follower.tick()
    assert again.endpoint.span in (8, 13), "It is known after a restart."


async def test_an_endpoint_that_goes_on_failing_is_left_alone_longer_each_time(
    chain: ForkableChain,
) -> None:
    clock = [0.0]
    endpoint = Endpoint(AsyncWeb3(chain), lambda: clock[0])
    chain.is_down = True
    pauses = []
    for _ in range(FAILURES_BORNE + 8):
        with pytest.raises(ChainError, match="reached"):
            await endpoint.batch([("eth_chainId", [])])
        pauses.append(endpoint.pause_seconds)
        clock[0] += endpoint.pause_seconds
    assert pauses[:FAILURES_BORNE] == [0, 0]
    assert pauses[FAILURES_BORNE] > 0
    assert sorted(pauses) == pauses
    assert pauses[-1] == LONGEST_PAUSE
    chain.is_down = False
    await endpoint.batch([("eth_chainId", [])])
    assert (endpoint.failures, endpoint.pause_seconds) == (0, 0)


async def test_an_endpoint_that_is_left_alone_is_sent_nothing(chain: ForkableChain) -> None:
    endpoint = Endpoint(AsyncWeb3(chain), lambda: 0.0)
    endpoint.failed(30)
    with pytest.raises(EndpointPausedError, match="30 s"):
        await endpoint.batch([("eth_chainId", [])])
    assert chain.requests == 0


def test_a_clock_that_is_set_back_leaves_no_endpoint_alone_for_ever(chain: ForkableChain) -> None:
    clock = [10_000.0]
    endpoint = Endpoint(AsyncWeb3(chain), lambda: clock[0])
    endpoint.failed(30)
    assert endpoint.pause_seconds == 30
    clock[0] -= 3_600
    assert endpoint.pause_seconds == 0


async def test_calls_are_counted_by_chain_and_method(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    ((endpoint,),) = [each.endpoints for each in follower.governance.figures()]
    calls = endpoint.calls
    assert (calls["eth_getLogs"], calls["eth_getBlockByNumber"]) == (1, 8)
