"""Messages over REST: read, send, edit, delete, pin."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sandbox.discord import posting
from sandbox.discord.channels import Thread
from sandbox.discord.direct_channels import require_reachable
from sandbox.discord.drafting import (
    read_change,
    read_draft,
    read_reply,
    require_awake,
    require_may_send,
    require_unlocked,
)
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflakes import iso, unix_ms
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.messages import Message
    from sandbox.discord.posting import Draft

_OLD_MS: Final = 3_600_000


def list_messages(call: "Call") -> list[Json]:
    """Give up to 100 messages, newest first."""
    place = call.place()
    limit = call.number("limit", 50, 100)
    if not call.has(place, Permission.READ_MESSAGE_HISTORY):
        return []
    return [call.shown(message) for message in _page(call, place.messages, limit)]


def _page(call: "Call", messages: "list[Message]", limit: int) -> "list[Message]":
    query = call.query
    newest_first = sorted(messages, key=lambda message: message.id, reverse=True)
    if "around" in query:
        middle = int(query["around"])
        before = [m for m in newest_first if m.id < middle][: limit // 2]
        after = [m for m in newest_first if m.id >= middle][-(limit - limit // 2) :]
        return after + before
    if "after" in query:
        newer = [m for m in newest_first if m.id > int(query["after"])]
        return newer[-limit:]
    if "before" in query:
        newest_first = [m for m in newest_first if m.id < int(query["before"])]
    return newest_first[:limit]


def get_message(call: "Call") -> Json:
    """Give one message."""
    place = call.place()
    if not call.has(place, Permission.READ_MESSAGE_HISTORY):
        raise ApiError(50001)
    return call.shown(call.message(place))


def create_message(call: "Call") -> Json:
    """Send a message; an enforced nonce seen lately gives the first message again."""
    body = call.form
    place = call.place()
    draft = read_draft(call, body)
    require_may_send(call.me(place), place, draft)
    require_reachable(call.state, place.home)
    if body.get("enforce_nonce") and (first := _sent_before(call, draft)):
        return _with_nonce(first)
    replies_to = read_reply(call, place, body)
    draft = replace(draft, replies_to=replies_to, type=19 if replies_to else 0)
    message = posting.post(call.state, place, call.bot, draft)
    if draft.nonce is not None:
        call.state.nonces[call.bot.id, draft.nonce] = message
    return _with_nonce(message)


def _sent_before(call: "Call", draft: "Draft") -> "Message | None":
    """Find the message that used the nonce.

    Raises:
        ApiError: 10008 if it has been deleted since.
    """
    if draft.nonce is None:
        return None
    first = call.state.nonces.get((call.bot.id, draft.nonce))
    if first is None:
        return None
    age_ms = call.state.clock.now_ms() - unix_ms(first.id)
    if age_ms > call.state.rules.nonce_window_seconds * 1000:
        return None
    if first.deleted:
        raise ApiError(10008)
    return first


def _with_nonce(message: "Message") -> Json:
    said = message.payload()
    return said if message.nonce is None else {**said, "nonce": message.nonce}


def edit_message(call: "Call") -> Json:
    """Edit a message of the bot's own."""
    place = call.place()
    message = call.message(place)
    if message.author is not call.bot:
        raise ApiError(50005)
    require_awake(place)
    require_unlocked(call.me(place), place)
    changed = read_change(call, call.form, message)
    if call.state.clock.now_ms() - unix_ms(message.id) > _OLD_MS:
        call.limits.take_old_edit(place.id)
    posting.edit(call.state, message, changed)
    return message.payload()


def delete_message(call: "Call") -> None:
    """Delete an own message, or with MANAGE_MESSAGES anybody's."""
    place = call.place()
    message = call.message(place)
    if message.author is not call.bot and not call.has(place, Permission.MANAGE_MESSAGES):
        raise ApiError(50013)
    if isinstance(place, Thread) and place.archived and place.locked:
        _require_moderator(call, place)
    posting.delete(call.state, message)


def _require_moderator(call: "Call", thread: Thread) -> None:
    """Others delete nothing in a thread that is archived and locked, not even their own."""
    if not call.has(thread, Permission.MANAGE_THREADS):
        raise ApiError(50083)


def bulk_delete(call: "Call") -> None:
    """Delete several messages at once."""
    place = call.place(Permission.MANAGE_MESSAGES)
    ids = [int(message_id) for message_id in call.form["messages"]]
    gone = [place.log[key] for key in ids if key in place.log and not place.log[key].deleted]
    for message in gone:
        message.deleted = True
    data = {
        "ids": [str(message.id) for message in gone],
        **place.whereabouts(),
    }
    event = Event(name="MESSAGE_DELETE_BULK", data=data, guild_id=place.guild_id, place=place)
    call.state.emit(event)


def typing(call: "Call") -> None:
    """Show that the bot is typing."""
    place = call.place()
    data = {
        **place.whereabouts(),
        "user_id": str(call.bot.id),
        "timestamp": call.state.clock.now(),
        "member": call.me(place).payload(),
    }
    event = Event(name="TYPING_START", data=data, guild_id=place.guild_id, place=place)
    call.state.emit(event)


def list_pins(call: "Call") -> Json:
    """Give the pinned messages, newest pin first, with the time of each pin."""
    pins = _pinned(call)
    limit = call.number("limit", 50, 50)
    items = [
        {"pinned_at": iso(message.pinned_at_ms or 0), "message": call.shown(message)}
        for message in pins[:limit]
    ]
    return {"items": items, "has_more": len(pins) > limit}


def list_pins_plainly(call: "Call") -> list[Json]:
    """Give the pinned messages as the older route does."""
    return [call.shown(message) for message in _pinned(call)]


def _pinned(call: "Call") -> "list[Message]":
    pins = [message for message in call.place().messages if message.pinned]
    return sorted(pins, key=lambda message: message.pinned_at_ms or 0, reverse=True)


def pin(call: "Call") -> None:
    """Pin a message."""
    place = call.place(Permission.PIN_MESSAGES)
    message = call.message(place)
    require_awake(place)
    posting.pin(call.state, message, by=call.bot)


def unpin(call: "Call") -> None:
    """Take a pin off."""
    place = call.place(Permission.PIN_MESSAGES)
    message = call.message(place)
    require_awake(place)
    posting.unpin(call.state, message)
