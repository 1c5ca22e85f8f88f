"""Governors that change: their rules, timelocks and families, also where a fork undoes it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from web3 import AsyncWeb3

from bot.domain.onchain.announcement import ParameterNews
from bot.domain.onchain.governor import Governor
from bot.domain.outbox import PostState
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.services.setup import Setup
from sandbox.chain import ChainWorld
from sandbox.chain.daos import GUARDIAN, Dao, OpenZeppelinDao
from sandbox.chain.deploy import Family
from sandbox.clock import SandboxClock
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.following import said
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

    async def watch(self, dao: Dao) -> None:
        setup = Setup(self.database, None, {CHAIN: self.client}, 5, self.world.clock.now)  # type: ignore[arg-type] # no Snapshot here
        policy = builders.policy(confirmations=CONFIRMATIONS)
        await setup.set_up(builders.community(policy=policy), MODERATOR)
        await setup.watch(GUILD, dao.governor_address, CHAIN)
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

    async def told(self, kind: type[Any]) -> list[Any]:
        """Give what is news in the channel for announcements."""
        return [
            claim
            for (_, place), (state, claim) in (await said(self.database)).items()
            if isinstance(claim, kind) and (place, state) == ("channel:903", PostState.DUE)
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


async def let_pass(dao: OpenZeppelinDao, *calls: Any, title: str) -> int:
    """Bring a proposal to where it can be executed."""
    ana = dao.world.wallet("ana")
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
    proposal = await let_pass(dao, new, title="# Another timelock")
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
