"""Which events a bot asked for, and whose words it may read."""

from enum import IntFlag
from typing import TYPE_CHECKING, Final

from sandbox.discord.direct_channels import DirectChannel

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.messages import Message
    from sandbox.discord.state import Event
    from sandbox.discord.users import User


class Intent(IntFlag):
    """Discord's gateway intents, as far as this world has events for them."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16


PRIVILEGED: Final = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT

# The longest prefix that fits decides. Source: Discord docs, gateway, list of intents.
_NEEDED: Final[tuple[tuple[str, Intent], ...]] = (
    ("MESSAGE_REACTION_", Intent.GUILD_MESSAGE_REACTIONS),
    ("MESSAGE_", Intent.GUILD_MESSAGES),
    ("TYPING_", Intent.GUILD_MESSAGE_TYPING),
    ("GUILD_SCHEDULED_EVENT_", Intent.GUILD_SCHEDULED_EVENTS),
    ("GUILD_MEMBER_", Intent.GUILD_MEMBERS),
    ("GUILD_EMOJIS_", Intent.GUILD_EXPRESSIONS),
    ("THREAD_MEMBERS_", Intent.GUILD_MEMBERS),
    ("THREAD_", Intent.GUILDS),
    ("CHANNEL_", Intent.GUILDS),
    ("GUILD_", Intent.GUILDS),
)

_IN_PRIVATE: Final[dict[int, Intent]] = {
    Intent.GUILD_MESSAGE_REACTIONS: Intent.DIRECT_MESSAGE_REACTIONS,
    Intent.GUILD_MESSAGE_TYPING: Intent.DIRECT_MESSAGE_TYPING,
}


def is_wanted(event: "Event", intents: int, bot: "User") -> bool:
    """Say whether a session with these intents gets the event."""
    needed = next((need for prefix, need in _NEEDED if event.name.startswith(prefix)), 0)
    if isinstance(event.place, DirectChannel):
        needed = _IN_PRIVATE.get(needed, Intent.DIRECT_MESSAGES)
    return not needed or bool(intents & needed) or _is_about(event, bot)


def _is_about(event: "Event", bot: "User") -> bool:
    """Members' events about the bot itself come without the members' intent."""
    me, data = str(bot.id), event.data
    if event.name == "GUILD_MEMBER_UPDATE":
        return bool(data["user"]["id"] == me)
    if event.name == "THREAD_MEMBERS_UPDATE":
        added = [member["user_id"] for member in data.get("added_members", [])]
        return me in added or me in data.get("removed_member_ids", [])
    return False


def is_readable(message: "Message", bot: "User") -> bool:
    """Say whether the bot may read the message without the MESSAGE_CONTENT intent."""
    is_private = isinstance(message.channel, DirectChannel)
    return message.author is bot or bot in message.mentions or is_private


def blanked(data: "Json") -> "Json":
    """Take the words out of a message object."""
    said = {**data, "content": "", "embeds": [], "attachments": [], "components": []}
    if said.get("referenced_message"):
        said["referenced_message"] = blanked(said["referenced_message"])
    return said
