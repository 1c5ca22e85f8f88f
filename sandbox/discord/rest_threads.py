"""Threads and forum posts over REST."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sandbox.discord import posting, threads
from sandbox.discord.channels import PINNED, Channel, ChannelType, Thread
from sandbox.discord.drafting import read_draft, require_awake
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.permissions import Permission, may_see
from sandbox.discord.snowflakes import unix_ms_of
from sandbox.discord.threads import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.calls import Call

DURATIONS: Final = (60, 1440, 4320, 10080)
_REQUIRE_TAG: Final = 1 << 4
_MOST_TAGS: Final = 5


def start_from_message(call: "Call") -> Json:
    """Open a thread on a message; it gets the message's id."""
    channel = call.channel(Permission.CREATE_PUBLIC_THREADS)
    if channel.type not in (ChannelType.TEXT, ChannelType.NEWS):
        raise ApiError(50024)
    message = call.message(channel)
    if message.thread is not None and not message.thread.deleted:
        raise ApiError(160004)
    opening = _opening(call, channel)
    thread = threads.open_thread(call.state, channel, call.bot, opening, message)
    posting.told(call.state, message)
    posting.post(call.state, thread, call.bot, posting.Draft(type=21))
    return thread.payload(call.bot.id)


def start(call: "Call") -> Json:
    """Open a thread without a message, or a post in a forum."""
    channel = call.channel()
    if channel.is_forum:
        return _start_post(call)
    channel = call.channel(Permission.CREATE_PUBLIC_THREADS)
    if call.form.get("type", 12) not in (10, 11):
        raise ApiError(50024)
    thread = threads.open_thread(call.state, channel, call.bot, _opening(call, channel))
    notice = posting.Draft(type=18, content=thread.name)
    posting.post(call.state, channel, call.bot, notice)
    return thread.payload(call.bot.id)


def _start_post(call: "Call") -> Json:
    forum = call.channel(Permission.SEND_MESSAGES)
    opening = _opening(call, forum)
    draft = read_draft(call, call.form.get("message") or {}, under=("message",))
    thread = threads.open_thread(call.state, forum, call.bot, opening)
    head = posting.post(call.state, thread, call.bot, replace(draft, id=thread.id))
    return {**thread.payload(call.bot.id), "message": head.payload()}


def _opening(call: "Call", channel: Channel) -> Opening:
    body = call.form
    form = Form()
    form.text(("name",), body.get("name"), 100, shortest=1)
    _check_settings(form, body)
    form.check()
    return Opening(
        name=body["name"],
        auto_archive_minutes=body.get("auto_archive_duration"),
        applied_tags=_tags(call, channel, body) if channel.is_forum else [],
        slowmode_seconds=body.get("rate_limit_per_user") or 0,
    )


def _check_settings(form: Form, body: Json) -> None:
    if body.get("auto_archive_duration") is not None:
        form.one_of(("auto_archive_duration",), body["auto_archive_duration"], DURATIONS)
    form.items(("applied_tags",), body.get("applied_tags") or (), _MOST_TAGS)


def _tags(call: "Call", forum: Channel, body: Json, before: "Iterable[int]" = ()) -> list[int]:
    """Read the tags of a post that wore those `before`.

    Raises:
        FormError: for a tag the forum does not have.
        ApiError: 40067 if one is required, 50013 for a moderators' tag.
    """
    wanted = [int(tag) for tag in body.get("applied_tags") or []]
    known = {tag.id: tag for tag in forum.tags}
    form = Form()
    for index, tag in enumerate(wanted):
        if tag not in known:
            form.wrong(("applied_tags", index), "INVALID_FORUM_TAG", "Unknown tag")
    form.check()
    if not wanted and forum.flags & _REQUIRE_TAG:
        raise ApiError(40067)
    changed = set(wanted).symmetric_difference(before)
    if any(known[tag].moderated for tag in changed & known.keys()):
        call.place(Permission.MANAGE_THREADS)
    return wanted


def change(call: "Call", thread: Thread) -> Json:
    """Rename, archive, lock or tag a thread.

    An archived thread accepts nothing unless the same body wakes it; only moderators touch a
    locked one; its owner may do everything but lock.
    """
    body = call.form
    form = Form()
    if "name" in body:
        form.text(("name",), body["name"], 100, shortest=1)
    _check_settings(form, body)
    form.check()
    _require_may_change(call, thread, body)
    _require_may_pin(call, thread, body)
    if "applied_tags" in body and thread.parent.is_forum:
        thread.applied_tags = _tags(call, thread.parent, body, thread.applied_tags)
    thread.name = body.get("name", thread.name)
    thread.locked = bool(body.get("locked", thread.locked))
    thread.flags = int(body.get("flags", thread.flags))
    thread.slowmode_seconds = body.get("rate_limit_per_user") or thread.slowmode_seconds
    thread.auto_archive_minutes = body.get("auto_archive_duration") or thread.auto_archive_minutes
    if body.get("archived", thread.archived) != thread.archived:
        threads.archive(call.state, thread, archived=bool(body["archived"]))
    else:
        threads.changed(call.state, thread)
    return thread.payload(call.bot.id)


def _require_may_change(call: "Call", thread: Thread, body: Json) -> None:
    if call.has(thread, Permission.MANAGE_THREADS):
        if body.get("archived") is not False:
            require_awake(thread)
        return
    if thread.locked or "locked" in body or "flags" in body:
        raise ApiError(50013)
    wakes_only = set(body) <= {"archived"} and body.get("archived") is False
    if wakes_only and call.has(thread, Permission.SEND_MESSAGES_IN_THREADS):
        return
    if thread.owner_id != call.bot.id:
        raise ApiError(50013)
    if body.get("archived") is not False:
        require_awake(thread)


def _require_may_pin(call: "Call", thread: Thread, body: Json) -> None:
    """Refuse a pin outside of forums, and a second one in the same forum."""
    if not int(body.get("flags") or 0) & PINNED or thread.pinned:
        return
    if not thread.parent.is_forum:
        raise ApiError(50024)
    posts = call.state.guild_of(thread).threads.values()
    if any(post.pinned for post in posts if post.parent is thread.parent):
        raise ApiError(30047)


def list_archived(call: "Call") -> Json:
    """Give the archived threads of a channel, the last archived first."""
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 100)
    archived = [
        thread
        for thread in call.state.guild_of(channel).threads.values()
        if thread.parent is channel and thread.archived
    ]
    if "before" in call.query:
        before_ms = unix_ms_of(call.query["before"])
        archived = [thread for thread in archived if thread.archive_changed_ms < before_ms]
    archived.sort(key=lambda thread: thread.archive_changed_ms, reverse=True)
    return {**_listed(call, archived[:limit]), "has_more": len(archived) > limit}


def list_active(call: "Call") -> Json:
    """Give all live threads of a server that the bot may see."""
    guild = call.guild()
    live = [
        thread
        for thread in guild.threads.values()
        if not thread.archived and may_see(guild, call.bot.id, thread)
    ]
    live.sort(key=lambda thread: thread.id, reverse=True)
    return {**_listed(call, live), "has_more": False}


def _listed(call: "Call", found: list[Thread]) -> Json:
    me = call.bot.id
    joined = [thread.members[me].payload(thread.id) for thread in found if me in thread.members]
    return {"threads": [thread.payload(me) for thread in found], "members": joined}


def list_members(call: "Call") -> list[Json]:
    """Give everybody who follows the thread."""
    thread = call.thread()
    return [member.payload(thread.id) for member in thread.members.values()]


def get_member(call: "Call") -> Json:
    """Give one follower of the thread."""
    thread = call.thread()
    user_id = call.bot.id if call.params["user_id"] == "@me" else call.id("user_id")
    if user_id not in thread.members:
        raise ApiError(10007)
    return thread.members[user_id].payload(thread.id)


def join(call: "Call") -> None:
    """Let the bot follow the thread."""
    thread = call.thread()
    require_awake(thread)
    threads.join(call.state, thread, call.bot)


def leave(call: "Call") -> None:
    """Let the bot stop following the thread."""
    thread = call.thread()
    require_awake(thread)
    threads.leave(call.state, thread, call.bot.id)


def add_member(call: "Call") -> None:
    """Let somebody else follow the thread."""
    thread = call.thread(Permission.SEND_MESSAGES_IN_THREADS)
    require_awake(thread)
    member = call.state.guild_of(thread).members.get(call.id("user_id"))
    if member is None:
        raise ApiError(10007)
    threads.join(call.state, thread, member.user)


def remove_member(call: "Call") -> None:
    """Take somebody out of the thread."""
    thread = call.thread(Permission.MANAGE_THREADS)
    require_awake(thread)
    threads.leave(call.state, thread, call.id("user_id"))
