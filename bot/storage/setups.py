"""Set-ups that are under way: kept until they are finished or begun anew."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.setting_up import SetupChoices
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.codec import SETUP_CHOICES
from bot.storage.schema import setups


class Setups:
    """Keep the answers of each server's administrators."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, guild_id: GuildId) -> SetupChoices | None:
        """Give the answers so far, if a set-up is under way."""
        query = select(setups.c.body).where(setups.c.guild_id == guild_id)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return SETUP_CHOICES.load(body) if body else None

    async def keep(self, choices: SetupChoices, now: UnixSeconds) -> None:
        """Write the answers down."""
        values = {"body": SETUP_CHOICES.dump(choices), "at": now}
        await self._connection.execute(
            insert(setups)
            .values(guild_id=choices.guild_id, **values)
            .on_conflict_do_update(index_elements=["guild_id"], set_=values)
        )

    async def forget(self, guild_id: GuildId) -> None:
        """Forget the answers: they have become something, or are not wanted any more."""
        await self._connection.execute(delete(setups).where(setups.c.guild_id == guild_id))
