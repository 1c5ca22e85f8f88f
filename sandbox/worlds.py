"""The three worlds on one clock, and the true bot in them."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.chain import ChainWorld
from sandbox.clock import SandboxClock
from sandbox.discord import DiscordWorld, Rules
from sandbox.snapshot.world import SnapshotWorld

ROOT = Path(__file__).resolve().parents[1]
POLLED_EVERY_SECONDS = 0.25  # in real time: the worlds are near, and their clock jumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Worlds:
    """Discord, Snapshot and a chain on loopback, and a folder for what the bot keeps."""

    folder: Path
    clock: SandboxClock
    discord: DiscordWorld
    snapshot: SnapshotWorld
    chain: ChainWorld
    bot_address: str  # of the key that the bot signs Snapshot proposals with

    def environment(self, **overrides: str) -> dict[str, str]:
        """Give the settings with which the true bot lives in these worlds."""
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "SNAPSHOT_HUB_URL": self.snapshot.hub_url,
            "SNAPSHOT_SEQUENCER_URL": self.snapshot.sequencer_url,
            "SNAPSHOT_KEY_FILE": str(self.folder / "snapshot.key"),
            "RPC_URLS": f"{self.chain.chain_id}={self.chain.rpc_url}",
            "DATABASE_PATH": str(self.folder / "assent.db"),
            "OUTBOX_EVERY_SECONDS": str(POLLED_EVERY_SECONDS),
            "SNAPSHOT_EVERY_SECONDS": str(POLLED_EVERY_SECONDS),
            "SNAPSHOT_REQUESTS_PER_MINUTE": "100000",
            "CHAIN_EVERY_SECONDS": str(POLLED_EVERY_SECONDS),
            "RECOUNT_EVERY_SECONDS": "5",
            "CALENDAR_EVERY_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
            **overrides,
        }


@asynccontextmanager
async def open_worlds(
    folder: Path,
    *,
    start: int | None = None,
    rules: Rules | None = None,
    record: Path | None = None,
) -> AsyncIterator[Worlds]:
    """Open the three worlds; `start` is the clock's first moment, in unix seconds."""
    clock = SandboxClock.create(folder / "clock", start=start)
    async with AsyncExitStack() as stack:
        discord = DiscordWorld(clock, rules=rules or Rules(), record=record)
        await stack.enter_async_context(discord)
        chain = await stack.enter_async_context(ChainWorld(clock))
        snapshot = SnapshotWorld(
            clock.now, block_number=lambda: chain.head_number, rate_limit=False
        )
        await stack.enter_async_context(snapshot)
        wallet = snapshot.wallet("assent")
        key_file = folder / "snapshot.key"
        key_file.touch(mode=0o600)
        key_file.write_text(wallet.key)
        yield Worlds(
            folder=folder,
            clock=clock,
            discord=discord,
            snapshot=snapshot,
            chain=chain,
            bot_address=wallet.address,
        )


class BotProcess:
    """The true bot in a process of its own, which can be killed at any moment."""

    def __init__(self, worlds: Worlds, **overrides: str) -> None:
        self._worlds = worlds
        self._overrides = overrides
        self._process: Process | None = None
        self.kills = 0

    async def start(self) -> None:
        """Start it, and wait until Discord has its session."""
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},  # noqa: TID251
            **self._worlds.environment(**self._overrides),
            "SANDBOX_CLOCK": str(self._worlds.folder / "clock"),
            "PYTHONPATH": str(ROOT),
        }
        log = (self._worlds.folder / "bot.log").open("ab")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "sandbox.bot_process",
                env=environment,
                cwd=self._worlds.folder,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        await self._worlds.discord.until(lambda: self._worlds.discord.connected, timeout_seconds=30)

    async def restart(self, **overrides: str) -> None:
        """Stop it, and start it again with other settings."""
        await self.stop()
        self._overrides |= overrides
        await self.start()

    async def kill(self) -> None:
        """Kill it without a warning."""
        self.kills += 1
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop, and give its exit status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        if process.returncode is None:
            process.send_signal(how)
        status = await process.wait()
        discord = self._worlds.discord
        await discord.until(lambda: not discord.connected, timeout_seconds=10)
        return status


@asynccontextmanager
async def running_bot(worlds: Worlds, **overrides: str) -> AsyncIterator[BotProcess]:
    """Run the bot; whatever happens, it does not outlive the caller."""
    bot = BotProcess(worlds, **overrides)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.kill()
