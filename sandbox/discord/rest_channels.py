"""Channels over REST: make, read, change and delete them and their overwrites."""

from typing import TYPE_CHECKING

from sandbox.discord import channel_changes, rest_threads, threads
from sandbox.discord.channels import Channel, ChannelType, ForumTag, Overwrite, Thread
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.permissions import Permission, require_in_guild

if TYPE_CHECKING:
    from sandbox.discord.calls import Call


def list_channels(call: "Call") -> list[Json]:
    """Give all channels of a server, without threads."""
    return [channel.payload() for channel in call.guild().channels.values()]


def get_channel(call: "Call") -> Json:
    """Give one channel or thread."""
    place = call.place()
    return place.payload(call.bot.id) if isinstance(place, Thread) else place.payload()


def create_channel(call: "Call") -> Json:
    """Make a channel."""
    guild, body = call.guild(), call.form
    require_in_guild(guild.members[call.bot.id], Permission.MANAGE_CHANNELS)
    form = Form()
    form.text(("name",), body.get("name"), 100, shortest=1)
    kind = body.get("type") or 0
    form.one_of(("type",), kind, [int(known) for known in ChannelType if known not in (10, 11)])
    _check(form, body)
    form.check()
    channel = channel_changes.add_channel(call.state, guild, body["name"], ChannelType(kind))
    _apply(call, channel, body)
    channel_changes.tell(call.state, "CHANNEL_CREATE", channel)
    return channel.payload()


def change_channel(call: "Call") -> Json:
    """Change a channel, or a thread."""
    place = call.place()
    if isinstance(place, Thread):
        return rest_threads.change(call, place)
    call.place(Permission.MANAGE_CHANNELS)
    body = call.form
    if "permission_overwrites" in body:
        call.place(Permission.MANAGE_ROLES)
    form = Form()
    if "name" in body:
        form.text(("name",), body["name"], 100, shortest=1)
    _check(form, body)
    form.check()
    _apply(call, place, body)
    channel_changes.tell(call.state, "CHANNEL_UPDATE", place)
    return place.payload()


def delete_channel(call: "Call") -> Json:
    """Delete a channel with all its threads, or one thread."""
    place = call.place()
    if isinstance(place, Thread):
        call.place(Permission.MANAGE_THREADS)
        threads.delete_thread(call.state, place)
        return place.payload()
    call.place(Permission.MANAGE_CHANNELS)
    channel_changes.delete_channel(call.state, place)
    return place.payload()


def put_overwrite(call: "Call") -> None:
    """Allow or deny something to a role or a member in one channel."""
    channel = call.channel(Permission.MANAGE_ROLES)
    overwrite = _overwrite({**call.form, "id": call.id("overwrite_id")})
    channel.overwrites[overwrite.target_id] = overwrite
    channel_changes.tell(call.state, "CHANNEL_UPDATE", channel)


def delete_overwrite(call: "Call") -> None:
    """Forget what is allowed or denied to a role or a member in one channel."""
    channel = call.channel(Permission.MANAGE_ROLES)
    if channel.overwrites.pop(call.id("overwrite_id"), None) is None:
        raise ApiError(10009, status=404, message="Unknown Permission Overwrite")
    channel_changes.tell(call.state, "CHANNEL_UPDATE", channel)


def _check(form: Form, body: Json) -> None:
    is_forum = body.get("type") == ChannelType.FORUM
    form.text(("topic",), body.get("topic"), 4096 if is_forum else 1024)
    tags = body.get("available_tags") or []
    form.items(("available_tags",), tags, 20)
    for index, tag in enumerate(tags):
        form.text(("available_tags", index, "name"), tag.get("name"), 20, shortest=1)


def _apply(call: "Call", channel: Channel, body: Json) -> None:
    channel.name = body.get("name", channel.name)
    channel.topic = body.get("topic", channel.topic)
    channel.position = body.get("position") or channel.position
    channel.flags = body.get("flags") or channel.flags
    if body.get("parent_id") is not None:
        channel.parent_id = int(body["parent_id"])
    if body.get("default_auto_archive_duration"):
        channel.default_auto_archive_minutes = body["default_auto_archive_duration"]
    if body.get("rate_limit_per_user") is not None:
        channel.slowmode_seconds = body["rate_limit_per_user"]
    if body.get("permission_overwrites") is not None:
        given = [_overwrite(entry) for entry in body["permission_overwrites"]]
        channel.overwrites = {overwrite.target_id: overwrite for overwrite in given}
    if body.get("available_tags") is not None:
        channel.tags = [_tag(call, entry) for entry in body["available_tags"]]


def _overwrite(entry: Json) -> Overwrite:
    return Overwrite(
        target_id=int(entry["id"]),
        kind=1 if int(entry.get("type", 0)) else 0,
        allow=Permission(int(entry.get("allow") or 0)),
        deny=Permission(int(entry.get("deny") or 0)),
    )


def _tag(call: "Call", entry: Json) -> ForumTag:
    return ForumTag(
        id=int(entry.get("id") or call.state.snowflakes.take()),
        name=entry["name"],
        moderated=bool(entry.get("moderated")),
        emoji_name=entry.get("emoji_name"),
    )
