"""Messages as they stand, with everything that was ever visible of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import Json
from sandbox.discord.snowflakes import iso, unix_ms

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.guilds import Member
    from sandbox.discord.users import Emoji, User

EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
HAS_THREAD: Final = 1 << 5
COMPONENTS_V2: Final = 1 << 15
PIN_NOTICE: Final = 6  # the type of the message that tells of a pin
SELECTS: Final = frozenset({3, 5, 6, 7, 8})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that was sent, with its bytes."""

    id: int
    filename: str
    data: bytes
    content_type: str
    description: str | None = None
    ephemeral: bool = False

    def payload(self, cdn_url: str) -> Json:
        """Say it as an attachment object."""
        url = f"{cdn_url}/attachments/{self.id}/{self.filename}"
        alt: Json = {} if self.description is None else {"description": self.description}
        alt |= {"ephemeral": True} if self.ephemeral else {}
        return {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.data),
            "url": url,
            "proxy_url": url,
            "content_type": self.content_type,
            **alt,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Reaction:
    """Who reacted with one emoji, in order; super-reactions are counted apart."""

    emoji: "Emoji"
    normal: "dict[int, User]" = field(default_factory=dict)
    burst: "dict[int, User]" = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Add both kinds, as Discord's `count` does."""
        return len(self.normal) + len(self.burst)

    def payload(self, viewer: int) -> Json:
        """Say it as a reaction object."""
        return {
            "emoji": self.emoji.payload(),
            "count": self.count,
            "count_details": {"burst": len(self.burst), "normal": len(self.normal)},
            "burst_colors": [],
            "me": viewer in self.normal,
            "me_burst": viewer in self.burst,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a message said before it was edited."""

    content: str
    embeds: list[Json]
    components: list[Json]
    until_ms: int


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message; `pinged_*` says who was really notified when it was sent."""

    id: int
    channel: "Channel | Thread"
    author: "User"
    member: "Member | None" = None
    type: int = 0
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    nonce: str | None = None
    reactions: "dict[Emoji, Reaction]" = field(default_factory=dict)
    mentions: "list[User]" = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged_users: set[int] = field(default_factory=set)
    pinged_roles: set[int] = field(default_factory=set)
    pinged_everyone: bool = False
    replies_to: "Message | None" = None
    thread: "Thread | None" = None
    pinned_at_ms: int | None = None
    edited_at_ms: int | None = None
    edits: list[Version] = field(default_factory=list)
    ephemeral_to: "User | None" = None
    interaction: Json | None = None
    webhook_id: int | None = None
    deleted: bool = False
    cdn_url: str = ""

    @property
    def created_at(self) -> int:
        """Give the unix seconds at which it was sent."""
        return unix_ms(self.id) // 1000

    @property
    def edited_at(self) -> int | None:
        """Give the unix seconds of the last edit."""
        return None if self.edited_at_ms is None else self.edited_at_ms // 1000

    @property
    def pinned(self) -> bool:
        """Say whether it is pinned."""
        return self.pinned_at_ms is not None

    @property
    def is_loading(self) -> bool:
        """Say whether the application is still "thinking"."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Put together all that can be read: content, embeds, text displays."""
        return "\n".join(piece for piece in self._pieces() if piece)

    @property
    def buttons(self) -> list[Json]:
        """List its buttons, in reading order."""
        return [part for part in walk(self.components) if part["type"] == 2]

    def button(self, name: str) -> Json:
        """Find a button by label or custom_id.

        Raises:
            LookupError: if there is none; says which there are.
        """
        for button in self.buttons:
            if name in (button.get("label"), button.get("custom_id")):
                return button
        labels = [button.get("label") for button in self.buttons]
        raise LookupError(f"No button {name!r}; there are {labels}.")

    @property
    def selects(self) -> list[Json]:
        """List its menus, in reading order."""
        return [part for part in walk(self.components) if part["type"] in SELECTS]

    @property
    def files(self) -> dict[str, bytes]:
        """Give the contents of its files by name."""
        return {attachment.filename: attachment.data for attachment in self.attachments}

    def count(self, emoji: str) -> int:
        """Count the reactions with that emoji."""
        return sum(r.count for e, r in self.reactions.items() if emoji in (e.name, str(e)))

    def remember(self, now_ms: int) -> None:
        """Keep the present version before it changes."""
        self.edits.append(
            Version(
                content=self.content,
                embeds=self.embeds,
                components=self.components,
                until_ms=now_ms,
            )
        )

    def payload(self, viewer: int | None = None) -> Json:
        """Say it as a message object, as `viewer` (by default the author) gets it."""
        seen_by = self.author.id if viewer is None else viewer
        edited = None if self.edited_at_ms is None else iso(self.edited_at_ms)
        return {
            "id": str(self.id),
            "type": self.type,
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [a.payload(self.cdn_url) for a in self.attachments],
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [str(role) for role in self.mention_roles],
            "mention_everyone": self.mention_everyone,
            "timestamp": iso(unix_ms(self.id)),
            "edited_timestamp": edited,
            "flags": self.flags,
            "pinned": self.pinned,
            "tts": self.tts,
            **self._optional(seen_by),
        }

    def _optional(self, viewer: int) -> Json:
        said: Json = {}
        if self.reactions:
            said["reactions"] = [r.payload(viewer) for r in self.reactions.values()]
        if self.thread is not None and not self.thread.deleted:
            said["thread"] = self.thread.payload(viewer)
        if self.interaction is not None:
            said["interaction_metadata"] = self.interaction
        if self.webhook_id is not None:
            said |= {"webhook_id": str(self.webhook_id), "application_id": str(self.webhook_id)}
        return said | self._reference(viewer)

    def _reference(self, viewer: int) -> Json:
        if self.type == 21:  # the head of a thread points at the message it was made from
            head = self.channel.home.log.get(self.channel.id)
            return {} if head is None else _pointer(head, viewer)
        if self.replies_to is None:
            return {}
        return _pointer(self.replies_to, viewer, is_bare=self.type == PIN_NOTICE)

    def _pieces(self) -> Iterator[str]:
        yield self.content
        for embed in self.embeds:
            yield from (embed.get("title", ""), embed.get("description", ""))
            for entry in embed.get("fields", []):
                yield from (entry["name"], entry["value"])
            yield embed.get("footer", {}).get("text", "")
        for part in walk(self.components):
            if part["type"] == 10:
                yield part["content"]


def _pointer(target: Message, viewer: int, *, is_bare: bool = False) -> Json:
    said: Json = {
        "message_reference": {
            "type": 0,
            "message_id": str(target.id),
            **target.channel.whereabouts(),
        }
    }
    if is_bare:
        return said
    if target.deleted:
        return {**said, "referenced_message": None}
    bare = target.payload(viewer)
    bare.pop("referenced_message", None)
    return {**said, "referenced_message": bare}


def walk(components: list[Json]) -> Iterator[Json]:
    """Go through components and all that is inside them, in reading order."""
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        inner = (part.get("component"), part.get("accessory"))
        yield from walk([piece for piece in inner if piece])
