"""Governors that change: their rules, timelocks and families, also where a fork undoes it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from web3 import AsyncWeb3

from bot.domain.onchain.announcement import (
    FamilyNews,
    GovernorNews,
    OperationNews,
    OperationStep,
    ParameterNews,
)
from bot.domain.onchain.governor import Flavour, Governor, GovernorState, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal, Moment
from bot.domain.outbox import PostState
from bot.domain.proposal import Community
from bot.domain.types import Address, GovernorProposalId
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.services.setup import Setup
from sandbox.chain import ChainWorld
from sandbox.chain.daos import GUARDIAN, BravoDao, Dao, OpenZeppelinDao
from sandbox.chain.deploy import Family
from sandbox.clock import SandboxClock
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.following import another_community, said
from tests.simulation.services.test_governance_on_real_contracts import CHAIN, WatchedProvider
from tests.watched import WatchedDatabase

CONFIRMATIONS = 2


@dataclass(slots=True, kw_only=True)
class Eyes:
    """A community that watches governors on an EVM."""

    database: WatchedDatabase
    world: ChainWorld
    client: ChainClient
    governance: Governance

    async def watch(self, dao: Dao, *others: Community) -> None:
        setup = Setup(self.database, None, {CHAIN: self.client}, 5, self.world.clock.now)  # type: ignore[arg-type] # no Snapshot here
        policy = builders.policy(confirmations=CONFIRMATIONS)
        await setup.set_up(builders.community(policy=policy), MODERATOR)
        await setup.watch(GUILD, dao.governor_address, CHAIN)
        for other in others:
            await setup.set_up(other, MODERATOR)
            await setup.watch(other.guild_id, dao.governor_address, CHAIN)
        await self.look()

    async def look(self) -> None:
        """Confirm what has happened, and look."""
        await self.world.mine(CONFIRMATIONS, spacing=1)
        await self.governance.tick(CHAIN)

    async def fork(self, *, above: str) -> None:
        """Replace the blocks above a remembered one by others, and look until all is known."""
        was = self.world.head_number
        self.world.revert(above)
        await self.world.mine(was - self.world.head_number + 1, spacing=1)
        for _ in range(3):
            await self.governance.tick(CHAIN)

    async def governor(self) -> Governor:
        async with self.database.reading() as store:
            (only,) = await store.communities.watched(CHAIN)
        return only.governor

    async def told(self, kind: type[Any], channel: int = 903) -> list[Any]:
        """Give what is news in the channel for announcements."""
        there = (f"channel:{channel}", PostState.DUE)
        return [
            claim
            for (_, place), (state, claim) in (await said(self.database)).items()
            if isinstance(claim, kind) and (place, state) == there
        ]


@pytest.fixture
async def eyes(tmp_path: Path, database: WatchedDatabase) -> AsyncIterator[Eyes]:
    clock = SandboxClock.create(tmp_path / "clock", start=1_800_000_000)
    async with ChainWorld(clock, chain_id=CHAIN) as world:
        provider = WatchedProvider(world.rpc_url, exception_retry_configuration=None)
        provider.database = database
        client = ChainClient(AsyncWeb3(provider), CHAIN)
        governance = Governance(database, {CHAIN: client}, clock.now)
        yield Eyes(database=database, world=world, client=client, governance=governance)
        await provider.disconnect()
    clock.close()


async def let_pass(eyes: Eyes, dao: OpenZeppelinDao, *calls: Any, title: str) -> int:
    """Bring a proposal to where it can be executed."""
    ana = eyes.world.wallet("ana")
    await dao.give(ana, 120_000)
    proposal = await dao.propose(ana, calls, title)
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    await dao.queue(proposal)
    await dao.wait_for_eta(proposal)
    return proposal


async def test_a_parameter_that_a_fork_takes_back_is_read_anew_and_its_warning_struck_out(
    eyes: Eyes,
) -> None:
    dao = await eyes.world.dao(Family.BRAVO)
    await eyes.watch(dao)
    before = eyes.world.snapshot()
    await eyes.world.send(GUARDIAN, dao.governor_address, "_setVotingPeriod(uint256)", (500,))
    await eyes.look()
    assert (await eyes.governor()).voting_period == 500
    assert [news.after for news in await eyes.told(ParameterNews)] == ["500"]
    await eyes.fork(above=before)
    assert (await eyes.governor()).voting_period == 20
    assert not await eyes.told(ParameterNews)


async def test_a_parameter_that_another_branch_sets_otherwise_is_told_as_it_is_there(
    eyes: Eyes,
) -> None:
    dao = await eyes.world.dao(Family.BRAVO)
    await eyes.watch(dao)
    before = eyes.world.snapshot()
    await eyes.world.send(GUARDIAN, dao.governor_address, "_setVotingPeriod(uint256)", (500,))
    await eyes.look()
    eyes.world.revert(before)
    await eyes.world.send(GUARDIAN, dao.governor_address, "_setVotingPeriod(uint256)", (600,))
    for _ in range(3):
        await eyes.look()
    assert (await eyes.governor()).voting_period == 600
    assert [news.after for news in await eyes.told(ParameterNews)] == ["600"]


async def test_a_timelock_that_a_fork_takes_back_was_never_its_own(eyes: Eyes) -> None:
    dao, other = await eyes.world.openzeppelin(), await eyes.world.openzeppelin()
    await eyes.watch(dao)
    new = dao.call("updateTimelock(address)", other.timelock_address, target=dao.governor_address)
    proposal = await let_pass(eyes, dao, new, title="# Another timelock")
    await eyes.look()
    before = eyes.world.snapshot()
    await dao.execute(proposal)
    await eyes.look()
    assert (await eyes.governor()).timelock_address == other.timelock_address
    assert await eyes.told(ParameterNews)
    await eyes.fork(above=before)
    governor = await eyes.governor()
    assert governor.timelock_address == dao.timelock_address
    assert governor.former_timelocks == ()
    assert not await eyes.told(ParameterNews)
    await dao.execute(proposal)
    await eyes.look()
    governor = await eyes.governor()
    assert governor.timelock_address == other.timelock_address
    assert governor.former_timelocks == (dao.timelock_address,)


async def left_behind(eyes: Eyes) -> tuple[OpenZeppelinDao, int]:
    """Queue two proposals, of which the one replaces the timelock in which the other waits."""
    dao, other = await eyes.world.openzeppelin(), await eyes.world.openzeppelin()
    await eyes.watch(dao)
    waiting = await let_pass(eyes, dao, dao.set_fee(8), title="# Lower the fee")
    new = dao.call("updateTimelock(address)", other.timelock_address, target=dao.governor_address)
    replacing = await let_pass(eyes, dao, new, title="# Another timelock")
    await eyes.look()
    await dao.execute(replacing)
    await eyes.look()
    await eyes.look()
    assert await dao.state(waiting) == 2, "its governor calls it canceled"
    return dao, waiting


async def stands(eyes: Eyes, dao: Dao, proposal_id: int) -> GovernorProposal:
    key = ProposalKey(
        chain_id=CHAIN,
        governor=Address(dao.governor_address),
        id=GovernorProposalId(proposal_id),
    )
    async with eyes.database.reading() as store:
        found = await store.chain.proposal(key)
    assert found is not None
    return found


async def moments(eyes: Eyes, title: str) -> list[Moment]:
    news = (claim for _, claim in (await said(eyes.database)).values())
    told = [each for each in news if isinstance(each, GovernorNews) and each.title == title]
    return [each.moment for each in told]


async def test_what_waits_in_a_timelock_that_was_left_behind_is_followed_to_its_end(
    eyes: Eyes,
) -> None:
    dao, waiting = await left_behind(eyes)
    known = await stands(eyes, dao, waiting)
    assert known.state is GovernorState.QUEUED
    assert known.eta is not None
    assert Moment.CANCELED not in await moments(eyes, "Lower the fee")
    done = await dao.execute_operation(waiting)
    await eyes.look()
    known = await stands(eyes, dao, waiting)
    assert known.state is GovernorState.EXECUTED
    assert known.executed is not None
    assert known.executed.transaction_hash == done
    assert Moment.EXECUTED in await moments(eyes, "Lower the fee")
    assert not await eyes.told(OperationNews), "a proposal has brought it about"


async def test_what_is_cancelled_in_a_timelock_that_was_left_behind_is_canceled(
    eyes: Eyes,
) -> None:
    dao, waiting = await left_behind(eyes)
    done = await dao.cancel_operation(waiting)
    await eyes.look()
    known = await stands(eyes, dao, waiting)
    assert known.state is GovernorState.CANCELED
    assert known.canceled is not None
    assert known.canceled.transaction_hash == done
    assert Moment.CANCELED in await moments(eyes, "Lower the fee")


async def test_an_operation_from_outside_in_a_former_timelock_is_told_as_such(eyes: Eyes) -> None:
    dao, _ = await left_behind(eyes)
    before = eyes.world.snapshot()
    arguments = (dao.target_address, 0, b"", bytes(32), bytes(32), 30 * 86_400)
    signature = "schedule(address,uint256,bytes,bytes32,bytes32,uint256)"
    await eyes.world.send(GUARDIAN, dao.timelock_address, signature, arguments)
    await eyes.look()
    (news,) = await eyes.told(OperationNews)
    assert (news.step, news.is_former) == (OperationStep.SCHEDULED, True)
    await eyes.fork(above=before)
    assert not await eyes.told(OperationNews)


async def test_a_cancelation_on_the_timelock_is_dated_by_its_own_block(eyes: Eyes) -> None:
    dao = await eyes.world.openzeppelin()
    await eyes.watch(dao)
    waiting = await let_pass(eyes, dao, dao.set_fee(8), title="# Lower the fee")
    await eyes.look()
    before = eyes.world.snapshot()
    done = await dao.cancel_operation(waiting)
    then = eyes.world.head_time
    await eyes.world.mine(50)
    await eyes.look()
    (news,) = {
        claim
        for _, claim in (await said(eyes.database)).values()
        if isinstance(claim, GovernorNews) and claim.moment is Moment.CANCELED
    }
    assert (news.at, news.transaction_hash, news.ended_in_timelock) == (then, done, True)
    await eyes.fork(above=before)
    known = await stands(eyes, dao, waiting)
    assert (known.state, known.canceled) == (GovernorState.QUEUED, None)
    assert Moment.CANCELED not in await moments(eyes, "Lower the fee")


async def test_a_governor_that_becomes_a_contract_nobody_knows_is_warned_of(eyes: Eyes) -> None:
    dao = await eyes.world.dao(Family.BRAVO)
    assert isinstance(dao, BravoDao)
    await eyes.watch(dao)
    before = eyes.world.snapshot()
    first = dao.implementation_address
    await dao.upgrade(dao.target_address)
    for _ in range(2):
        await eyes.look()
    (news,) = await eyes.told(FamilyNews)
    assert (news.before, news.after) == (Flavour.GOVERNOR_BRAVO, None)
    assert "cannot be followed as a governor" in news.why
    assert (await eyes.governor()).flavour is Flavour.GOVERNOR_BRAVO, "it is read on as it was"
    await eyes.fork(above=before)
    assert not await eyes.told(FamilyNews)
    assert (await eyes.governor()).family_change is None
    await dao.upgrade(dao.target_address)
    await eyes.look()
    await dao.upgrade(first)
    await eyes.look()
    told = [(news.before, news.after) for news in await eyes.told(FamilyNews)]
    assert told == [(Flavour.GOVERNOR_BRAVO, None), (None, Flavour.GOVERNOR_BRAVO)]


async def test_a_governor_of_another_family_is_warned_of_and_followed_as_one_of_it(
    eyes: Eyes,
) -> None:
    dao = await eyes.world.dao(Family.BRAVO)
    other = await eyes.world.openzeppelin()
    assert isinstance(dao, BravoDao)
    await eyes.watch(dao)
    before = eyes.world.snapshot()
    await dao.upgrade(other.governor_address)
    await eyes.look()
    (news,) = await eyes.told(FamilyNews)
    assert (news.before, news.after) == (Flavour.GOVERNOR_BRAVO, Flavour.OPENZEPPELIN)
    assert (await eyes.governor()).flavour is Flavour.OPENZEPPELIN
    eyes.world.revert(before)
    await dao.upgrade(other.governor_address)
    for _ in range(3):
        await eyes.look()
    (again,) = await eyes.told(FamilyNews)
    assert (again.before, again.after) == (news.before, news.after)
    assert again.at != news.at


async def test_a_server_that_waits_for_more_blocks_is_warned_when_they_are_there(
    eyes: Eyes,
) -> None:
    dao = await eyes.world.dao(Family.BRAVO)
    assert isinstance(dao, BravoDao)
    await eyes.watch(dao, another_community(confirmations=CONFIRMATIONS + 6))
    before = eyes.world.snapshot()
    await dao.upgrade(dao.target_address)
    await eyes.look()
    kinds = (ParameterNews, FamilyNews)
    assert [len(await eyes.told(kind)) for kind in kinds] == [1, 1]
    assert [len(await eyes.told(kind, 803)) for kind in kinds] == [0, 0]
    await eyes.fork(above=before)
    await eyes.world.mine(9, spacing=1)
    await eyes.look()
    assert [len(await eyes.told(kind, 803)) for kind in kinds] == [0, 0]
    await dao.upgrade(dao.target_address)
    for looks in range(1, 5):
        await eyes.look()
        heard = int(looks * CONFIRMATIONS >= CONFIRMATIONS + 6)
        assert [len(await eyes.told(kind)) for kind in kinds] == [1, 1]
        assert [len(await eyes.told(kind, 803)) for kind in kinds] == [heard, heard]
