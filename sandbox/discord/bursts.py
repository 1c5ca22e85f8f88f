"""Many reactions at once, written to the gateway with as little work as possible."""

import json
from typing import TYPE_CHECKING

from sandbox.discord.intents import is_wanted
from sandbox.discord.messages import Reaction
from sandbox.discord.permissions import may_see
from sandbox.discord.reacting import added
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.gateway import Gateway
    from sandbox.discord.messages import Message
    from sandbox.discord.state import State
    from sandbox.discord.users import Emoji, User

_NAME = "MESSAGE_REACTION_ADD"


def burst(
    state: "State", gateway: "Gateway", message: "Message", emoji: "Emoji", users: "Iterable[User]"
) -> None:
    """Let many users react to one message in one go."""
    reaction = message.reactions.setdefault(emoji, Reaction(emoji=emoji))
    fresh = [user for user in users if user.id not in reaction.normal]
    reaction.normal.update((user.id, user) for user in fresh)
    guild = state.guild_of(message.channel)
    if not fresh or not may_see(guild, state.bot.id, message.channel):
        return
    shape = added(state, message, fresh[0], emoji, burst=False)
    del shape["user_id"], shape["member"]
    rest = json.dumps(shape, separators=(",", ":"))[1:]
    event = Event(name=_NAME, data=shape)
    sessions = [s for s in gateway.sessions.values() if is_wanted(event, s.intents, state.bot)]
    for user in fresh:
        member = json.dumps(guild.members[user.id].payload(), separators=(",", ":"))
        data = f'{{"user_id":"{user.id}","member":{member},{rest}'
        for session in sessions:
            session.dispatch(_NAME, data)
    state.changes.notify()
