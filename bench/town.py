"""The scene of the measurements: the three worlds, a server that is set up, an idea's card."""

import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.policy import BRAINTRUST
from sandbox.discord import Message, Rules
from sandbox.discord.community import Community
from sandbox.story.setting_up import walk_through_setup
from sandbox.worlds import ROOT, Worlds, open_worlds, running_bot

BURST = 10_000  # reactions at once
# The shipped intervals, not the demonstration's.
CALM = {
    "OUTBOX_EVERY_SECONDS": "2",
    "SNAPSHOT_EVERY_SECONDS": "20",
    "CHAIN_EVERY_SECONDS": "15",
    "RECOUNT_EVERY_SECONDS": "600",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A server on which Assent is set up, and not running."""

    worlds: Worlds
    guild: Community
    card: Message

    @property
    def card_requests(self) -> int:
        """How often Discord was asked for the card."""
        path = f"/channels/{self.card.channel.id}/messages/{self.card.id}"
        calls = self.worlds.discord.calls
        return sum(c["method"] == "GET" and c["path"].endswith(path) for c in calls)

    @property
    def edits(self) -> int:
        """How often a message was edited: the card, the board beside it, or another bot's."""
        calls = self.worlds.discord.calls
        return sum(c["method"] == "PATCH" and "/messages/" in c["path"] for c in calls)

    @property
    def database_file(self) -> Path:
        """What Assent remembers."""
        return self.worlds.folder / "assent.db"

    @asynccontextmanager
    async def assent(self, lags: Path | None = None) -> AsyncIterator["Running"]:
        """Run Assent until the block ends; it is ready when the block begins."""
        # It counts the idea's reactions when it begins, and once more when it is connected.
        async with self._running("sandbox.bot_process", requests=2, lags=lags) as running:
            yield running

    @asynccontextmanager
    async def bare_bot(
        self, burst: int = BURST, *, is_eager: bool = False, lags: Path | None = None
    ) -> AsyncIterator["Running"]:
        """Run discord.py and nothing else until the block ends; or what edits each time it hears.

        It asks for the card once it is ready, and each time that it has heard so many reactions.
        """
        module = "bench.eager_bot" if is_eager else "bench.bare_bot"
        arguments = (str(self.card.channel.id), str(self.card.id), str(burst))
        async with self._running(module, *arguments, requests=1, lags=lags) as running:
            yield running

    @asynccontextmanager
    async def _running(
        self, module: str, *arguments: str, requests: int, lags: Path | None
    ) -> AsyncIterator["Running"]:
        folder, discord = self.worlds.folder, self.worlds.discord
        environment = {
            **self.worlds.environment(**CALM),
            "SANDBOX_CLOCK": str(folder / "clock"),
            "PYTHONPATH": str(ROOT),
        }
        watch = () if lags is None else ("bench.loop_lag", str(lags))
        ready = self.card_requests + requests
        began = time.perf_counter()
        process = await create_subprocess_exec(
            *(sys.executable, "-m", "bench.as_installed", *watch, module, *arguments),
            env=environment,
            cwd=folder,
            stdin=DEVNULL,
        )
        try:
            await discord.until(lambda: self.card_requests >= ready, timeout_seconds=60)
            yield Running(process=process, ready_after_seconds=time.perf_counter() - began)
        finally:
            process.kill()
            await process.wait()
            await discord.until(lambda: not discord.connected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A bot's process that is ready."""

    process: Process
    ready_after_seconds: float


@asynccontextmanager
async def open_town() -> AsyncIterator[Town]:
    """Set Assent up by its commands, let an idea be spoken, and stop it again."""
    with tempfile.TemporaryDirectory(prefix="assent-bench-") as folder:
        rules = Rules(rate_limits=False)
        async with open_worlds(Path(folder), rules=rules) as worlds:
            guild = worlds.discord.guild("Bench")
            yield Town(worlds=worlds, guild=guild, card=await _spoken(worlds, guild))


async def _spoken(worlds: Worlds, guild: Community) -> Message:
    """Bring an idea so far that it is ready: more support changes nothing but the count."""
    worlds.snapshot.space("bench.eth", members=[worlds.bot_address])
    dao = await worlds.chain.braintrust()
    ideas, votes = guild.text_channel("ideas"), guild.text_channel("votes")
    mara = guild.member("Mara")
    async with running_bot(worlds):
        await worlds.discord.until(worlds.discord.commands, timeout_seconds=30)
        await walk_through_setup(
            guild.owner,
            ideas,
            ideas=ideas,
            voting=votes,
            moderator_role=guild.role("Moderators"),
            space="bench.eth",
            governor=dao.governor_address,
        )
        form = await mara.run("/idea new", ideas)
        assert form.modal is not None, "the command opens a form"
        await mara.submit(
            form.modal,
            title="An idea",
            problem="It has no supporters.",
            change="To be supported.",
            topic="other",
        )
        await worlds.discord.until(lambda: any(message.thread for message in ideas.messages))
        (card,) = [message for message in ideas.messages if message.thread]
        for person in guild.crowd(BRAINTRUST.support_threshold):
            await person.react(card, "👍")
        await worlds.discord.until(lambda: "10 of 10" in card.text, timeout_seconds=30)
    return card
