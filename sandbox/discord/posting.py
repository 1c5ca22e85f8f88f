"""Messages being sent, edited, deleted and pinned: each change with the events it tells."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.discord import threads
from sandbox.discord.channels import Thread
from sandbox.discord.errors import ApiError
from sandbox.discord.mentions import ALL_MENTIONS, AllowedMentions, Mentioned, mentioned
from sandbox.discord.messages import LOADING, PIN_NOTICE, Attachment, Message, walk
from sandbox.discord.state import Event, State

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel
    from sandbox.discord.errors import Json
    from sandbox.discord.users import User


MOST_PINS: Final = 250
# Plain messages, replies, answers to commands and to right-clicks.
_PINNABLE: Final = frozenset({0, 19, 20, 23})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message about to be sent; checked already."""

    content: str = ""
    embeds: "list[Json]" = field(default_factory=list)
    components: "list[Json]" = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    type: int = 0
    nonce: str | None = None
    allowed: AllowedMentions = ALL_MENTIONS
    replies_to: Message | None = None
    ephemeral_to: "User | None" = None
    interaction: "Json | None" = None
    webhook_id: int | None = None
    id: int | None = None

    @property
    def spoken(self) -> str:
        """Give the text in which mentions count: content and text displays, never embeds."""
        shown = [part["content"] for part in walk(self.components) if part["type"] == 10]
        return "\n".join([self.content, *shown])


def post(state: State, place: "Channel | Thread", author: "User", draft: Draft) -> Message:
    """Put a message into a channel or thread; a sleeping thread wakes up."""
    guild = state.guild_of(place)
    member = guild.members.get(author.id)
    found = mentioned(guild, member, place, draft.spoken, draft.allowed)
    message = Message(
        id=draft.id or state.snowflakes.take(),
        channel=place,
        author=author,
        member=member,
        type=draft.type,
        content=draft.content,
        embeds=draft.embeds,
        components=draft.components,
        attachments=draft.attachments,
        flags=draft.flags,
        tts=draft.tts,
        nonce=draft.nonce,
        replies_to=draft.replies_to,
        ephemeral_to=draft.ephemeral_to,
        interaction=draft.interaction,
        webhook_id=draft.webhook_id,
        cdn_url=state.cdn_url,
    )
    _notify(message, found, draft)
    place.log[message.id] = message
    if message.ephemeral_to is not None:
        state.changes.notify()
        return message
    if isinstance(place, Thread):
        threads.spoke(state, place, message)
    _tell(state, "MESSAGE_CREATE", message)
    return message


def _notify(message: Message, found: Mentioned, draft: Draft) -> None:
    users = list(found.users)
    replied = draft.replies_to.author if draft.replies_to else None
    if replied and draft.allowed.replied_user and replied not in users:
        users.append(replied)
    message.mentions = users
    message.mention_roles = [role.id for role in found.roles]
    message.mention_everyone = found.everyone
    if message.ephemeral_to is not None:
        return  # Nobody else sees it, so nobody is notified.
    message.pinged_users = {user.id for user in users if user.id != message.author.id}
    message.pinged_roles = set(found.pinged_roles)
    message.pinged_everyone = found.everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What an edit says; `None` leaves a part as it is."""

    content: str | None = None
    embeds: "list[Json] | None" = None
    components: "list[Json] | None" = None
    attachments: list[Attachment] | None = None
    flags: int | None = None
    allowed: AllowedMentions = ALL_MENTIONS


def edit(state: State, message: Message, changed: Changed) -> None:
    """Change a message in place; nobody is notified anew."""
    now_ms = state.clock.now_ms()
    if not message.is_loading:
        message.remember(now_ms)
        message.edited_at_ms = now_ms
    for part in ("content", "embeds", "components", "attachments", "flags"):
        value = getattr(changed, part)
        if value is not None:
            setattr(message, part, value)
    message.flags &= ~LOADING
    text = Draft(content=message.content, components=message.components).spoken
    guild = state.guild_of(message.channel)
    found = mentioned(guild, message.member, message.channel, text, changed.allowed)
    message.mentions = list(found.users)
    message.mention_roles = [role.id for role in found.roles]
    message.mention_everyone = found.everyone
    told(state, message)


def told(state: State, message: Message) -> None:
    """Tell that a message now looks different."""
    if message.ephemeral_to is None:
        _tell(state, "MESSAGE_UPDATE", message)
    else:
        state.changes.notify()


def delete(state: State, message: Message) -> None:
    """Take a message away; it stays in the channel's log, marked."""
    message.deleted = True
    if message.ephemeral_to is not None:
        state.changes.notify()
        return
    data = {"id": str(message.id), **message.channel.whereabouts()}
    _tell_place(state, "MESSAGE_DELETE", data, message.channel)


def pin(state: State, message: Message, *, by: "User") -> None:
    """Pin a message and say so below; again changes nothing.

    Raises:
        ApiError: 50021 for a message of Discord's own, 30003 for one pin too many.
    """
    place = message.channel
    if message.type not in _PINNABLE:
        raise ApiError(50021)
    if message.pinned:
        return
    if len([one for one in place.messages if one.pinned]) >= MOST_PINS:
        raise ApiError(30003)
    message.pinned_at_ms = state.clock.now_ms()
    _tell_pins(state, message)
    post(state, place, by, Draft(type=PIN_NOTICE, replies_to=message))


def unpin(state: State, message: Message) -> None:
    """Take a pin off."""
    if message.pinned:
        message.pinned_at_ms = None
        _tell_pins(state, message)


def _tell_pins(state: State, message: Message) -> None:
    told(state, message)
    place = message.channel
    data = {**place.whereabouts(), "last_pin_timestamp": place.last_pin_at()}
    _tell_place(state, "CHANNEL_PINS_UPDATE", data, place)


def _tell(state: State, name: str, message: Message) -> None:
    place = message.channel
    data = {**message.payload(state.bot.id), **place.whereabouts()}
    is_in_guild = "guild_id" in data
    if is_in_guild and message.member is not None and message.webhook_id is None:
        data["member"] = message.member.bare_payload()
    if message.nonce is not None and name == "MESSAGE_CREATE":
        data["nonce"] = message.nonce
    state.emit(
        Event(name=name, data=data, guild_id=place.guild_id or None, place=place, message=message),
    )


def _tell_place(state: State, name: str, data: "Json", place: "Channel | Thread") -> None:
    state.emit(Event(name=name, data=data, guild_id=place.guild_id or None, place=place))
