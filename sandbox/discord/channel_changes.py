"""Channels being made, changed and deleted, each with its event."""

from typing import TYPE_CHECKING, Literal

from sandbox.discord.channels import Channel, ChannelType, ForumTag, Overwrite
from sandbox.discord.permissions import NO_PERMISSION, Permission
from sandbox.discord.state import Event, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.guilds import Guild


def add_channel(state: State, guild: "Guild", name: str, kind: ChannelType) -> Channel:
    """Make a channel at the end of the list, without telling it yet."""
    channel = Channel(
        id=state.snowflakes.take(),
        guild_id=guild.id,
        name=name,
        type=kind,
        position=len(guild.channels),
    )
    guild.channels[channel.id] = channel
    state.places[channel.id] = channel
    return channel


def make_tags(state: State, names: "Iterable[str]", *, moderated: bool = False) -> list[ForumTag]:
    """Make a forum's tags; `moderated` ones are put on posts by moderators alone."""
    take = state.snowflakes.take
    return [ForumTag(id=take(), name=name, moderated=moderated) for name in names]


def set_overwrite(
    state: State,
    channel: Channel,
    target_id: int,
    *,
    kind: Literal[0, 1],
    allow: Permission = NO_PERMISSION,
    deny: Permission = NO_PERMISSION,
) -> None:
    """Allow or deny something more, on top of what the overwrite says already."""
    old = channel.overwrites.get(target_id, Overwrite(target_id=target_id, kind=kind))
    channel.overwrites[target_id] = Overwrite(
        target_id=target_id,
        kind=kind,
        allow=(old.allow | allow) & ~deny,
        deny=(old.deny | deny) & ~allow,
    )
    tell(state, "CHANNEL_UPDATE", channel)


def delete_channel(state: State, channel: Channel) -> None:
    """Take a channel away, and its threads with it."""
    guild = state.guild_of(channel)
    for thread in [t for t in guild.threads.values() if t.parent is channel]:
        thread.deleted = True
        del guild.threads[thread.id], state.places[thread.id]
    del guild.channels[channel.id], state.places[channel.id]
    for inside in [one for one in guild.channels.values() if one.parent_id == channel.id]:
        inside.parent_id = None
        tell(state, "CHANNEL_UPDATE", inside)
    tell(state, "CHANNEL_DELETE", channel)


def tell(state: State, name: str, channel: Channel) -> None:
    """Tell what happened to a channel."""
    event = Event(name=name, data=channel.payload(), guild_id=channel.guild_id, place=channel)
    state.emit(event)
