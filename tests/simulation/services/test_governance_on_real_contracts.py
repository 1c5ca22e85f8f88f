"""The same service on an EVM with the published contracts, over HTTP on the loopback."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.rpc import AsyncHTTPProvider

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.call import Change
from bot.domain.onchain.governor import Flavour, Governor
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import PostState
from bot.domain.types import ChainId, Seconds
from bot.gateways.chain.calling.published import Published
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.services.governance.describing import Describing, Sources
from bot.services.governance.naming import Naming
from bot.services.setup import Setup
from sandbox.chain import ChainWorld
from sandbox.chain.daos import GUARDIAN, TOKEN, BravoDao, Dao
from sandbox.chain.deploy import Family
from sandbox.clock import SandboxClock
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.following import said
from tests.spoken import spoken
from tests.watched import WatchedDatabase

CHAIN = ChainId(31_337)
CONFIRMATIONS = 2
DAY = 86_400


class WatchedProvider(AsyncHTTPProvider):
    """web3's own provider, held to the law that no transaction is open meanwhile."""

    database: WatchedDatabase

    @override
    async def make_batch_request(self, batch_requests: Any) -> Any:
        self.database.check_that_nothing_is_open()
        return spoken(await super().make_batch_request(batch_requests))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChainWorld]:
    clock = SandboxClock.create(tmp_path / "clock", start=1_800_000_000)
    async with ChainWorld(clock, chain_id=CHAIN) as world:
        yield world
    clock.close()


@pytest.fixture
async def client(world: ChainWorld, database: WatchedDatabase) -> AsyncIterator[ChainClient]:
    provider = WatchedProvider(world.rpc_url, exception_retry_configuration=None)
    provider.database = database
    yield ChainClient(AsyncWeb3(provider), CHAIN)
    await provider.disconnect()


@pytest.fixture
async def governance(
    world: ChainWorld, client: ChainClient, database: WatchedDatabase
) -> Governance:
    chains, now = {CHAIN: client}, world.clock.now
    sources = Sources(published=Published(), sourcify=None)
    describing = Describing(database, chains, now, Naming(database, chains, now), sources)
    return Governance(database, chains, now, describing)


@pytest.fixture
def setup(world: ChainWorld, client: ChainClient, database: WatchedDatabase) -> Setup:
    return Setup(database, None, {CHAIN: client}, 5, world.clock.now)  # type: ignore[arg-type] # no Snapshot here


async def watch(setup: Setup, dao: Dao) -> None:
    policy = builders.policy(
        confirmations=CONFIRMATIONS,
        closing_soon_leads=(Seconds(60),),
        grace_ending_leads=(Seconds(3 * DAY),),
    )
    await setup.set_up(replace(builders.community(), policy=policy), MODERATOR)
    await setup.watch(GUILD, dao.governor_address, CHAIN)


async def look(world: ChainWorld, governance: Governance) -> None:
    """Confirm what has happened, and look."""
    await world.mine(CONFIRMATIONS, spacing=1)
    await governance.tick(CHAIN)


async def told(database: WatchedDatabase) -> dict[Moment, PostState]:
    claims = (await said(database)).values()
    return {claim.moment: state for state, claim in claims if isinstance(claim, GovernorNews)}


@pytest.mark.parametrize("flavour", Flavour)
async def test_a_change_of_the_fee_is_followed_from_its_creation_to_its_execution(
    world: ChainWorld,
    setup: Setup,
    governance: Governance,
    database: WatchedDatabase,
    flavour: Flavour,
) -> None:
    alpha = flavour is Flavour.GOVERNOR_ALPHA
    dao = await (world.braintrust if alpha else world.openzeppelin)(timelock_delay=2 * DAY)
    ana = world.wallet("ana")
    await dao.give(ana, 150_000)
    await watch(setup, dao)
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await look(world, governance)
    assert await told(database) == {Moment.CREATED: PostState.DUE}
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await look(world, governance)
    await dao.close_voting(id_)
    await look(world, governance)
    await dao.queue(id_)
    await look(world, governance)
    await dao.wait_for_eta(id_)
    await look(world, governance)
    await dao.execute(id_)
    await look(world, governance)
    assert await told(database) == {
        Moment.CREATED: PostState.DUE,
        Moment.VOTING_OPEN: PostState.DUE,
        Moment.CLOSING_SOON: PostState.SKIPPED,
        Moment.SUCCEEDED: PostState.DUE,
        Moment.QUEUED: PostState.DUE,
        Moment.EXECUTABLE: PostState.DUE,
        Moment.EXECUTED: PostState.DUE,
    }
    news = [claim for _, claim in (await said(database)).values() if hasattr(claim, "calls")]
    assert {claim.calls[0].function for claim in news} == {"setMarketplaceFee"}
    changes = {claim.moment: claim.calls[0].changes for claim in news}
    assert changes[Moment.CREATED] == (Change(what="marketplace fee", before="10", after=""),)
    assert changes[Moment.EXECUTED] == (Change(what="marketplace fee", before="10", after="8"),)


async def test_what_no_event_tells_is_asked_for_when_the_state_changes(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    """Until the vote opens OpenZeppelin's quorum is not fixed, and nothing is emitted then."""
    dao = await world.openzeppelin(timelock_delay=2 * DAY)
    await dao.give(world.wallet("ana"), 150_000)
    await watch(setup, dao)
    id_ = await dao.propose(world.wallet("ana"), [dao.set_fee(8)], "# Lower the fee")
    await look(world, governance)
    assert await told(database) == {Moment.CREATED: PostState.DUE}
    await dao.open_voting(id_)
    for _ in range(2):
        await look(world, governance)
    claims = [claim for _, claim in (await said(database)).values()]
    (opened,) = {
        claim
        for claim in claims
        if isinstance(claim, GovernorNews) and claim.moment is Moment.VOTING_OPEN
    }
    assert opened.quorum == 100_000


async def test_a_reorganisation_of_the_real_chain_takes_back_a_queue_and_tells_the_next(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    dao = await world.braintrust(timelock_delay=2 * DAY)
    ana = world.wallet("ana")
    await dao.give(ana, 150_000)
    await watch(setup, dao)
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.close_voting(id_)
    await look(world, governance)
    mark = world.snapshot()
    await dao.queue(id_)
    await look(world, governance)
    await look(world, governance)
    assert (await told(database))[Moment.QUEUED] is PostState.DUE
    world.revert(mark)
    await world.mine(CONFIRMATIONS * 3)
    for _ in range(3):
        await look(world, governance)
    after = await told(database)
    assert Moment.QUEUED not in after
    assert after[Moment.SUCCEEDED] is PostState.DUE
    await dao.queue(id_)
    await look(world, governance)
    queued = [
        claim
        for _, claim in (await said(database)).values()
        if isinstance(claim, GovernorNews) and claim.moment is Moment.QUEUED
    ]
    assert queued
    assert queued[0].eta == await dao.eta(id_)


async def test_a_compound_proposal_that_nobody_executes_expires(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    dao = await world.braintrust(timelock_delay=2 * DAY)
    ana = world.wallet("ana")
    await dao.give(ana, 150_000)
    await watch(setup, dao)
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.close_voting(id_)
    await dao.queue(id_)
    await dao.wait_for_eta(id_)
    await look(world, governance)
    await world.jump(12 * DAY)
    await look(world, governance)
    assert (await told(database))[Moment.GRACE_ENDING] is PostState.DUE
    await dao.let_expire(id_)
    await look(world, governance)
    after = await told(database)
    assert after[Moment.EXPIRED] is PostState.DUE
    assert Moment.EXECUTED not in after


async def test_an_operation_cancelled_on_the_timelock_itself_is_told(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    dao = await world.openzeppelin(timelock_delay=2 * DAY)
    ana = world.wallet("ana")
    await dao.give(ana, 150_000)
    await watch(setup, dao)
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.close_voting(id_)
    await dao.queue(id_)
    await look(world, governance)
    await dao.cancel_operation(id_)
    await look(world, governance)
    after = await told(database)
    assert after[Moment.CANCELED] is PostState.DUE
    assert Moment.EXECUTABLE not in after


async def test_a_proposal_cancelled_before_its_vote_and_one_nobody_votes_for(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    dao = await world.openzeppelin(voting_delay=5)
    ana, ben = world.wallet("ana"), world.wallet("ben")
    await dao.give(ana, 150_000)
    await dao.give(ben, 1_000)
    await watch(setup, dao)
    canceled = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.cancel(canceled)
    defeated = await dao.propose(ben, [dao.set_fee(9)], "# Raise the fee")
    await look(world, governance)
    await dao.close_voting(defeated)
    await look(world, governance)
    said_of = {
        (claim.title, claim.moment)
        for _, claim in (await said(database)).values()
        if isinstance(claim, GovernorNews)
    }
    assert said_of == {
        ("Lower the fee", Moment.CREATED),
        ("Lower the fee", Moment.CANCELED),
        ("Raise the fee", Moment.CREATED),
        ("Raise the fee", Moment.VOTING_OPEN),
        ("Raise the fee", Moment.CLOSING_SOON),
        ("Raise the fee", Moment.DEFEATED),
    }
    (claim,) = [
        claim
        for _, claim in (await said(database)).values()
        if isinstance(claim, GovernorNews) and claim.moment is Moment.CANCELED
    ]
    assert claim.canceled_by == claim.proposer


async def test_two_governors_of_one_community_are_followed_side_by_side(
    world: ChainWorld, setup: Setup, governance: Governance, database: WatchedDatabase
) -> None:
    old, new = await world.braintrust(), await world.openzeppelin()
    ana = world.wallet("ana")
    for dao in (old, new):
        await dao.give(ana, 150_000)
        await watch(setup, dao)
    await old.propose(ana, [old.set_fee(8)], "# Of the old one")
    await new.propose(ana, [new.set_fee(8)], "# Of the new one")
    before = world.requests
    await look(world, governance)
    # Five to follow both, and three for the words of each new proposal.
    assert world.requests - before <= 5 + 2 * 3
    titles = {
        claim.title
        for _, claim in (await said(database)).values()
        if isinstance(claim, GovernorNews)
    }
    assert titles == {"Of the old one", "Of the new one"}


async def watched(database: WatchedDatabase) -> Governor:
    async with database.reading() as store:
        (only,) = await store.communities.watched(CHAIN)
    return only.governor


async def test_a_changed_parameter_is_read_anew(
    world: ChainWorld, governance: Governance, setup: Setup, database: WatchedDatabase
) -> None:
    dao = await world.dao(Family.BRAVO)
    await watch(setup, dao)
    await look(world, governance)
    assert (await watched(database)).voting_period == 20
    arguments = (500,)
    await world.send(GUARDIAN, dao.governor_address, "_setVotingPeriod(uint256)", arguments)
    await look(world, governance)
    assert (await watched(database)).voting_period == 500


async def test_another_implementation_is_noted(
    world: ChainWorld, governance: Governance, setup: Setup, database: WatchedDatabase
) -> None:
    dao = await world.dao(Family.BRAVO)
    assert isinstance(dao, BravoDao)
    await watch(setup, dao)
    await look(world, governance)
    newer = await world.deploy("SandboxBravo", 200_000 * TOKEN)
    await dao.upgrade(newer)
    await look(world, governance)
    governor = await watched(database)
    assert (governor.implementation, governor.quorum) == (newer, 200_000 * TOKEN)


async def test_a_changed_timelock_is_followed_beside_the_one_before(
    world: ChainWorld, governance: Governance, setup: Setup, database: WatchedDatabase
) -> None:
    dao, other = await world.openzeppelin(), await world.openzeppelin()
    ana = world.wallet("ana")
    await dao.give(ana, 120_000)
    await watch(setup, dao)
    new = dao.call("updateTimelock(address)", other.timelock_address, target=dao.governor_address)
    proposal = await dao.propose(ana, [new], "# Another timelock")
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    await dao.queue(proposal)
    await dao.wait_for_eta(proposal)
    await look(world, governance)
    assert (await watched(database)).timelock_address == dao.timelock_address
    await dao.execute(proposal)
    await look(world, governance)
    governor = await watched(database)
    assert governor.timelock_address == other.timelock_address
    assert governor.former_timelocks == (dao.timelock_address,)
    assert governor.contracts == {
        dao.governor_address,
        dao.timelock_address,
        other.timelock_address,
    }
