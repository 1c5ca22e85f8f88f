"""Interactions: what a person did, and what the application may still answer."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.discord.direct_channels import DirectChannel
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.permissions import permissions_in

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.guilds import Guild, Member
    from sandbox.discord.messages import Message
    from sandbox.discord.state import State

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
ANSWER, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

FIRST_ANSWER_SECONDS: Final = 3.0  # of real time: a jump of the clock does not hurry the bot
TOKEN_MS: Final = 15 * 60 * 1000


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """One thing a person did, until the application has answered."""

    id: int
    token: str
    kind: int
    member: "Member"
    guild: "Guild"
    place: "Channel | Thread"
    data: Json
    born_ms: int
    message: "Message | None" = None
    root: "Interaction | None" = None
    """For a modal's submission: the interaction that was answered with the modal."""
    born_monotonic: float = field(default_factory=time.monotonic)
    acknowledged: int | None = None
    original: "Message | None" = None
    followups: "list[Message]" = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    answered: bool = False
    """The person has seen the answer; after a defer, its follow-up or edit."""

    def payload(self, state: "State") -> Json:
        """Say it as INTERACTION_CREATE does."""
        place, guild = self.place, self.guild
        permissions = str(int(permissions_in(self.member, place)))
        allowed = str(int(permissions_in(guild.members[state.bot.id], place)))
        source = {} if self.message is None else {"message": self._source(state)}
        return {
            "id": str(self.id),
            "application_id": str(state.bot.id),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "channel_id": str(place.id),
            "channel": {**place.payload(), "permissions": permissions},
            **self._asker(permissions),
            "app_permissions": allowed,
            "locale": self.member.user.locale,
            "entitlements": [],
            "authorizing_integration_owners": self._owners(),
            "attachment_size_limit": 10_485_760,
            "data": self.data,
            **source,
        }

    def _asker(self, permissions: str) -> Json:
        if isinstance(self.place, DirectChannel):
            return {"user": self.member.user.payload(), "context": 1}
        guild = {"id": str(self.guild.id), "features": [], "locale": self.guild.locale}
        return {
            "guild_id": guild["id"],
            "guild": guild,
            "guild_locale": self.guild.locale,
            "member": {**self.member.payload(), "permissions": permissions},
            "context": 0,
        }

    def _owners(self) -> Json:
        is_private = isinstance(self.place, DirectChannel)
        return {"0": "0" if is_private else str(self.guild.id)}

    def _source(self, state: "State") -> Json:
        assert self.message is not None, "only components have a source"
        return self.message.payload(state.bot.id)

    def metadata(self) -> Json:
        """Say it as the message that answers it carries it."""
        said: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.member.user.payload(),
            "authorizing_integration_owners": self._owners(),
        }
        if self.kind == COMPONENT and self.message is not None:
            said["interacted_message_id"] = str(self.message.id)
        if self.kind == MODAL_SUBMIT and self.root is not None:
            said["triggering_interaction_metadata"] = self.root.metadata()
        if "target_id" in self.data and self.data["type"] == 3:
            said["target_message_id"] = self.data["target_id"]
        return said

    def reply_type(self) -> int:
        """Give the message type of a public answer: to a command, a right-click, a component."""
        if self.kind == COMMAND:
            return 20 if self.data["type"] == 1 else 23
        return 19 if self.message is not None else 0

    def acknowledge(self, kind: int) -> None:
        """Accept the first answer.

        Raises:
            ApiError: 40060 for a second one, 10062 when it comes after three real seconds.
        """
        if self.acknowledged is not None:
            raise ApiError(40060)
        if time.monotonic() - self.born_monotonic > FIRST_ANSWER_SECONDS:
            raise ApiError(10062)
        self.acknowledged = kind

    def require_alive(self, now_ms: int) -> None:
        """Refuse what comes without a first answer, or after the token's fifteen minutes.

        Raises:
            ApiError: 10015.
        """
        if self.acknowledged is None or now_ms - self.born_ms > TOKEN_MS:
            raise ApiError(10015)
