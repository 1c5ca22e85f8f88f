"""Channels over REST: make, read, change and delete them and their overwrites."""

from typing import TYPE_CHECKING, Final

from sandbox.discord import channel_changes, rest_threads, threads
from sandbox.discord.channels import Channel, ChannelType, ForumTag, Overwrite, Thread
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.permissions import Permission, guild_permissions, require_in_guild

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.guilds import Guild, Member

MOST_CHANNELS: Final = 500


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
    form.one_of(("type",), kind, [int(known) for known in ChannelType if known not in (1, 10, 11)])
    _check(form, body)
    _check_parent(form, guild, body)
    form.check()
    _require_may_allow(guild.members[call.bot.id], body.get("permission_overwrites") or [])
    if len(guild.channels) >= MOST_CHANNELS:
        raise ApiError(30013)
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
        _require_may_allow(call.me(place), body["permission_overwrites"] or [])
    form = Form()
    if "name" in body:
        form.text(("name",), body["name"], 100, shortest=1)
    _check(form, {**body, "type": place.type})
    _check_parent(form, call.state.guild_of(place), body)
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
    _require_may_allow(call.me(channel), [call.form])
    overwrite = _overwrite({**call.form, "id": call.id("overwrite_id")})
    channel.overwrites[overwrite.target_id] = overwrite
    channel_changes.tell(call.state, "CHANNEL_UPDATE", channel)


def delete_overwrite(call: "Call") -> None:
    """Forget what is allowed or denied to a role or a member in one channel."""
    channel = call.channel(Permission.MANAGE_ROLES)
    if channel.overwrites.pop(call.id("overwrite_id"), None) is None:
        raise ApiError(10009)
    channel_changes.tell(call.state, "CHANNEL_UPDATE", channel)


def _require_may_allow(me: "Member", overwrites: list[Json]) -> None:
    """Refuse to allow or deny what the bot may not do itself; MANAGE_ROLES is for administrators.

    Raises:
        ApiError: 50013.
    """
    bits = guild_permissions(me)
    if not bits & Permission.ADMINISTRATOR:
        bits &= ~Permission.MANAGE_ROLES
    given = [_overwrite({"id": 0, **entry}) for entry in overwrites]
    if any((overwrite.allow | overwrite.deny) & ~bits for overwrite in given):
        raise ApiError(50013)


def _check_parent(form: Form, guild: "Guild", body: Json) -> None:
    parent_id = body.get("parent_id")
    parent = None if parent_id is None else guild.channels.get(int(parent_id))
    if parent_id is not None and (parent is None or parent.type is not ChannelType.CATEGORY):
        form.wrong(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist")


def _check(form: Form, body: Json) -> None:
    is_forum = body.get("type") == ChannelType.FORUM
    form.text(("topic",), body.get("topic"), 4096 if is_forum else 1024)
    tags = body.get("available_tags") or []
    form.items(("available_tags",), tags, 20)
    for index, tag in enumerate(tags):
        form.text(("available_tags", index, "name"), tag.get("name"), 20, shortest=1)
    names = [tag.get("name") for tag in tags]
    if len(set(names)) != len(names):
        raise ApiError(40061)


def _apply(call: "Call", channel: Channel, body: Json) -> None:
    channel.name = _named(channel, body.get("name", channel.name))
    channel.topic = body.get("topic", channel.topic)
    channel.position = body.get("position") or channel.position
    channel.flags = body.get("flags") or channel.flags
    if body.get("parent_id") is not None:
        channel.parent_id = int(body["parent_id"])
    elif "parent_id" in body:
        channel.parent_id = None
    if body.get("default_auto_archive_duration"):
        channel.default_auto_archive_minutes = body["default_auto_archive_duration"]
    if body.get("rate_limit_per_user") is not None:
        channel.slowmode_seconds = body["rate_limit_per_user"]
    if body.get("permission_overwrites") is not None:
        given = [_overwrite(entry) for entry in body["permission_overwrites"]]
        channel.overwrites = {overwrite.target_id: overwrite for overwrite in given}
    if body.get("available_tags") is not None:
        channel.tags = [_tag(call, entry) for entry in body["available_tags"]]


def _named(channel: Channel, name: str) -> str:
    """Give the name as Discord keeps it: but for categories, in small letters without spaces."""
    if channel.type is ChannelType.CATEGORY:
        return name.strip()
    return "-".join(name.lower().split())


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
