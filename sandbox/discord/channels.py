"""Places to speak: channels, forums and threads."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal

from sandbox.discord.permissions import NO_PERMISSION, Permission
from sandbox.discord.snowflakes import iso, unix_ms

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.messages import Message
    from sandbox.discord.users import User


class ChannelType(IntEnum):
    """Discord's numbers for what a channel is."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    FORUM = 15


PINNED: Final = 1 << 1  # a thread's flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwrite:
    """What a role or a member is allowed or denied in one channel."""

    target_id: int
    kind: Literal[0, 1]  # a role, a member
    allow: Permission = NO_PERMISSION
    deny: Permission = NO_PERMISSION

    def payload(self) -> "Json":
        """Say it as an overwrite object."""
        return {
            "id": str(self.target_id),
            "type": self.kind,
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumTag:
    """A label that posts of one forum may wear."""

    id: int
    name: str
    moderated: bool = False
    emoji_name: str | None = None

    def payload(self) -> "Json":
        """Say it as a forum-tag object."""
        return {
            "id": str(self.id),
            "name": self.name,
            "moderated": self.moderated,
            "emoji_id": None,
            "emoji_name": self.emoji_name,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Place:
    """Where messages can be; `log` keeps every message, also deleted and ephemeral ones."""

    id: int
    guild_id: int
    name: str
    type: ChannelType
    log: "dict[int, Message]" = field(default_factory=dict)

    @property
    def mention(self) -> str:
        """Write the text that links to it."""
        return f"<#{self.id}>"

    def whereabouts(self) -> "Json":
        """Say where something happened, as events do."""
        return {"channel_id": str(self.id), "guild_id": str(self.guild_id)}

    @property
    def messages(self) -> "list[Message]":
        """List what everybody there sees, oldest first."""
        return [m for m in self.log.values() if not m.deleted and m.ephemeral_to is None]

    def last_message_id(self) -> str | None:
        """Give the id of the newest message ever, or nothing."""
        public = [m.id for m in self.log.values() if m.ephemeral_to is None]
        return str(public[-1]) if public else None

    def last_pin_at(self) -> str | None:
        """Give the time of the newest pin."""
        pins = [m.pinned_at_ms for m in self.messages if m.pinned_at_ms is not None]
        return iso(max(pins)) if pins else None


@dataclass(slots=True, kw_only=True, eq=False)
class Channel(Place):
    """A text channel, an announcement channel, a forum or a category."""

    position: int = 0
    topic: str | None = None
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[ForumTag] = field(default_factory=list)
    flags: int = 0
    slowmode_seconds: int = 0
    default_auto_archive_minutes: int = 1440

    @property
    def home(self) -> "Channel":
        """Give the channel that permissions are read from: itself."""
        return self

    @property
    def is_forum(self) -> bool:
        """Say whether it holds posts only."""
        return self.type is ChannelType.FORUM

    def payload(self) -> "Json":
        """Say it as a channel object."""
        said: Json = {
            "id": str(self.id),
            "type": int(self.type),
            "guild_id": str(self.guild_id),
            "name": self.name,
            "position": self.position,
            "flags": self.flags,
            "parent_id": None if self.parent_id is None else str(self.parent_id),
            "permission_overwrites": [o.payload() for o in self.overwrites.values()],
            "nsfw": False,
        }
        if self.type is not ChannelType.CATEGORY:
            said |= self._spoken()
        if self.is_forum:
            said |= self._forum()
        return said

    def _spoken(self) -> "Json":
        pins = {} if self.is_forum else {"last_pin_timestamp": self.last_pin_at()}
        return {
            "topic": self.topic,
            "last_message_id": self.last_message_id(),
            "rate_limit_per_user": self.slowmode_seconds,
            "default_auto_archive_duration": self.default_auto_archive_minutes,
            **pins,
        }

    def _forum(self) -> "Json":
        return {
            "available_tags": [tag.payload() for tag in self.tags],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_thread_rate_limit_per_user": 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMember:
    """Somebody who follows a thread."""

    user: "User"
    joined_at_ms: int

    def payload(self, thread_id: int) -> "Json":
        """Say it as a thread-member object."""
        return {
            "id": str(thread_id),
            "user_id": str(self.user.id),
            "join_timestamp": iso(self.joined_at_ms),
            "flags": 0,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Thread(Place):
    """A thread of a channel, or a post of a forum."""

    parent: Channel
    owner_id: int
    archived: bool = False
    locked: bool = False
    archive_changed_ms: int
    active_ms: int
    auto_archive_minutes: int = 1440
    applied_tags: list[int] = field(default_factory=list)
    members: dict[int, ThreadMember] = field(default_factory=dict)
    flags: int = 0
    slowmode_seconds: int = 0
    sent_count: int = 0
    deleted: bool = False

    @property
    def home(self) -> Channel:
        """Give the channel that permissions are read from: the parent."""
        return self.parent

    @property
    def pinned(self) -> bool:
        """Say whether the post stays at the top of its forum."""
        return bool(self.flags & PINNED)

    @property
    def tags(self) -> list[str]:
        """List the names of the tags it wears."""
        return [tag.name for tag in self.parent.tags if tag.id in self.applied_tags]

    def payload(self, viewer: int | None = None) -> "Json":
        """Say it as a thread object, with the viewer's own membership where there is one."""
        member = self.members.get(viewer) if viewer is not None else None
        mine = {"member": member.payload(self.id)} if member else {}
        known = {tag.id for tag in self.parent.tags}
        tags = [str(tag) for tag in self.applied_tags if tag in known]
        return {
            "id": str(self.id),
            "type": int(self.type),
            "guild_id": str(self.guild_id),
            "parent_id": str(self.parent.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "flags": self.flags,
            "last_message_id": self.last_message_id(),
            "rate_limit_per_user": self.slowmode_seconds,
            "message_count": min(self.sent_count, 50_000),
            "total_message_sent": self.sent_count,
            "member_count": min(len(self.members), 50),
            "thread_metadata": {
                "archived": self.archived,
                "archive_timestamp": iso(self.archive_changed_ms),
                "auto_archive_duration": self.auto_archive_minutes,
                "locked": self.locked,
                "create_timestamp": iso(unix_ms(self.id)),
            },
            **({"applied_tags": tags} if self.parent.is_forum else {}),
            **mine,
        }
