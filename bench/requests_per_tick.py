"""HTTP requests of one look at a chain, by the number of contracts with a live proposal each."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from bench.figure import Figure
from bot.domain.policy import BRAINTRUST
from bot.domain.proposal import Actor, Community
from bot.domain.types import Address, ChainId, ChannelId, GuildId, RoleId, UserId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.questions import question
from bot.gateways.chain.transport import open_web3
from bot.gateways.snapshot.client import SnapshotClient
from bot.services.governance import Governance
from bot.services.setup import Setup
from bot.storage.database import open_database
from bot.storage.migration import migrate
from sandbox.chain import ChainWorld
from sandbox.chain.daos import AlphaDao, OpenZeppelinDao
from sandbox.clock import SandboxClock

COUNTS = (1, 10, 100)
PERIOD = 20_000  # blocks: longer than everything here takes
GUILD = GuildId(1)
COMMUNITY = Community(
    guild_id=GUILD,
    policy=BRAINTRUST,
    ideas_channel_id=ChannelId(2),
    ideas_channel_is_forum=False,
    voting_channel_id=ChannelId(3),
    announcements_channel_id=ChannelId(3),
    moderators_channel_id=None,
    moderator_role_id=RoleId(4),
    announcement_role_id=None,
    space=None,
)


async def measure() -> list[Figure]:
    """Watch more and more governors of both families, and count what the node is asked."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assent-bench-")))
        migrate(folder / "assent.db")
        database = await stack.enter_async_context(open_database(folder / "assent.db"))
        clock = SandboxClock.create(folder / "clock")
        chain = await stack.enter_async_context(ChainWorld(clock))
        web3 = await stack.enter_async_context(open_web3(chain.rpc_url))
        client = ChainClient(web3, ChainId(chain.chain_id))
        chains = {client.chain_id: client}
        http = await stack.enter_async_context(httpx.AsyncClient())
        setup = Setup(database, SnapshotClient(http, "", ""), chains, 10_000, clock.now)
        await setup.set_up(COMMUNITY, Actor(user_id=UserId(5), name="admin", is_moderator=True))
        governance = Governance(database, chains, clock.now)
        proposals: list[tuple[AlphaDao | OpenZeppelinDao, int]] = []
        figures = []
        for count in COUNTS:
            while len(proposals) < count:
                proposals.append(await _proposed(chain, len(proposals)))
                await setup.watch(GUILD, proposals[-1][0].governor_address, client.chain_id)
            await chain.mine(BRAINTRUST.confirmations)
            await governance.tick(client.chain_id)  # reads what was proposed
            await chain.mine()
            before = chain.requests
            await governance.tick(client.chain_id)
            ours = chain.requests - before
            await _one_by_one(client, proposals)
            figures.append(_figure(count, ours, chain.requests - before - ours))
    return figures


async def _proposed(chain: ChainWorld, number: int) -> tuple[AlphaDao | OpenZeppelinDao, int]:
    make = chain.openzeppelin if number % 2 else chain.braintrust
    dao = await make(voting_period=PERIOD)
    ana = chain.wallet("ana")
    await dao.give(ana, 1_000)
    return dao, await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee\n\nTo 8 %.")


async def _one_by_one(
    client: ChainClient, proposals: list[tuple[AlphaDao | OpenZeppelinDao, int]]
) -> None:
    """Look the simple way: for each contract its logs, and the state of its proposal."""
    head = (await client.head()).id
    for dao, proposal_id in proposals:
        await client.logs(head.number, head.number, [Address(dao.governor_address)])
        asked = question(Address(dao.governor_address), "state(uint256)", proposal_id)
        await client.ask([asked], head)


def _figure(count: int, ours: int, simple: int) -> Figure:
    return Figure(
        name=f"requests_per_tick_{count}",
        value=ours,
        unit="requests",
        aim="constant",
        baseline=simple,
        compared_with="one for each contract's logs and each state(), and the head",
    )
