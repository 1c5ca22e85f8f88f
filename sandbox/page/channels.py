"""Channels, forums and threads: messages in their order, under the days on which they were sent."""

from typing import TYPE_CHECKING, Final

from sandbox.discord.channels import Channel, ChannelType, Thread
from sandbox.discord.snowflakes import unix_ms
from sandbox.page.html import Html, element
from sandbox.page.messages import message_article
from sandbox.page.moments import day
from sandbox.page.names import anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.discord.messages import Message
    from sandbox.page.names import Names

_CLOSE_SECONDS: Final = 7 * 60  # so near, a person's next message stands under the same heading
_HEAD_OF_A_THREAD: Final = 21


def channel_section(channel: Channel, threads: "Sequence[Thread]", names: "Names") -> Html:
    """Show a channel with its threads, or a forum with its posts."""
    own = [thread for thread in threads if thread.parent is channel]
    head = f"h{channel.id}"
    return element(
        "section",
        element("h3", _symbol(channel), channel.name, id=head),
        element("p", channel.topic, class_="topic") if channel.topic else None,
        *(_posts(own, names) if channel.is_forum else _entries(channel, own, names)),
        class_="channel",
        id=anchor(channel.id),
        aria_labelledby=head,
    )


def spoken_in(place: Channel | Thread) -> "list[Message]":
    """List what the page shows of a place: private and deleted messages too."""
    return [one for one in place.log.values() if one.type != _HEAD_OF_A_THREAD]


def sign(channel: Channel) -> str:
    """Give the sign that stands before a channel's name."""
    if channel.type is ChannelType.DM:
        return "@"
    return "❐" if channel.is_forum else "#"


def _symbol(channel: Channel) -> Html:
    return element("span", sign(channel), class_="sign", aria_hidden="true")


def _posts(threads: "Sequence[Thread]", names: "Names") -> "Iterator[Html]":
    if not threads:
        yield _silence()
    for thread in sorted(threads, key=lambda one: one.id):
        yield _thread(thread, names, is_post=True)


def _entries(channel: Channel, threads: "Sequence[Thread]", names: "Names") -> "Iterator[Html]":
    """Messages with the threads they carry, and the threads that no message carries."""
    messages = {one.id: one for one in spoken_in(channel)}
    lost = [one.thread for one in messages.values() if one.thread and one.thread.deleted]
    carried = {thread.id: thread for thread in (*threads, *lost)}
    if not messages and not carried:
        yield _silence()
    today, before = "", None
    for entry in sorted({*messages, *carried}):
        if (date := day(unix_ms(entry) // 1000)) != today:
            yield _day(date)
            today, before = date, None
        thread = _thread(carried[entry], names) if entry in carried else None
        message = messages.get(entry)
        if message is not None:
            yield message_article(message, names, follows=_follows(message, before), thread=thread)
        elif thread is not None:
            yield thread
        before = message


def _follows(message: "Message", before: "Message | None") -> bool:
    if before is None or before.author is not message.author or before.thread is not None:
        return False
    is_plain = message.interaction is None and message.replies_to is None
    is_alike = before.ephemeral_to is message.ephemeral_to
    return is_plain and is_alike and message.created_at - before.created_at < _CLOSE_SECONDS


def _thread(thread: Thread, names: "Names", *, is_post: bool = False) -> Html:
    messages = len([one for one in spoken_in(thread) if not one.deleted])
    states = (
        ("pinned", thread.pinned),
        ("archived", thread.archived),
        ("locked", thread.locked),
        ("deleted", thread.deleted),
    )
    marks = [word for word, holds in states if holds]
    count = f"{messages} message" if messages == 1 else f"{messages} messages"
    summary = element(
        "summary",
        element("span", thread.name, class_="thread-name"),
        *(element("span", tag, class_="tag") for tag in thread.tags),
        element("small", " · ".join([count, *marks])),
    )
    inner = element("div", *_entries_of(thread, names), class_="inner")
    kind = "thread post" if is_post else "thread"
    return element("details", summary, inner, class_=kind, id=anchor(thread.id), open=True)


def _entries_of(thread: Thread, names: "Names") -> "Iterator[Html]":
    today, before = "", None
    for message in spoken_in(thread):
        if (date := day(message.created_at)) != today:
            yield _day(date)
            today, before = date, None
        yield message_article(message, names, follows=_follows(message, before))
        before = message


def _day(date: str) -> Html:
    return element("p", element("span", date), class_="day")


def _silence() -> Html:
    return element("p", "Nobody has spoken here.", class_="silence")
