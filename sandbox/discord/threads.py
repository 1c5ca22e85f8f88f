"""Threads being opened, joined, archived, locked and deleted, each with its events."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.discord.channels import PINNED, Channel, ChannelType, Thread, ThreadMember
from sandbox.discord.messages import HAS_THREAD, Message
from sandbox.discord.state import Event, State

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a thread begins."""

    name: str
    auto_archive_minutes: int | None = None
    applied_tags: list[int] = field(default_factory=list)
    slowmode_seconds: int = 0


def open_thread(
    state: State, parent: Channel, owner: "User", opening: Opening, source: Message | None = None
) -> Thread:
    """Open a thread; one made from a message has that message's id."""
    now_ms = state.clock.now_ms()
    kind = ChannelType.NEWS_THREAD if parent.type is ChannelType.NEWS else ChannelType.PUBLIC_THREAD
    thread = Thread(
        id=source.id if source else state.snowflakes.take(),
        guild_id=parent.guild_id,
        name=opening.name,
        type=kind,
        parent=parent,
        owner_id=owner.id,
        archive_changed_ms=now_ms,
        active_ms=now_ms,
        auto_archive_minutes=opening.auto_archive_minutes or parent.default_auto_archive_minutes,
        applied_tags=opening.applied_tags,
        slowmode_seconds=opening.slowmode_seconds,
    )
    thread.members[owner.id] = ThreadMember(user=owner, joined_at_ms=now_ms)
    state.guild_of(parent).threads[thread.id] = thread
    state.places[thread.id] = thread
    if source is not None:
        source.thread = thread
        source.flags |= HAS_THREAD
    _tell(state, "THREAD_CREATE", thread, {"newly_created": True})
    return thread


def spoke(state: State, thread: Thread, message: Message) -> None:
    """Note that somebody spoke: they join, the thread is active and awake."""
    thread.active_ms = state.clock.now_ms()
    if message.id != thread.id and message.type != 21:
        thread.sent_count += 1
    join(state, thread, message.author)
    if thread.archived:
        archive(state, thread, archived=False)


def archive(state: State, thread: Thread, *, archived: bool) -> None:
    """Put a thread to sleep, or wake it."""
    thread.archived = archived
    if archived:
        thread.flags &= ~PINNED
    thread.archive_changed_ms = state.clock.now_ms()
    thread.active_ms = thread.archive_changed_ms
    changed(state, thread)


def changed(state: State, thread: Thread) -> None:
    """Tell that a thread now looks different."""
    _tell(state, "THREAD_UPDATE", thread)


def sweep(state: State) -> None:
    """Archive the threads in which nobody has spoken for their auto-archive duration."""
    if not state.rules.auto_archive:
        return
    now_ms = state.clock.now_ms()
    for guild in state.guilds.values():
        for thread in guild.threads.values():
            silent_ms = now_ms - thread.active_ms
            is_kept = thread.archived or thread.pinned
            if not is_kept and silent_ms >= thread.auto_archive_minutes * 60_000:
                archive(state, thread, archived=True)


def join(state: State, thread: Thread, user: "User") -> None:
    """Let somebody follow the thread; again changes nothing."""
    if user.id in thread.members:
        return
    member = ThreadMember(user=user, joined_at_ms=state.clock.now_ms())
    thread.members[user.id] = member
    added = {"added_members": [_with_member(state, thread, member)]}
    _tell_members(state, thread, added)


def leave(state: State, thread: Thread, user_id: int) -> None:
    """Let somebody stop following the thread."""
    if thread.members.pop(user_id, None) is not None:
        _tell_members(state, thread, {"removed_member_ids": [str(user_id)]})


def delete_thread(state: State, thread: Thread) -> None:
    """Take a thread away with all its messages; the message it was made from stays."""
    thread.deleted = True
    del state.places[thread.id]
    del state.guild_of(thread).threads[thread.id]
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "parent_id": str(thread.parent.id),
        "type": int(thread.type),
    }
    state.emit(Event(name="THREAD_DELETE", data=data, guild_id=thread.guild_id, place=thread))


def _with_member(state: State, thread: Thread, member: ThreadMember) -> "Json":
    in_guild = state.guild_of(thread).members[member.user.id]
    return {**member.payload(thread.id), "member": in_guild.payload(), "presence": None}


def _tell_members(state: State, thread: Thread, what: "Json") -> None:
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": min(len(thread.members), 50),
        **what,
    }
    state.emit(
        Event(name="THREAD_MEMBERS_UPDATE", data=data, guild_id=thread.guild_id, place=thread)
    )


def _tell(state: State, name: str, thread: Thread, extra: "Json | None" = None) -> None:
    data = {**thread.payload(state.bot.id), **(extra or {})}
    state.emit(Event(name=name, data=data, guild_id=thread.guild_id, place=thread))
