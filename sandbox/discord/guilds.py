"""A server as it stands: its roles, its members, its scheduled events."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.discord.permissions import NO_PERMISSION, Permission, permissions_in
from sandbox.discord.snowflakes import iso

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.errors import Json
    from sandbox.discord.scheduled_events import ScheduledEvent
    from sandbox.discord.users import Emoji, User

# What a server without pictures, welcome screen and boosts says about itself.
_ABSENT: Final = """icon description home_header splash discovery_splash banner application_id
    afk_channel_id system_channel_id widget_channel_id max_presences vanity_url_code
    rules_channel_id safety_alerts_channel_id public_updates_channel_id incidents_data"""
_ZERO: Final = """system_channel_flags verification_level default_message_notifications mfa_level
    explicit_content_filter premium_tier premium_subscription_count nsfw_level"""


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A role; the one with the server's id is everyone's."""

    id: int
    name: str
    permissions: Permission = NO_PERMISSION
    position: int = 0
    color: int = 0
    mentionable: bool = False
    managed_by: int | None = None

    @property
    def mention(self) -> str:
        """Write the text that names it."""
        return f"<@&{self.id}>"

    def payload(self) -> "Json":
        """Say it as a role object."""
        tags = {} if self.managed_by is None else {"tags": {"bot_id": str(self.managed_by)}}
        return {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": self.color,
            "colors": {
                "primary_color": self.color,
                "secondary_color": None,
                "tertiary_color": None,
            },
            "hoist": False,
            "managed": self.managed_by is not None,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
            **tags,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user inside a server, with roles."""

    user: "User"
    guild: "Guild"
    roles: list[Role] = field(default_factory=list)
    joined_at_ms: int = 0

    @property
    def id(self) -> int:
        """Give the user's id."""
        return self.user.id

    def payload(self) -> "Json":
        """Say it as a member object."""
        return {"user": self.user.payload(), **self.bare_payload()}

    def bare_payload(self) -> "Json":
        """Say it without the user, as messages carry it."""
        return {
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
            "flags": 0,
            "joined_at": iso(self.joined_at_ms),
            "nick": None,
            "pending": False,
            "premium_since": None,
            "roles": [str(role.id) for role in self.roles],
            "mute": False,
            "deaf": False,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: "dict[int, Channel]" = field(default_factory=dict)
    threads: "dict[int, Thread]" = field(default_factory=dict)
    emojis: "dict[int, Emoji]" = field(default_factory=dict)
    scheduled_events: "dict[int, ScheduledEvent]" = field(default_factory=dict)
    opened_commands: set[str] = field(default_factory=set)  # to everybody, whatever they need

    @property
    def everyone(self) -> Role:
        """Give the role that all members have."""
        return self.roles[self.id]

    def payload(self) -> "Json":
        """Say it as a guild object, without members and channels."""
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            **dict.fromkeys(_ABSENT.split()),
            **dict.fromkeys(_ZERO.split(), 0),
            "features": [],
            "region": "deprecated",
            "afk_timeout": 300,
            "widget_enabled": False,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "preferred_locale": self.locale,
            "premium_progress_bar_enabled": False,
            "nsfw": False,
            "roles": [role.payload() for role in self.roles.values()],
            "emojis": [_emoji_payload(emoji) for emoji in self.emojis.values()],
            "stickers": [],
        }

    def gateway_payload(self, viewer: Member, *, all_members: bool) -> "Json":
        """Say it as GUILD_CREATE does to `viewer`: what they see, and only live threads."""

        def is_seen(place: "Channel | Thread") -> bool:
            return bool(permissions_in(viewer, place) & Permission.VIEW_CHANNEL)

        members = self.members.values() if all_members else [viewer]
        channels = [channel.payload() for channel in self.channels.values() if is_seen(channel)]
        live = [t for t in self.threads.values() if not t.archived and is_seen(t)]
        return {
            **self.payload(),
            "joined_at": iso(viewer.joined_at_ms),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [member.payload() for member in members],
            "channels": channels,
            "threads": [thread.payload(viewer=viewer.id) for thread in live],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "soundboard_sounds": [],
            "guild_scheduled_events": [
                event.payload() for event in self.scheduled_events.values() if event.is_ahead
            ],
        }


def _emoji_payload(emoji: "Emoji") -> "Json":
    flags = {"roles": [], "require_colons": True, "managed": False, "animated": False}
    return {**emoji.payload(), **flags, "available": True}
