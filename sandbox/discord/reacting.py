"""Reactions being given and taken, each with its event."""

from typing import TYPE_CHECKING

from sandbox.discord.errors import ApiError
from sandbox.discord.messages import Message, Reaction
from sandbox.discord.state import Event, State

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.users import Emoji, User

MOST_REACTIONS = 20


def add(state: State, message: Message, user: "User", emoji: "Emoji", *, burst: bool) -> None:
    """Let a user react; the same reaction again changes nothing and tells nothing.

    Raises:
        ApiError: 30010 for the 21st emoji.
    """
    reaction = message.reactions.get(emoji)
    if reaction is None:
        if len(message.reactions) >= MOST_REACTIONS:
            raise ApiError(30010)
        reaction = message.reactions[emoji] = Reaction(emoji=emoji)
    given = reaction.burst if burst else reaction.normal
    if user.id in given:
        return
    given[user.id] = user
    _tell(state, "MESSAGE_REACTION_ADD", message, added(state, message, user, emoji, burst=burst))


def added(state: State, message: Message, user: "User", emoji: "Emoji", *, burst: bool) -> "Json":
    """Say a new reaction as the event does: with the member and their roles."""
    member = state.guild_of(message.channel).members[user.id]
    return {
        "user_id": str(user.id),
        "member": member.payload(),
        "message_author_id": str(message.author.id),
        **_where(message, emoji),
        "burst": burst,
        "type": int(burst),
    }


def remove(state: State, message: Message, user_id: int, emoji: "Emoji") -> None:
    """Take a user's reaction back, of both kinds; none there changes nothing."""
    reaction = message.reactions.get(emoji)
    if reaction is None:
        return
    for burst, given in ((False, reaction.normal), (True, reaction.burst)):
        if given.pop(user_id, None) is not None:
            data = {
                "user_id": str(user_id),
                **_where(message, emoji),
                "burst": burst,
                "type": int(burst),
            }
            _tell(state, "MESSAGE_REACTION_REMOVE", message, data)
    if reaction.count == 0:
        del message.reactions[emoji]


def clear(state: State, message: Message, emoji: "Emoji | None" = None) -> None:
    """Take away all reactions, or all with one emoji."""
    if emoji is None:
        message.reactions.clear()
        data = _where(message, None)
        _tell(state, "MESSAGE_REACTION_REMOVE_ALL", message, data)
    elif message.reactions.pop(emoji, None) is not None:
        _tell(state, "MESSAGE_REACTION_REMOVE_EMOJI", message, _where(message, emoji))


def _where(message: Message, emoji: "Emoji | None") -> "Json":
    said: Json = {**message.channel.whereabouts(), "message_id": str(message.id)}
    return said if emoji is None else {**said, "emoji": emoji.payload()}


def _tell(state: State, name: str, message: Message, data: "Json") -> None:
    place = message.channel
    state.emit(Event(name=name, data=data, guild_id=place.guild_id or None, place=place))
