"""Requests to Snapshot's hub in one turn, with a thousand open votes in three hundred spaces."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from bench.figure import Figure
from bench.requests_per_tick import COMMUNITY
from bot.domain.offchain.followed import FollowedSpace
from bot.domain.types import SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.services.following import Following
from bot.storage.database import Database, open_database
from bot.storage.migration import migrate
from sandbox.snapshot.world import SnapshotWorld

SPACES, PROPOSALS = 300, 1_000
START = 1_800_000_000  # unix seconds


async def measure() -> list[Figure]:
    """Follow them all, and count what the hub is asked when nothing and when everything changes."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assent-bench-")))
        migrate(folder / "assent.db")
        database = await stack.enter_async_context(open_database(folder / "assent.db"))
        now = [START]
        world = SnapshotWorld(lambda: now[0], block_number=lambda: 20_000_000, rate_limit=False)
        stack.push_async_callback(world.close)
        transport = world.transport()
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport))
        client = SnapshotClient(http, "http://hub/graphql", "http://sequencer")
        following = Following(database, client, lambda: UnixSeconds(now[0]))
        await _follow(database, world)
        for number in range(PROPOSALS):
            world.place(f"space-{number % SPACES}.eth", f"Proposal {number}")
        await following.tick()  # reads them all for the first time
        now[0] += 60
        await following.tick()  # sees that their voting has begun
        steady = await _requests(world, following)
        now[0] += 60
        for proposal in world.ledger.proposals.values():
            proposal.votes, proposal.scores_updated = 1, now[0]
        changed = await _requests(world, following)
    return [_figure("", steady), _figure("_all_changed", changed)]


async def _follow(database: Database, world: SnapshotWorld) -> None:
    async with database.transaction() as store:
        await store.communities.save(COMMUNITY)
        for number in range(SPACES):
            space = world.space(f"space-{number}.eth")
            await store.follows.follow_space(
                FollowedSpace(
                    guild_id=COMMUNITY.guild_id,
                    space=SpaceId(space.id),
                    since=UnixSeconds(START),
                    is_own=False,
                )
            )


async def _requests(world: SnapshotWorld, following: Following) -> int:
    before = len(world.requests)
    await following.tick()
    return len(world.requests) - before


def _figure(what: str, requests: int) -> Figure:
    return Figure(
        name=f"hub_requests_per_tick_1000{what}",
        value=requests,
        unit="requests",
        aim="≤ 15",
        baseline=PROPOSALS,
        compared_with="one for each open proposal",
    )
