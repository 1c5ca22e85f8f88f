"""All that exists in this Discord, and the one place from which events are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.discord.changes import Changes
from sandbox.discord.direct_channels import DirectChannel
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.users import User

if TYPE_CHECKING:
    from sandbox.clock import SandboxClock
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.commands import Command
    from sandbox.discord.guilds import Guild
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import Attachment, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How strict this Discord is.

    `privileged_intents` is the bitset the application may ask for at IDENTIFY. `rate_speed` makes
    the limits' windows pass that many times faster than real time.
    """

    rate_limits: bool = True
    rate_speed: float = 1.0
    nonce_window_seconds: int = 300
    privileged_intents: int = 0
    auto_archive: bool = True
    heartbeat_ms: int = 41_250


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something to tell the bot; `place` limits it to those who see that channel."""

    name: str
    data: Json
    guild_id: int | None = None
    place: "Channel | Thread | None" = None
    message: "Message | None" = None


@dataclass(slots=True, kw_only=True)
class State:
    """Servers, users, channels, commands and open interactions."""

    clock: "SandboxClock"
    rules: Rules
    bot: User
    snowflakes: Snowflakes
    cdn_url: str = ""
    users: dict[int, User] = field(default_factory=dict)
    guilds: "dict[int, Guild]" = field(default_factory=dict)
    places: "dict[int, Channel | Thread]" = field(default_factory=dict)
    direct: dict[int, DirectChannel] = field(default_factory=dict)
    """Direct messages, by the id of the other one."""
    commands: "dict[int, Command]" = field(default_factory=dict)
    interactions: "dict[str, Interaction]" = field(default_factory=dict)
    nonces: "dict[tuple[int, str], Message]" = field(default_factory=dict)
    uploads: "list[Attachment]" = field(default_factory=list)
    """Files that people gave to commands and forms."""
    changes: Changes = field(default_factory=Changes)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)

    @classmethod
    def create(cls, clock: "SandboxClock", rules: Rules, bot_name: str) -> "State":
        """Begin with nothing but the bot."""
        snowflakes = Snowflakes(clock)
        bot = User(id=snowflakes.take(), name=bot_name, bot=True)
        state = cls(clock=clock, rules=rules, bot=bot, snowflakes=snowflakes)
        state.users[bot.id] = bot
        return state

    def emit(self, event: Event) -> None:
        """Tell it to the gateway and wake whoever waits for a change."""
        for listener in self.listeners:
            listener(event)
        self.changes.notify()

    def guild(self, guild_id: int) -> "Guild":
        """Find a server.

        Raises:
            ApiError: 10004.
        """
        if guild_id not in self.guilds:
            raise ApiError(10004)
        return self.guilds[guild_id]

    def guild_of(self, place: "Channel | Thread") -> "Guild":
        """Give the server a channel or thread belongs to; for direct messages, the two."""
        if isinstance(place, DirectChannel):
            return place.pair
        return self.guilds[place.guild_id]

    def place(self, place_id: int) -> "Channel | Thread":
        """Find a channel or thread.

        Raises:
            ApiError: 10003.
        """
        if place_id not in self.places:
            raise ApiError(10003)
        return self.places[place_id]

    def message(self, place: "Channel | Thread", message_id: int) -> "Message":
        """Find a message that everybody there may see.

        Raises:
            ApiError: 10008, also for deleted and ephemeral ones.
        """
        found = place.log.get(message_id)
        if found is None or found.deleted or found.ephemeral_to is not None:
            raise ApiError(10008)
        return found
