"""The whole Discord: its state, its REST and its gateway on one port of loopback."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from aiohttp import web

from sandbox.discord.bursts import burst
from sandbox.discord.community import Community
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Gateway
from sandbox.discord.people import Person
from sandbox.discord.permissions import DEFAULT_BOT_PERMISSIONS, Permission
from sandbox.discord.ratelimits import RateLimits
from sandbox.discord.record import Recorder
from sandbox.discord.rest import Rest
from sandbox.discord.state import Rules, State
from sandbox.discord.users import Emoji, User

if TYPE_CHECKING:
    from sandbox.clock import SandboxClock
    from sandbox.discord.errors import Json
    from sandbox.discord.messages import Attachment, Message

T = TypeVar("T")
TOKEN: Final = "sandbox.token.of-the-one-bot"  # noqa: S105 - opens nothing outside this process


class DiscordWorld:
    """A Discord on loopback for one bot; `async with` starts and stops it."""

    def __init__(
        self,
        clock: "SandboxClock",
        *,
        port: int = 0,
        rules: Rules | None = None,
        record: Path | None = None,
        name: str = "Assent",
    ) -> None:
        self.clock = clock
        self.token = TOKEN
        self.port = port
        self.state = State.create(clock, rules or Rules(), name)
        self.faults = Faults(self.state, self.token)
        self.gateway = Gateway(self.state, self.faults)
        self._recorder = Recorder(record or _record_from_environment())
        limits = RateLimits(self.state.rules)
        self._rest = Rest(self.state, self.faults, limits, self._recorder)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a stop, on the same port again."""
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/gw", self.gateway.handle)
        app.router.add_get("/gw/", self.gateway.handle)
        app.router.add_get("/attachments/{id}/{name}", self._attachment)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest.handle)
        self._recorder.open()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        self.state.cdn_url = self.cdn_url

    async def stop(self) -> None:
        """Cut all connections and stop listening; what exists stays."""
        if self._runner is not None:
            await self.gateway.close()
            await self._runner.cleanup()
            self._runner = None
        self._recorder.close()

    @property
    def cdn_url(self) -> str:
        """Give the address of files and pictures."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """Give the address of REST."""
        return f"{self.cdn_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Give the address of the gateway."""
        return f"ws://127.0.0.1:{self.port}/gw"

    @property
    def bot(self) -> User:
        """Give the bot's account."""
        return self.state.bot

    @property
    def application_id(self) -> int:
        """Give the application's id, which is also the bot's."""
        return self.state.bot.id

    @property
    def connected(self) -> bool:
        """Say whether the bot has an open, identified session."""
        return self.gateway.connected

    @property
    def calls(self) -> "list[Json]":
        """List all REST calls so far, as they are recorded."""
        return self._recorder.calls

    def guild(
        self, name: str, *, bot_permissions: Permission = DEFAULT_BOT_PERMISSIONS
    ) -> Community:
        """Make a server with the bot in it; its role has `bot_permissions`."""
        return Community(self.state, name, bot_permissions)

    def commands(self, guild: Community | None = None) -> "list[Json]":
        """List the commands registered everywhere, or in one server."""
        guild_id = None if guild is None else guild.id
        known = self.state.commands.values()
        return [command.payload() for command in known if command.guild_id == guild_id]

    def messages(self) -> "list[Message]":
        """List what everybody can see anywhere, oldest first."""
        private = list(self.state.direct.values())
        public = [place for place in self.state.places.values() if place not in private]
        found = [message for place in public for message in place.messages]
        return sorted(found, key=lambda message: message.id)

    async def until(self, condition: Callable[[], T], *, timeout_seconds: float = 5.0) -> T:
        """Wait until the condition gives something truthy; looked at after every change.

        Raises:
            TimeoutError: after `timeout_seconds` of real time.
        """
        return await self.state.changes.until(condition, timeout_seconds=timeout_seconds)

    async def burst_reactions(
        self, message: "Message", emoji: str, users: Sequence[Person | User]
    ) -> None:
        """Let many people react at once, as fast as the gateway can be written."""
        accounts = [one.member.user if isinstance(one, Person) else one for one in users]
        burst(self.state, self.gateway, message, Emoji.parse(emoji), accounts)

    async def _attachment(self, request: web.Request) -> web.Response:
        wanted = int(request.match_info["id"])
        found = next((a for a in self._attachments() if a.id == wanted), None)
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found.data, headers={"Content-Type": found.content_type})

    def _attachments(self) -> "list[Attachment]":
        logs = [place.log.values() for place in self.state.places.values()]
        sent = [attachment for log in logs for message in log for attachment in message.attachments]
        return [*sent, *self.state.uploads]


def _record_from_environment() -> Path | None:
    # Set by whoever starts a whole demonstration; there is no other way to reach this world.
    path = os.environ.get("SANDBOX_RECORD")  # noqa: TID251 - the sandbox is no part of the bot
    return Path(path) if path else None
