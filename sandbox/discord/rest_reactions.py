"""Reactions over REST."""

from typing import TYPE_CHECKING

from sandbox.discord import reacting
from sandbox.discord.drafting import require_awake
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.permissions import Permission
from sandbox.discord.users import Emoji

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.messages import Message


def react(call: "Call") -> None:
    """React as the bot; ADD_REACTIONS is needed where nobody used the emoji before."""
    place = call.place(Permission.READ_MESSAGE_HISTORY)
    message, emoji = call.message(place), _emoji(call)
    require_awake(place)
    if emoji not in message.reactions and not call.has(place, Permission.ADD_REACTIONS):
        raise ApiError(50013)
    reacting.add(call.state, message, call.bot, emoji, burst=False)


def unreact(call: "Call") -> None:
    """Take the bot's own reaction back."""
    message = _message(call)
    reacting.remove(call.state, message, call.bot.id, _emoji(call))


def remove_from(call: "Call") -> None:
    """Take somebody's reaction away."""
    message = _message(call, Permission.MANAGE_MESSAGES)
    reacting.remove(call.state, message, call.id("user_id"), _emoji(call))


def list_users(call: "Call") -> list[Json]:
    """Give who reacted with one emoji, ordered by id; `type` 1 asks for super-reactions."""
    place = call.place(Permission.READ_MESSAGE_HISTORY)
    reaction = call.message(place).reactions.get(_emoji(call))
    if reaction is None:
        return []
    given = reaction.burst if call.query.get("type") == "1" else reaction.normal
    after = int(call.query.get("after", 0))
    limit = call.number("limit", 25, 100)
    later = sorted(user_id for user_id in given if user_id > after)
    return [given[user_id].payload() for user_id in later[:limit]]


def clear(call: "Call") -> None:
    """Take all reactions away."""
    reacting.clear(call.state, _message(call, Permission.MANAGE_MESSAGES))


def clear_emoji(call: "Call") -> None:
    """Take all reactions with one emoji away."""
    message = _message(call, Permission.MANAGE_MESSAGES)
    reacting.clear(call.state, message, _emoji(call))


def _message(call: "Call", *needed: Permission) -> "Message":
    place = call.place(*needed)
    require_awake(place)
    return call.message(place)


def _emoji(call: "Call") -> Emoji:
    emoji = Emoji.parse(call.params["emoji"])
    known = {key for guild in call.state.guilds.values() for key in guild.emojis}
    if emoji.id is not None and emoji.id not in known:
        raise ApiError(10014)
    return emoji
