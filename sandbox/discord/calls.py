"""One REST call as its handler sees it: who, where, and what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.discord.channels import Channel, Thread
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.intents import Intent, blanked, is_readable
from sandbox.discord.permissions import permissions_in, require

if TYPE_CHECKING:
    from sandbox.discord.guilds import Guild, Member
    from sandbox.discord.messages import Message
    from sandbox.discord.permissions import Permission
    from sandbox.discord.ratelimits import RateLimits
    from sandbox.discord.state import State
    from sandbox.discord.uploads import Upload
    from sandbox.discord.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A body with a status other than the route's usual one."""

    status: int
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose sender is known; `body` is the JSON or the `payload_json` part."""

    state: "State"
    limits: "RateLimits"
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: "Mapping[int, Upload]" = field(default_factory=dict)

    @property
    def bot(self) -> "User":
        """Give the caller."""
        return self.state.bot

    @property
    def form(self) -> Json:
        """Give the body as an object.

        Raises:
            ApiError: 50109 if it is not one.
        """
        if not isinstance(self.body, dict):
            raise ApiError(50109)
        return self.body

    def id(self, name: str) -> int:
        """Read an id from the path.

        Raises:
            FormError: if it is not a number.
        """
        value = self.params[name]
        if not value.isdecimal():
            form = Form()
            form.wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            form.check()
        return int(value)

    def number(self, name: str, default: int, most: int) -> int:
        """Read a count from the query, from 1 to `most`.

        Raises:
            FormError: outside of that.
        """
        value = int(self.query.get(name, default))
        if not 1 <= value <= most:
            form = Form()
            said = f"int value should be between 1 and {most}."
            form.wrong((name,), "NUMBER_TYPE_MAX" if value > most else "NUMBER_TYPE_MIN", said)
            form.check()
        return value

    def guild(self) -> "Guild":
        """Give the server of the path, if the bot is in it.

        Raises:
            ApiError: 10004, or 50001 from outside.
        """
        guild = self.state.guild(self.id("guild_id"))
        if self.bot.id not in guild.members:
            raise ApiError(50001)
        return guild

    def me(self, place: Channel | Thread) -> "Member":
        """Give the bot as a member there.

        Raises:
            ApiError: 50001 from outside.
        """
        member = self.state.guild_of(place).members.get(self.bot.id)
        if member is None:
            raise ApiError(50001)
        return member

    def place(self, *needed: "Permission") -> Channel | Thread:
        """Give the channel or thread of the path, if the bot may do what is needed there.

        Raises:
            ApiError: 10003, 50001, 50013.
        """
        place = self.state.place(self.id("channel_id"))
        require(self.me(place), place, *needed)
        return place

    def channel(self, *needed: "Permission") -> Channel:
        """Give the channel of the path.

        Raises:
            ApiError: as `place`; 50024 for a thread.
        """
        place = self.place(*needed)
        if not isinstance(place, Channel):
            raise ApiError(50024)
        return place

    def thread(self, *needed: "Permission") -> Thread:
        """Give the thread of the path.

        Raises:
            ApiError: as `place`; 50024 for a channel.
        """
        place = self.place(*needed)
        if not isinstance(place, Thread):
            raise ApiError(50024)
        return place

    def message(self, place: Channel | Thread) -> "Message":
        """Give the message of the path.

        Raises:
            ApiError: 10008.
        """
        return self.state.message(place, self.id("message_id"))

    def has(self, place: Channel | Thread, permission: "Permission") -> bool:
        """Say whether the bot has a permission there."""
        return bool(permissions_in(self.me(place), place) & permission)

    def shown(self, message: "Message") -> Json:
        """Say a message as the bot may read it."""
        said = message.payload(self.bot.id)
        if self.state.rules.privileged_intents & Intent.MESSAGE_CONTENT:
            return said
        return said if is_readable(message, self.bot) else blanked(said)
