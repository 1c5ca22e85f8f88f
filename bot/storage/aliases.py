"""For whom Assent's key may propose, in each community."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.alias import Alias
from bot.domain.types import Address, GuildId, UnixSeconds, UserId
from bot.storage.schema import aliases


class Aliases:
    """Load and save aliases: one at most for each community."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, guild_id: GuildId) -> Alias | None:
        """Give a community's alias, also one that has ended: `expires_at` says."""
        query = select(aliases).where(aliases.c.guild_id == guild_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _alias(row)

    async def all(self) -> Sequence[Alias]:
        """Give every community's alias."""
        rows = await self._connection.execute(select(aliases).order_by(aliases.c.guild_id))
        return [_alias(row) for row in rows]

    async def save(self, alias: Alias) -> None:
        """Write a community's alias, in the place of the one before."""
        values = {
            "principal": alias.principal,
            "alias": alias.alias,
            "user_id": alias.user_id,
            "signed_at": alias.signed_at,
        }
        await self._connection.execute(
            insert(aliases)
            .values(guild_id=alias.guild_id, **values)
            .on_conflict_do_update(index_elements=["guild_id"], set_=values)
        )

    async def forget(self, guild_id: GuildId) -> None:
        """Forget a community's alias."""
        await self._connection.execute(delete(aliases).where(aliases.c.guild_id == guild_id))


def _alias(row: Row[Any]) -> Alias:
    return Alias(
        guild_id=GuildId(row.guild_id),
        principal=Address(row.principal),
        alias=Address(row.alias),
        user_id=UserId(row.user_id),
        signed_at=UnixSeconds(row.signed_at),
    )
