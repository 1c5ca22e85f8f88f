from collections.abc import Awaitable, Callable

import pytest

from bot.domain.onchain.call import Argument
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
)
from bot.domain.onchain.governor import GovernorState
from bot.gateways.chain.calls import describe
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.operations import operation_id
from sandbox.chain import ChainWorld
from sandbox.chain.daos import TOKEN, AlphaDao, OpenZeppelinDao
from sandbox.chain.ledger import RevertedError
from tests.governor_view import GovernorView

WEEK = 7 * 86_400


def kinds(events: tuple[GovernorEvent, ...]) -> list[type[GovernorEvent]]:
    return [type(event) for event in events]


@pytest.fixture
async def alpha(world: ChainWorld) -> AlphaDao:
    dao = await world.braintrust()
    await dao.give(world.wallet("ana"), 120_000)
    await dao.give(world.wallet("ben"), 30_000)
    return dao


@pytest.fixture
async def oz(world: ChainWorld) -> OpenZeppelinDao:
    dao = await world.openzeppelin()
    await dao.give(world.wallet("ana"), 120_000)
    await dao.give(world.wallet("ben"), 30_000)
    return dao


Watch = Callable[[AlphaDao | OpenZeppelinDao], Awaitable[GovernorView]]


@pytest.fixture
def watch(client: ChainClient) -> Watch:
    async def watched(dao: AlphaDao | OpenZeppelinDao) -> GovernorView:
        return await GovernorView.of(client, dao)

    return watched


async def test_an_alpha_proposal_is_followed_until_it_is_executed(
    world: ChainWorld, alpha: AlphaDao, watch: Watch
) -> None:
    ana, ben = world.wallet("ana"), world.wallet("ben")
    seen = await watch(alpha)
    assert await alpha.fee() == 10
    text = "# Lower the fee\n\nTo 8 percent."
    proposal = await alpha.propose(ana, [alpha.set_fee(8), alpha.add_category("design")], text)
    before = await seen.observe(proposal)
    assert before.state is GovernorState.PENDING
    assert (before.for_votes, before.quorum, before.eta) == (0, 100_000 * TOKEN, None)

    await alpha.open_voting(proposal)
    assert await seen.state(proposal) is GovernorState.ACTIVE
    async with world.one_block():
        await alpha.vote(ana, proposal, 1)
        await alpha.vote(ben, proposal, 0)
    during = await seen.observe(proposal)
    assert (during.for_votes, during.against_votes) == (120_000 * TOKEN, 30_000 * TOKEN)
    assert during.abstain_votes == 0

    await alpha.close_voting(proposal)
    assert await seen.state(proposal) is GovernorState.SUCCEEDED
    await alpha.queue(proposal)
    queued = await seen.observe(proposal)
    assert queued.state is GovernorState.QUEUED
    assert queued.eta == world.head_time + WEEK

    with pytest.raises(RevertedError, match="hasn't surpassed time lock"):
        await alpha.execute(proposal)
    await alpha.wait_for_eta(proposal)
    assert world.clock.now() >= world.head_time >= queued.eta
    transaction = await alpha.execute(proposal)
    assert await seen.state(proposal) is GovernorState.EXECUTED
    assert await alpha.fee() == 8

    events = await seen.events()
    assert kinds(events) == [
        ProposalCreated,
        OperationScheduled,
        OperationScheduled,
        ProposalQueued,
        OperationExecuted,
        OperationExecuted,
        ProposalExecuted,
    ]
    created, scheduled, _, queue_event, _, _, executed = events
    _, against = await seen.votes()
    assert isinstance(created, ProposalCreated)
    assert (created.proposer, created.description) == (ana.address, text)
    assert (created.vote_start, created.vote_end) == (before.vote_start, before.vote_end)
    described = [describe(call) for call in created.calls]
    assert [(one.function, one.arguments) for one in described] == [
        ("setMarketplaceFee", (Argument(type="uint8", value="8"),)),
        ("addMarketplaceCategory", (Argument(type="string", value="design"),)),
    ]
    assert (against.voter, against.support) == (ben.address, 0)
    assert isinstance(scheduled, OperationScheduled)
    assert scheduled.ready_at == queued.eta
    assert scheduled.call == created.calls[0]
    assert isinstance(queue_event, ProposalQueued)
    assert queue_event.eta == queued.eta
    assert isinstance(executed, ProposalExecuted)
    assert executed.position.transaction_hash == transaction
    assert executed.position.block_time == world.head_time


async def test_an_alpha_proposal_without_a_quorum_is_defeated(
    world: ChainWorld, alpha: AlphaDao, watch: Watch
) -> None:
    ben = world.wallet("ben")
    seen = await watch(alpha)
    proposal = await alpha.propose(ben, [alpha.set_fee(8)], "Too few")
    await alpha.open_voting(proposal)
    await alpha.vote(ben, proposal, 1)
    await alpha.close_voting(proposal)
    after = await seen.observe(proposal)
    assert after.state is GovernorState.DEFEATED
    assert after.for_votes is not None
    assert after.quorum is not None
    assert 0 < after.for_votes < after.quorum
    assert kinds(await seen.events()) == [ProposalCreated]
    assert len(await seen.votes()) == 1


async def test_an_alpha_proposal_can_be_canceled_by_anyone_below_the_threshold(
    world: ChainWorld, alpha: AlphaDao, watch: Watch
) -> None:
    seen = await watch(alpha)
    proposal = await alpha.propose(world.wallet("ben"), [alpha.set_fee(8)], "Never mind")
    await alpha.cancel(proposal)
    assert await seen.state(proposal) is GovernorState.CANCELED
    # The Timelock's CancelTransaction beside it, with eta 0, is no event of its own.
    assert kinds(await seen.events()) == [ProposalCreated, ProposalCanceled]


async def test_an_alpha_proposal_expires_after_the_grace_period(
    world: ChainWorld, alpha: AlphaDao, watch: Watch
) -> None:
    ana = world.wallet("ana")
    seen = await watch(alpha)
    proposal = await alpha.propose(ana, [alpha.set_fee(8)], "Forgotten")
    await alpha.open_voting(proposal)
    await alpha.vote(ana, proposal, 1)
    await alpha.close_voting(proposal)
    await alpha.queue(proposal)
    await alpha.wait_for_eta(proposal)
    assert await seen.state(proposal) is GovernorState.QUEUED
    await alpha.let_expire(proposal)
    assert await seen.state(proposal) is GovernorState.EXPIRED
    with pytest.raises(RevertedError):
        await alpha.execute(proposal)


async def test_an_openzeppelin_proposal_is_followed_until_it_is_executed(
    world: ChainWorld, oz: OpenZeppelinDao, watch: Watch
) -> None:
    ana, ben = world.wallet("ana"), world.wallet("ben")
    seen = await watch(oz)
    proposal = await oz.propose(ana, [oz.set_fee(8), oz.add_category("law")], "# Fee\n\nLower.")
    before = await seen.observe(proposal)
    assert before.state is GovernorState.PENDING
    assert before.quorum is None, "The quorum is not fixed before the vote opens."

    await oz.open_voting(proposal)
    await oz.vote(ana, proposal, 1, reason="cheaper \N{SMILING FACE WITH SMILING EYES}")
    await oz.vote(ben, proposal, 2)
    during = await seen.observe(proposal)
    assert during.state is GovernorState.ACTIVE
    assert during.quorum == 100_000 * TOKEN
    assert (during.for_votes, during.abstain_votes) == (120_000 * TOKEN, 30_000 * TOKEN)
    assert (during.vote_start, during.vote_end) == (before.vote_start, before.vote_end)

    await oz.close_voting(proposal)
    assert await seen.state(proposal) is GovernorState.SUCCEEDED
    await oz.queue(proposal)
    queued = await seen.observe(proposal)
    assert (queued.state, queued.eta) == (GovernorState.QUEUED, world.head_time + WEEK)
    await oz.wait_for_eta(proposal)
    await oz.execute(proposal)
    assert await seen.state(proposal) is GovernorState.EXECUTED
    assert await oz.fee() == 8

    events = await seen.events()
    assert kinds(events) == [
        ProposalCreated,
        OperationScheduled,
        OperationScheduled,
        ProposalQueued,
        OperationExecuted,
        OperationExecuted,
        ProposalExecuted,
    ]
    created, scheduled = events[0], events[1]
    vote = (await seen.votes())[0]
    assert isinstance(created, ProposalCreated)
    assert isinstance(scheduled, OperationScheduled)
    assert vote.reason.startswith("cheaper")
    assert [describe(call).function for call in created.calls] == [
        "setMarketplaceFee",
        "addMarketplaceCategory",
    ]
    linked = operation_id(seen.governor.address, created.calls, created.description)
    assert linked == scheduled.operation_id
    assert scheduled.delay == WEEK


async def test_an_openzeppelin_proposal_without_a_quorum_is_defeated(
    world: ChainWorld, oz: OpenZeppelinDao, watch: Watch
) -> None:
    ben = world.wallet("ben")
    seen = await watch(oz)
    proposal = await oz.propose(ben, [oz.set_fee(8)], "Too few")
    await oz.open_voting(proposal)
    await oz.vote(ben, proposal, 1)
    await oz.close_voting(proposal)
    assert await seen.state(proposal) is GovernorState.DEFEATED


async def test_an_openzeppelin_proposal_is_canceled_by_its_proposer_while_pending(
    world: ChainWorld, oz: OpenZeppelinDao, watch: Watch
) -> None:
    seen = await watch(oz)
    proposal = await oz.propose(world.wallet("ben"), [oz.set_fee(8)], "Never mind")
    await oz.cancel(proposal)
    assert await seen.state(proposal) is GovernorState.CANCELED
    assert kinds(await seen.events()) == [ProposalCreated, ProposalCanceled]


@pytest.mark.parametrize(
    ("act", "state", "event"),
    [
        ("cancel", GovernorState.CANCELED, OperationCancelled),
        ("execute", GovernorState.EXECUTED, OperationExecuted),
    ],
)
async def test_what_happens_on_the_timelock_alone_shows_in_the_state(
    world: ChainWorld,
    oz: OpenZeppelinDao,
    watch: Watch,
    act: str,
    state: GovernorState,
    event: type[GovernorEvent],
) -> None:
    ana = world.wallet("ana")
    seen = await watch(oz)
    proposal = await oz.propose(ana, [oz.set_fee(8)], "Around the governor")
    await oz.open_voting(proposal)
    await oz.vote(ana, proposal, 1)
    await oz.close_voting(proposal)
    await oz.queue(proposal)
    await oz.wait_for_eta(proposal)
    if act == "cancel":
        await oz.cancel_operation(proposal)
    else:
        await oz.execute_operation(proposal)
    assert await seen.state(proposal) is state
    last = (await seen.events())[-1]
    assert isinstance(last, event)
    assert last.position.block.number == world.head_number


async def test_a_governor_may_count_seconds(world: ChainWorld, watch: Watch) -> None:
    dao = await world.openzeppelin(counts_seconds=True, voting_delay=60, voting_period=3600)
    ana = world.wallet("ana")
    await dao.give(ana, 120_000)
    seen = await watch(dao)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "By the clock")
    assert await seen.state(proposal) is GovernorState.PENDING
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    during = await seen.observe(proposal)
    assert during.state is GovernorState.ACTIVE
    assert during.vote_start is not None
    assert during.vote_end == during.vote_start + 3600
    await dao.close_voting(proposal)
    assert await seen.state(proposal) is GovernorState.SUCCEEDED


async def test_a_proposal_that_does_not_exist_is_unknown_not_zero(
    alpha: AlphaDao, oz: OpenZeppelinDao, watch: Watch
) -> None:
    for dao in (alpha, oz):
        seen = await watch(dao)
        assert (await seen.observe(99)).state is GovernorState.UNKNOWN
        assert (await seen.observe(99)).eta is None
