"""Every family the sandbox can deploy lives a whole life, by its own contract's word."""

import pytest

from sandbox.chain import ChainWorld
from sandbox.chain.daos import (
    TOKEN,
    AccessDao,
    BravoDao,
    Dao,
    NounsDao,
    OpenZeppelinDao,
    OverridableDao,
    SequentialDao,
)
from sandbox.chain.deploy import Family
from sandbox.chain.ledger import RevertedError

PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)
VETOED, OBJECTION, UPDATABLE = 8, 9, 10

TWO_DAYS = 2 * 86_400


async def made(world: ChainWorld, family: Family, **parameters: int) -> Dao:
    dao = await world.dao(family, timelock_delay=TWO_DAYS, **parameters)
    await dao.give(world.wallet("ana"), 120_000)
    await dao.give(world.wallet("ben"), 30_000)
    return dao


async def passed(world: ChainWorld, dao: Dao) -> int:
    ana = world.wallet("ana")
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    assert await dao.state(proposal) == SUCCEEDED
    return proposal


@pytest.mark.parametrize("family", Family)
async def test_a_proposal_of_any_family_is_made_voted_for_and_executed(
    world: ChainWorld, family: Family
) -> None:
    dao = await made(world, family)
    proposal = await passed(world, dao)
    if family is not Family.PLAIN:
        await dao.queue(proposal)
        assert await dao.state(proposal) == QUEUED
        with pytest.raises(RevertedError):
            await dao.execute(proposal)
        await dao.wait_for_eta(proposal)
    await dao.execute(proposal)
    assert await dao.state(proposal) == EXECUTED
    assert await dao.fee() == 8


@pytest.mark.parametrize("family", [*Family])
async def test_a_proposal_of_any_family_can_be_canceled_and_defeated(
    world: ChainWorld, family: Family
) -> None:
    dao = await made(world, family)
    ana, ben = world.wallet("ana"), world.wallet("ben")
    defeated = await dao.propose(ben, [dao.set_fee(9)], "# Too few")
    await dao.open_voting(defeated)
    await dao.vote(ben, defeated, 1)
    await dao.close_voting(defeated)
    assert await dao.state(defeated) == DEFEATED
    canceled = await dao.propose(ana, [dao.set_fee(7)], "# Never mind")
    await dao.cancel(canceled)
    assert await dao.state(canceled) == CANCELED


@pytest.mark.parametrize(
    "family",
    [Family.ALPHA, Family.BRAVO, Family.NOUNS, Family.COMPOUND_TIMELOCK, Family.SEQUENTIAL],
)
async def test_what_waits_too_long_on_a_compound_timelock_expires(
    world: ChainWorld, family: Family
) -> None:
    dao = await made(world, family)
    proposal = await passed(world, dao)
    await dao.queue(proposal)
    assert not isinstance(dao, OpenZeppelinDao)
    await dao.let_expire(proposal)  # type: ignore[attr-defined] # all of these families have it
    assert await dao.state(proposal) == EXPIRED


async def test_an_access_manager_executes_no_more_while_the_governor_still_says_queued(
    world: ChainWorld,
) -> None:
    dao = await made(world, Family.ACCESS)
    assert isinstance(dao, AccessDao)
    proposal = await passed(world, dao)
    await dao.queue(proposal)
    await dao.let_expire(proposal)
    assert await dao.state(proposal) == QUEUED
    with pytest.raises(RevertedError):
        await dao.execute(proposal)


@pytest.mark.parametrize(
    "family", [Family.OPENZEPPELIN, Family.BRAVO_COMPATIBLE, Family.OVERRIDABLE]
)
async def test_what_happens_on_a_controller_shows_in_the_governors_state(
    world: ChainWorld, family: Family
) -> None:
    dao = await made(world, family)
    assert isinstance(dao, OpenZeppelinDao)
    canceled = await passed(world, dao)
    await dao.queue(canceled)
    await dao.cancel_operation(canceled)
    assert await dao.state(canceled) == CANCELED
    ana = world.wallet("ana")
    executed = await dao.propose(ana, [dao.set_fee(5)], "# Again")
    await dao.open_voting(executed)
    await dao.vote(ana, executed, 1)
    await dao.close_voting(executed)
    await dao.queue(executed)
    await dao.wait_for_eta(executed)
    await dao.execute_operation(executed)
    assert await dao.state(executed) == EXECUTED


async def test_votes_can_be_divided_and_a_late_quorum_moves_the_deadline(
    world: ChainWorld,
) -> None:
    dao = await made(world, Family.SEQUENTIAL)
    assert isinstance(dao, SequentialDao)
    ana = world.wallet("ana")
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# First")
    assert proposal == 1
    await dao.open_voting(proposal)
    await dao.divide_votes(ana, proposal, 10_000, 20_000, 5_000)
    _, end = await dao.window(proposal)
    await world.mine(end - world.head_number - 2)
    await dao.divide_votes(ana, proposal, 0, 70_000, 5_000)
    votes = await world.ask(
        dao.governor_address, "proposalVotes(uint256)", (proposal,), ["uint256"] * 3
    )
    assert votes == (10_000 * TOKEN, 90_000 * TOKEN, 10_000 * TOKEN)
    assert (await dao.window(proposal))[1] > end


async def test_whoever_delegated_can_overrule_the_delegate(world: ChainWorld) -> None:
    dao = await made(world, Family.OVERRIDABLE)
    assert isinstance(dao, OverridableDao)
    ana, ben = world.wallet("ana"), world.wallet("ben")
    await dao.delegate(ben, to=ana)
    await world.mine()
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# First")
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.override_vote(ben, proposal, 0)
    votes = await world.ask(
        dao.governor_address, "proposalVotes(uint256)", (proposal,), ["uint256"] * 3
    )
    assert votes == (30_000 * TOKEN, 120_000 * TOKEN, 0)


async def test_a_proposal_of_nouns_kind_is_updatable_objected_to_and_vetoed(
    world: ChainWorld,
) -> None:
    dao = await made(world, Family.NOUNS)
    assert isinstance(dao, NounsDao)
    ana, ben = world.wallet("ana"), world.wallet("ben")
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# First")
    assert await dao.state(proposal) == UPDATABLE
    await dao.rewrite(proposal, "# Second")
    await dao.open_voting(proposal)
    _, end = await dao.window(proposal)
    await world.mine(end - world.head_number - 2)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    assert await dao.state(proposal) == OBJECTION
    await dao.vote(ben, proposal, 0)
    quorum = await world.ask(dao.governor_address, "quorumVotes(uint256)", (proposal,), ["uint256"])
    assert quorum == (100_300 * TOKEN,)
    await dao.veto(proposal)
    assert await dao.state(proposal) == VETOED


async def test_a_bravos_implementation_can_be_replaced(world: ChainWorld) -> None:
    dao = await made(world, Family.BRAVO)
    assert isinstance(dao, BravoDao)
    proposal = await passed(world, dao)
    await dao.upgrade(await world.deploy("SandboxBravo", 200_000 * TOKEN))
    assert await dao.state(proposal) == DEFEATED


async def test_a_clock_of_seconds_suits_every_openzeppelin_5(world: ChainWorld) -> None:
    for family in (Family.PLAIN, Family.COMPOUND_TIMELOCK, Family.ACCESS):
        dao = await world.dao(
            family,
            counts_seconds=True,
            voting_delay=60,
            voting_period=3600,
            timelock_delay=TWO_DAYS,
        )
        await dao.give(world.wallet("ana"), 120_000)
        start, end = await dao.window(await passed(world, dao))
        assert end - start == 3600
