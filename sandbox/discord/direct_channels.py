"""Direct messages between the bot and one person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from sandbox.discord.channels import Channel, ChannelType
from sandbox.discord.errors import ApiError
from sandbox.discord.guilds import Guild, Member, Role
from sandbox.discord.permissions import EVERY_PERMISSION

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.state import State
    from sandbox.discord.users import User


@dataclass(slots=True, kw_only=True, eq=False)
class DirectChannel(Channel):
    """A talk of two; `pair` holds both, and lets them do everything as a server would not."""

    recipient: "User"
    pair: Guild

    @override
    def whereabouts(self) -> "Json":
        return {"channel_id": str(self.id)}

    @override
    def payload(self) -> "Json":
        return {
            "id": str(self.id),
            "type": int(self.type),
            "last_message_id": self.last_message_id(),
            "flags": self.flags,
            "recipients": [self.recipient.payload()],
        }


def direct_channel(state: "State", recipient: "User") -> DirectChannel:
    """Open the direct messages with somebody; there is one channel for each person.

    Raises:
        ApiError: 50007 for another application or the bot itself.
    """
    if recipient.bot:
        raise ApiError(50007)
    if recipient.id in state.direct:
        return state.direct[recipient.id]
    channel_id = state.snowflakes.take()
    channel = DirectChannel(
        id=channel_id,
        guild_id=0,
        name=recipient.name,
        type=ChannelType.DM,
        recipient=recipient,
        pair=_pair(channel_id, state.bot, recipient),
    )
    state.direct[recipient.id] = state.places[channel.id] = channel
    return channel


def _pair(pair_id: int, *users: "User") -> Guild:
    pair = Guild(id=pair_id, name="Direct messages", owner_id=0)
    pair.roles[pair_id] = Role(id=pair_id, name="@everyone", permissions=EVERY_PERMISSION)
    pair.members = {user.id: Member(user=user, guild=pair) for user in users}
    return pair


def require_reachable(state: "State", channel: Channel) -> None:
    """Refuse to write to somebody who takes no direct messages, or who is met nowhere.

    Raises:
        ApiError: 50007, 50278.
    """
    if not isinstance(channel, DirectChannel):
        return
    if not channel.recipient.takes_messages:
        raise ApiError(50007)
    both = {state.bot.id, channel.recipient.id}
    if not any(both <= guild.members.keys() for guild in state.guilds.values()):
        raise ApiError(50278)
