"""A process killed without warning a hundred times, while Discord loses answers."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.policy import BRAINTRUST
from bot.domain.proposal import Actor, Community
from bot.domain.types import ChannelId, GuildId, RoleId, UserId
from bot.services.setup import Setup
from bot.storage.database import open_database
from sandbox.clock import SandboxClock
from sandbox.discord import Community as Server
from sandbox.discord import DiscordWorld, Rules
from sandbox.worlds import ROOT
from tests.e2e.worker import SUPPORTERS
from tests.simulation.discord.home import TUESDAY, check_that_all_is_said_once, outbox

pytestmark = pytest.mark.slow

KILLS = 100
SEED = int(os.environ.get("ASSENT_KILL_SEED", "3112026"))  # noqa: TID251 - other fates, not a setting
LOST_ANSWERS = 0.2  # of those to POST, PUT and PATCH
AWAY_SECONDS = (3, 3, 3, 200, 400)  # the nonce's window is 300
PATIENCE_SECONDS = 30


@pytest.fixture
async def world(tmp_path: Path, migrated_file: Path) -> AsyncIterator[DiscordWorld]:
    shutil.copy(migrated_file, tmp_path / "assent.db")
    clock = SandboxClock.create(tmp_path / "clock", start=TUESDAY)
    rules = Rules(rate_limits=False, auto_archive=False)
    async with DiscordWorld(clock, rules=rules) as world:
        yield world


async def found(server: Server, folder: Path, clock: SandboxClock, *, in_forum: bool) -> None:
    """Set a server up."""
    votes = ChannelId(server.text_channel("votes").id)
    ideas = server.forum("ideas") if in_forum else server.text_channel("ideas")
    community = Community(
        guild_id=GuildId(server.id),
        policy=replace(BRAINTRUST, support_threshold=SUPPORTERS, board_size=0),
        ideas_channel_id=ChannelId(ideas.id),
        ideas_channel_is_forum=in_forum,
        voting_channel_id=votes,
        announcements_channel_id=votes,
        moderators_channel_id=ChannelId(server.text_channel("moderators").id),
        moderator_role_id=RoleId(server.role("Moderators").id),
        announcement_role_id=None,
        space=None,
    )
    owner = Actor(user_id=UserId(server.owner.id), name="Owner", is_moderator=True)
    async with open_database(folder / "assent.db") as database:
        setup = Setup(database, None, {}, 0, clock.now)  # type: ignore[arg-type] # no Snapshot
        await setup.set_up(community, owner)


class Nursery:
    """Starts workers within a moment."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def start(self, command: str, number: int) -> int:
        """Start a worker, and give its process id."""
        return await self._ask(f"{command} {number}")

    async def ended(self, process_id: int) -> int:
        """Wait for a worker's end, and give its exit status."""
        return await self._ask(f"wait {process_id}")

    async def _ask(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(world: DiscordWorld, folder: Path) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.worker", str(folder), world.api_url, world.token),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        yield Nursery(process)
    finally:
        process.kill()
        await process.wait()


async def live_and_die(world: DiscordWorld, workers: Nursery, chance: random.Random) -> None:
    """Let a worker live for some requests and a moment more, kill it, and stay away for a while."""
    world.faults.lose_randomly(
        LOST_ANSWERS,
        seed=chance.randrange(10**9),
        methods=("POST", "PUT", "PATCH"),
        how=chance.choice(("reset", "disconnect")),
    )
    requests = len(world.calls) + 5 + chance.randrange(12)
    worker = await workers.start("live", chance.randrange(10**9))
    try:
        await world.until(lambda: len(world.calls) >= requests, timeout_seconds=PATIENCE_SECONDS)
        await asyncio.sleep(chance.random() * 0.01)  # the moment is the point
    finally:
        os.kill(worker, signal.SIGKILL)
    assert await workers.ended(worker) == -signal.SIGKILL
    world.clock.jump(chance.choice(AWAY_SECONDS))


async def test_killed_a_hundred_times_it_has_lost_nothing_and_said_nothing_twice(
    world: DiscordWorld, tmp_path: Path
) -> None:
    sys.stdout.write(f"the seed is {SEED}\n")
    chance = random.Random(SEED)  # noqa: S311 - what happens, not a secret
    await found(world.guild("With a channel"), tmp_path, world.clock, in_forum=False)
    await found(world.guild("With a forum"), tmp_path, world.clock, in_forum=True)
    async with nursery(world, tmp_path) as workers:
        for _ in range(KILLS):
            await live_and_die(world, workers, chance)
        world.faults.heal()
        assert await workers.ended(await workers.start("finish", 60)) == 0
    rows = outbox(tmp_path / "assent.db")
    assert len(rows) > KILLS / 2, "hardly anything was said"
    check_that_all_is_said_once(world, rows)
    with closing(sqlite3.connect(tmp_path / "assent.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
