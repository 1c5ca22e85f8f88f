"""How members want to be told of what they have spoken."""

from bot.domain.proposal import Actor
from bot.domain.types import GuildId
from bot.storage.database import Database


class Preferences:
    """What a member chooses for themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose(self, guild_id: GuildId, actor: Actor, *, direct_messages: bool) -> None:
        """Note whether a member is told by direct message, or mentioned in the thread.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.transaction() as store:
            await store.communities.of(guild_id)
            await store.preferences.choose(guild_id, actor.user_id, direct_messages=direct_messages)
