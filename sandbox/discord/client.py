"""The true discord.py client, pointed at a world on loopback."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from typing_extensions import override

if TYPE_CHECKING:
    from sandbox.discord.world import DiscordWorld

Do = Callable[[discord.Interaction[Any]], Awaitable[None]]


class ListeningBot(commands.Bot):
    """A plain bot that keeps every event it was told, so that tests can wait for them."""

    def __init__(self, intents: discord.Intents, **options: Any) -> None:
        # The default of two seconds waits for more servers, of which there are none.
        super().__init__(
            command_prefix=(),
            intents=intents,
            guild_ready_timeout=0.01,
            help_command=None,
            **options,
        )
        self._heard: defaultdict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)

    @override
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once; the usual five seconds spare a Discord with many bots."""

    @override
    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Keep the event's first argument, then do as usual."""
        self._heard[event_name].put_nowait(args[0] if args else None)
        super().dispatch(event_name, *args, **kwargs)

    def answers(self, name: str, do: Do) -> None:
        """Register a slash command without options that does `do`."""

        async def callback(interaction: discord.Interaction[Any]) -> None:
            await do(interaction)

        self.tree.add_command(app_commands.Command(name=name, description=name, callback=callback))

    async def hears(self, event_name: str, *, timeout_seconds: float = 5.0) -> Any:
        """Wait for the next event of that name that was not asked for yet; give its argument."""
        async with asyncio.timeout(timeout_seconds):
            return await self._heard[event_name].get()

    def heard(self, event_name: str) -> int:
        """Count the events of that name that were not asked for yet."""
        return self._heard[event_name].qsize()


@contextmanager
def pointed_at(world: "DiscordWorld") -> Iterator[None]:
    """Let discord.py speak with the world instead of discord.com."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    Route.BASE = world.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(world.gateway_url)
    discord.Asset.BASE = world.cdn_url
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before


@asynccontextmanager
async def connected(world: "DiscordWorld", bot: ListeningBot) -> AsyncIterator[ListeningBot]:
    """Run the bot in the world from READY to the end of the block."""
    with pointed_at(world):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.start(world.token))
            await bot.hears("ready")
            try:
                yield bot
            finally:
                await bot.close()
