"""Misfortune on demand: answers lost, requests failed, sessions dropped, things taken away."""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox.discord import channel_changes, posting, threads
from sandbox.discord.channels import Thread
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel
    from sandbox.discord.gateway import Gateway
    from sandbox.discord.guilds import Guild
    from sandbox.discord.messages import Message
    from sandbox.discord.permissions import Permission
    from sandbox.discord.state import State

How = Literal["reset", "disconnect", "500"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """What shall happen to the next matching requests."""

    method: str
    path: re.Pattern[str]
    times: int
    status: int | None = None
    """Refused with this before the effect; `None` when the answer is lost after the effect."""
    how: How = "reset"

    def hits(self, method: str, path: str) -> bool:
        """Say whether it is for this request."""
        return self.times > 0 and method == self.method and bool(self.path.search(path))


class Faults:
    """The misfortunes that are planned; requests, the gateway and tests ask here."""

    def __init__(self, state: "State", token: str) -> None:
        self.deaf = False
        """Heartbeats are not acknowledged."""
        self.gateway: Gateway
        """Set by the gateway itself, which asks here as well."""
        self._state = state
        self._token: str | None = token
        self._planned: list[Fault] = []
        self._swallowed: list[Fault] = []
        self._chance = 0.0
        self._random = random.Random(0)
        self._methods: Collection[str] = ()
        self._how: How = "reset"

    def lose_answer(self, method: str, path: str, *, times: int = 1, how: How = "reset") -> None:
        """Let the next `times` matching requests take effect, and lose the answer.

        `path` is a regular expression, searched in the path after `/api/v10`.
        """
        fault = Fault(method=method, path=re.compile(path), times=times, how=how)
        self._planned.append(fault)

    def fail(self, method: str, path: str, *, status: int = 500, times: int = 1) -> None:
        """Answer the next `times` matching requests with `status`, without any effect."""
        fault = Fault(method=method, path=re.compile(path), times=times, status=status)
        self._planned.append(fault)

    def lose_randomly(
        self,
        probability: float,
        *,
        seed: int,
        methods: Collection[str] = ("POST", "PUT", "PATCH", "DELETE"),
        how: How = "reset",
    ) -> None:
        """Lose answers by chance, after their effect, until `heal`."""
        self._chance, self._random = probability, random.Random(seed)
        self._methods, self._how = methods, how

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self._planned.clear()
        self._swallowed.clear()
        self._chance = 0.0
        self.deaf = False

    def lose_events(self, name: str, *, times: int = 1) -> None:
        """Never tell the next `times` events whose name matches the regular expression."""
        self._swallowed.append(Fault(method="", path=re.compile(name), times=times))

    async def drop_session(self, *, resumable: bool = True) -> None:
        """Cut the gateway connection; without `resumable` nothing will be replayed."""
        await self.gateway.drop(resumable=resumable)

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        self.gateway.ask_to_reconnect()

    def revoke_token(self) -> None:
        """Answer 401 to everything from now on."""
        self._token = None

    def take_permission(self, permission: "Permission", place: "Channel | Thread") -> None:
        """Deny the bot a permission in a channel, or in a thread's parent."""
        bot = self._state.bot
        channel_changes.set_overwrite(self._state, place.home, bot.id, kind=1, deny=permission)

    def give_permission(self, permission: "Permission", place: "Channel | Thread") -> None:
        """Allow the bot a permission in a channel, or in a thread's parent."""
        bot = self._state.bot
        channel_changes.set_overwrite(self._state, place.home, bot.id, kind=1, allow=permission)

    def delete_message(self, message: "Message") -> None:
        """Delete a message, as a moderator might."""
        posting.delete(self._state, message)

    def delete_thread(self, thread: Thread) -> None:
        """Delete a thread, as a moderator might."""
        threads.delete_thread(self._state, thread)

    def delete_channel(self, channel: "Channel") -> None:
        """Delete a channel, as an administrator might."""
        channel_changes.delete_channel(self._state, channel)

    def begin_outage(self, guild: "Guild") -> None:
        """Let a server become unavailable."""
        data = {"id": str(guild.id), "unavailable": True}
        self._state.emit(Event(name="GUILD_DELETE", data=data, guild_id=guild.id))

    def end_outage(self, guild: "Guild") -> None:
        """Let an unavailable server come back."""
        data = guild.gateway_payload(guild.members[self._state.bot.id], all_members=False)
        self._state.emit(Event(name="GUILD_CREATE", data=data, guild_id=guild.id))

    def remove_bot(self, guild: "Guild") -> None:
        """Throw the bot out of a server."""
        data = {"id": str(guild.id)}
        self._state.emit(Event(name="GUILD_DELETE", data=data, guild_id=guild.id))
        del guild.members[self._state.bot.id]

    def accepts(self, token: str) -> bool:
        """Say whether the token is the bot's."""
        return token == self._token

    def failing(self, method: str, path: str) -> int | None:
        """Give the status this request shall fail with before its effect, if any."""
        for fault in self._planned:
            if fault.status is not None and fault.hits(method, path):
                fault.times -= 1
                return fault.status
        return None

    def losing(self, method: str, path: str) -> How | None:
        """Say how the answer of this request shall be lost, if at all."""
        for fault in self._planned:
            if fault.status is None and fault.hits(method, path):
                fault.times -= 1
                return fault.how
        if method in self._methods and self._random.random() < self._chance:
            return self._how
        return None

    def swallows(self, name: str) -> bool:
        """Say whether this event shall never be told."""
        for fault in self._swallowed:
            if fault.hits("", name):
                fault.times -= 1
                return True
        return False
