"""What governors and timelocks mean by what they answer, on real contracts of every family."""

from dataclasses import replace

import pytest

from bot.domain.onchain.delegation import Fixing, vote_window
from bot.domain.onchain.event import (
    OperationScheduled,
    ProposalCreated,
    ProposalExecuted,
    ProposalExtended,
    ProposalQueued,
    ProposalUpdated,
    ProposalVetoed,
    VoteReduced,
)
from bot.domain.onchain.governor import GovernorState, Observation
from bot.domain.onchain.proposal import counts_at_creation, expires_at, folded, observed
from bot.domain.types import Timepoint
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.operations import operations_of
from bot.services.governance.enumeration import open_creations
from sandbox.chain import ChainWorld
from sandbox.chain.daos import (
    GRACE_PERIOD,
    TOKEN,
    AccessDao,
    BravoDao,
    Dao,
    NounsDao,
    OverridableDao,
    SequentialDao,
)
from sandbox.chain.deploy import Family
from tests.governor_view import GovernorView

WITH_ABSTENTION = [each for each in Family if each is not Family.ALPHA]
COMPOUND = (Family.ALPHA, Family.BRAVO, Family.NOUNS, Family.COMPOUND_TIMELOCK, Family.SEQUENTIAL)
CONTROLLED = (Family.OPENZEPPELIN, Family.BRAVO_COMPATIBLE, Family.OVERRIDABLE)


async def a_dao(world: ChainWorld, family: Family) -> Dao:
    """Deploy a DAO in which Ana has a quorum, Ben a part of one, and Cleo less."""
    dao = await world.dao(family)
    for name, tokens in (("ana", 120_000), ("ben", 30_000), ("cleo", 10_000)):
        await dao.give(world.wallet(name), tokens)
    return dao


async def proposed(world: ChainWorld, dao: Dao, title: str = "# Lower the fee") -> int:
    return await dao.propose(world.wallet("ana"), [dao.set_fee(8), dao.add_category("law")], title)


async def passed(world: ChainWorld, dao: Dao) -> int:
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    await dao.vote(world.wallet("ana"), proposal, 1)
    await dao.close_voting(proposal)
    return proposal


@pytest.mark.parametrize("family", Family)
async def test_votes_are_accepted_after_the_start_and_up_to_the_end_itself(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    start, end = await dao.window(proposal)
    await world.mine(start - world.head_number)
    before = await seen.state(proposal)
    await world.mine()
    first = await seen.state(proposal)
    await world.mine(end - world.head_number)
    last = await seen.state(proposal)
    await world.mine()
    after = await seen.state(proposal)
    active = GovernorState.ACTIVE
    assert (before, first, last) == (GovernorState.PENDING, active, active)
    assert after is GovernorState.DEFEATED


@pytest.mark.parametrize("family", WITH_ABSTENTION)
async def test_votes_are_told_apart_in_the_order_each_family_has_for_them(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    for name, support in (("ana", 1), ("ben", 0), ("cleo", 2)):
        await dao.vote(world.wallet(name), proposal, support)
    seen = await (await GovernorView.of(client, dao)).observe(proposal)
    assert seen.for_votes == 120_000 * TOKEN
    assert seen.against_votes == 30_000 * TOKEN
    assert seen.abstain_votes == 10_000 * TOKEN
    assert (seen.vote_start, seen.vote_end) == await dao.window(proposal)


@pytest.mark.parametrize(
    ("family", "state"),
    [
        (Family.BRAVO, GovernorState.DEFEATED),
        (Family.BRAVO_COMPATIBLE, GovernorState.DEFEATED),
        (Family.OPENZEPPELIN, GovernorState.SUCCEEDED),
        (Family.SEQUENTIAL, GovernorState.SUCCEEDED),
    ],
)
async def test_an_abstention_counts_towards_the_quorum_only_where_the_governor_says_so(
    world: ChainWorld, client: ChainClient, family: Family, state: GovernorState
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    await dao.vote(world.wallet("ana"), proposal, 2)
    await dao.vote(world.wallet("ben"), proposal, 1)
    await dao.close_voting(proposal)
    await world.mine(20)  # A late quorum may have moved the deadline.
    assert await (await GovernorView.of(client, dao)).state(proposal) is state


@pytest.mark.parametrize("family", CONTROLLED)
async def test_a_quorum_that_reverts_while_pending_is_unknown_not_zero(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    start, _ = await dao.window(proposal)
    assert (await seen.observe(proposal)).quorum is None
    await world.mine(start - world.head_number)
    assert (await seen.observe(proposal)).quorum is None, "Nor at the snapshot itself."
    await world.mine()
    assert (await seen.observe(proposal)).quorum == 100_000 * TOKEN


@pytest.mark.parametrize("family", [Family.ALPHA, Family.OPENZEPPELIN, Family.ACCESS])
async def test_the_supply_is_that_of_when_the_votes_were_counted_and_unknown_before(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    supply = await world.ask(dao.token_address, "totalSupply()", (), ["uint256"])
    start, _ = await dao.window(proposal)
    assert (await seen.observe(proposal, start)).supply is None
    await dao.open_voting(proposal)
    assert ((await seen.observe(proposal, start)).supply,) == supply
    await dao.close_voting(proposal)
    assert ((await seen.observe(proposal, start)).supply,) == supply


async def test_a_quorum_may_be_each_proposals_own_and_grow_with_the_votes_against(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.NOUNS)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    assert (await seen.observe(proposal)).quorum == 100_000 * TOKEN
    await dao.open_voting(proposal)
    await dao.vote(world.wallet("ben"), proposal, 0)
    assert (await seen.observe(proposal)).quorum == 100_300 * TOKEN


@pytest.mark.parametrize("family", COMPOUND)
async def test_what_waits_in_a_compound_timelock_expires_after_the_grace_period(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await passed(world, dao)
    await world.mine(20)
    await dao.queue(proposal)
    seen = await GovernorView.of(client, dao)
    eta = (await seen.observe(proposal)).eta
    assert eta == await dao.eta(proposal)
    assert seen.governor.grace_period == GRACE_PERIOD
    await world.jump_to(eta + GRACE_PERIOD - 60)
    assert await seen.state(proposal) is GovernorState.QUEUED
    await world.jump_to(eta + GRACE_PERIOD)
    assert await seen.state(proposal) is GovernorState.EXPIRED


@pytest.mark.parametrize("family", CONTROLLED)
async def test_what_waits_in_a_timelock_controller_never_expires(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await passed(world, dao)
    await dao.queue(proposal)
    seen = await GovernorView.of(client, dao)
    assert seen.governor.grace_period is None
    await world.jump(400 * 86_400)
    assert await seen.state(proposal) is GovernorState.QUEUED
    await dao.execute(proposal)
    assert await seen.state(proposal) is GovernorState.EXECUTED


async def test_what_waits_in_an_access_manager_expires_unknown_to_the_governor(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.ACCESS)
    assert isinstance(dao, AccessDao)
    proposal = await passed(world, dao)
    await dao.queue(proposal)
    seen = await GovernorView.of(client, dao)
    before = await seen.observe(proposal)
    known = folded(before.key, await seen.events())
    assert known is not None
    known = observed(known, before, seen.governor, await client.head())
    assert known.state is GovernorState.QUEUED
    assert known.needs_queuing, "The AccessManager lets these calls wait."
    assert expires_at(known, seen.governor) == await dao.eta(proposal) + 7 * 86_400
    await dao.let_expire(proposal)
    after = await seen.observe(proposal)
    assert after.state is GovernorState.QUEUED, "The governor does not know."
    assert observed(known, after, seen.governor, await client.head()).state is GovernorState.EXPIRED


@pytest.mark.parametrize("family", [*COMPOUND, *CONTROLLED])
async def test_what_nobody_queues_stays_succeeded_for_ever(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await passed(world, dao)
    await world.mine(20)
    await world.jump(400 * 86_400)
    seen = await (await GovernorView.of(client, dao)).observe(proposal)
    assert (seen.state, seen.eta) == (GovernorState.SUCCEEDED, None)


@pytest.mark.parametrize("family", [each for each in Family if each is not Family.PLAIN])
async def test_a_queued_proposals_operations_are_known_by_their_ids(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await passed(world, dao)
    await world.mine(20)
    await dao.queue(proposal)
    seen = await GovernorView.of(client, dao)
    events = await seen.events()
    (made,) = (each for each in events if isinstance(each, ProposalCreated))
    (queued,) = (each for each in events if isinstance(each, ProposalQueued))
    scheduled = [each for each in events if isinstance(each, OperationScheduled)]
    linked = operations_of(seen.governor, made.calls, made.description, queued.eta)
    assert len(scheduled) == 2
    assert {each.operation_id for each in scheduled} <= linked
    assert {each.ready_at for each in scheduled} == {queued.eta}
    transactions = {each.position.transaction_hash for each in scheduled}
    assert transactions == {queued.position.transaction_hash}
    assert len({each.call for each in scheduled}) == 2


@pytest.mark.parametrize("family", [Family.SEQUENTIAL, Family.PLAIN])
async def test_a_late_quorum_moves_the_deadline(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    seen = await GovernorView.of(client, dao)
    first = await seen.observe(proposal)
    assert first.vote_end is not None
    await world.mine(first.vote_end - world.head_number - 2)
    await dao.vote(world.wallet("ana"), proposal, 1)
    (extended,) = (each for each in await seen.events() if isinstance(each, ProposalExtended))
    moved = await seen.observe(proposal)
    assert extended.vote_end == moved.vote_end == world.head_number + 10
    assert moved.vote_end > first.vote_end
    known = folded(first.key, await seen.events())
    assert known is not None
    assert known.vote_end == moved.vote_end


async def test_an_objection_period_moves_the_end_of_the_vote(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.NOUNS)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    _, end = await dao.window(proposal)
    await world.mine(end - world.head_number - 2)
    await dao.vote(world.wallet("ana"), proposal, 1)
    await dao.close_voting(proposal)
    assert await seen.state(proposal) is GovernorState.OBJECTION_PERIOD
    (extended,) = (each for each in await seen.events() if isinstance(each, ProposalExtended))
    assert extended.vote_end == end + 5
    await world.mine(5)
    assert await seen.state(proposal) is GovernorState.SUCCEEDED


async def test_a_proposal_may_be_rewritten_and_vetoed(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.NOUNS)
    assert isinstance(dao, NounsDao)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    assert await seen.state(proposal) is GovernorState.UPDATABLE
    await dao.rewrite(proposal, "# Raise the fee")
    await dao.open_voting(proposal)
    await dao.veto(proposal)
    assert await seen.state(proposal) is GovernorState.VETOED
    kinds = [type(each) for each in await seen.events()]
    assert kinds == [ProposalCreated, ProposalUpdated, ProposalVetoed], "Nothing counts twice."
    known = folded((await seen.observe(proposal)).key, await seen.events())
    assert known is not None
    assert known.title == "Raise the fee"


async def test_votes_of_nouns_kind_may_weigh_what_they_did_at_the_creation(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.NOUNS)
    assert isinstance(dao, NounsDao)
    seen, first = await delegated_late(world, client, dao, "ben")
    assert not counts_at_creation(first.key, seen.governor)
    assert first.against_votes, "It counts as of the start."
    await dao.count_at_creation()
    seen, later = await delegated_late(world, client, dao, "cleo")
    assert counts_at_creation(later.key, seen.governor)
    assert later.against_votes == 0
    events = [each for each in await seen.events() if getattr(each, "id", None) == later.key.id]
    known = folded(later.key, events)
    assert known is not None
    window = vote_window(
        replace(known, state=GovernorState.UPDATABLE), seen.governor, known.vote_start
    )
    assert window is not None
    assert window.fixing is Fixing.FIXED
    assert window.counted_at == Timepoint(known.created.block.number)


async def delegated_late(
    world: ChainWorld, client: ChainClient, dao: Dao, name: str
) -> tuple[GovernorView, Observation]:
    """Let somebody get tokens and delegate after a proposal was made, and vote against it."""
    proposal = await proposed(world, dao)
    late = world.wallet(f"{name} who is late")
    await dao.give(late, 5_000)
    await dao.open_voting(proposal)
    await dao.vote(late, proposal, 0)
    seen = await GovernorView.of(client, dao)
    return seen, await seen.observe(proposal)


async def test_one_voter_may_divide_their_votes_in_several_steps(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.SEQUENTIAL)
    assert isinstance(dao, SequentialDao)
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    await dao.divide_votes(world.wallet("ana"), proposal, 1, 2, 3)
    await dao.divide_votes(world.wallet("ana"), proposal, 0, 5, 0)
    await dao.vote(world.wallet("ben"), proposal, 0)
    seen = await GovernorView.of(client, dao)
    votes = await seen.votes()
    parts = [each.fractions for each in votes]
    assert parts == [(TOKEN, 2 * TOKEN, 3 * TOKEN), (0, 5 * TOKEN, 0), None]
    assert [each.weight for each in votes] == [6 * TOKEN, 5 * TOKEN, 30_000 * TOKEN]
    told = await seen.observe(proposal)
    assert told.against_votes == 30_001 * TOKEN
    assert (told.for_votes, told.abstain_votes) == (7 * TOKEN, 3 * TOKEN)


async def test_a_vote_over_a_delegates_head_takes_from_the_delegates(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.OVERRIDABLE)
    assert isinstance(dao, OverridableDao)
    ana, ben = world.wallet("ana"), world.wallet("ben")
    await dao.delegate(ben, to=ana)
    proposal = await proposed(world, dao)
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.override_vote(ben, proposal, 0)
    seen = await GovernorView.of(client, dao)
    events = await seen.events()
    votes = await seen.votes()
    (reduced,) = (each for each in events if isinstance(each, VoteReduced))
    assert [(each.voter, each.support, each.weight) for each in votes] == [
        (ana.address, 1, 150_000 * TOKEN),
        (ben.address, 0, 30_000 * TOKEN),
    ]
    assert (reduced.delegate, reduced.weight) == (ana.address, 30_000 * TOKEN)
    told = await seen.observe(proposal)
    assert (told.for_votes, told.against_votes) == (120_000 * TOKEN, 30_000 * TOKEN)


@pytest.mark.parametrize("family", [Family.BRAVO_COMPATIBLE, Family.OPENZEPPELIN])
async def test_whether_execution_is_told_before_or_after_the_calls_means_nothing(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await passed(world, dao)
    await dao.queue(proposal)
    await dao.wait_for_eta(proposal)
    await dao.execute(proposal)
    seen = await GovernorView.of(client, dao)
    events = await seen.events()
    (executed,) = (each for each in events if isinstance(each, ProposalExecuted))
    known = folded((await seen.observe(proposal)).key, events)
    assert known is not None
    assert known.executed == executed.position


async def test_a_proposal_keeps_its_window_when_the_governors_parameters_change(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await a_dao(world, Family.BRAVO)
    assert isinstance(dao, BravoDao)
    proposal = await proposed(world, dao)
    seen = await GovernorView.of(client, dao)
    before = await seen.observe(proposal)
    guardian = world.wallet("guardian")
    await world.send(guardian, dao.governor_address, "_setVotingPeriod(uint256)", (500,))
    after = await seen.observe(proposal)
    assert (after.vote_start, after.vote_end) == (before.vote_start, before.vote_end)
    assert (await GovernorView.of(client, dao)).governor.voting_period == 500


@pytest.mark.parametrize("family", CONTROLLED)
async def test_an_id_of_77_digits_is_read_whole(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    proposal = await proposed(world, dao)
    assert proposal > 2**128
    seen = await GovernorView.of(client, dao)
    (made,) = (each for each in await seen.events() if isinstance(each, ProposalCreated))
    assert made.id == proposal
    assert await seen.state(proposal) is GovernorState.PENDING


ENUMERATED = (Family.ALPHA, Family.BRAVO, Family.NOUNS, Family.SEQUENTIAL)


@pytest.mark.parametrize("family", Family)
async def test_what_is_open_on_a_governor_that_counts_up_is_found_by_its_views_alone(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await a_dao(world, family)
    await passed(world, dao)
    again = await proposed(world, dao, "# Lower the fee again")
    await world.mine(2)
    if isinstance(dao, NounsDao):
        await dao.rewrite(again, "# Raise the fee")
        await world.mine(2)
    view = await GovernorView.of(client, dao)
    kinds = ProposalCreated | ProposalUpdated
    made = [each for each in await view.events() if isinstance(each, kinds)]
    found = await open_creations(client, [view.governor], (), (await client.head()).id)
    assert len(made) == 2 + (family is Family.NOUNS)
    assert found.creations == (made if family in ENUMERATED else [])
