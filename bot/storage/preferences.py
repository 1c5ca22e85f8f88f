"""How members want to be told."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import GuildId, UserId
from bot.storage.schema import preferences


class Preferences:
    """Load and save what a member has chosen in a server."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wants_direct_messages(self, guild_id: GuildId, user_id: UserId) -> bool:
        """Say whether this member wants to be told by direct message of what they have spoken."""
        query = select(preferences.c.wants_direct_messages).where(
            preferences.c.guild_id == guild_id, preferences.c.user_id == user_id
        )
        return bool((await self._connection.execute(query)).scalar_one_or_none())

    async def choose(self, guild_id: GuildId, user_id: UserId, *, direct_messages: bool) -> None:
        """Note what a member has chosen."""
        chosen = {"wants_direct_messages": direct_messages}
        await self._connection.execute(
            insert(preferences)
            .values(guild_id=guild_id, user_id=user_id, **chosen)
            .on_conflict_do_update(index_elements=["guild_id", "user_id"], set_=chosen)
        )
