"""What people have typed, kept until it has become something."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Denial, Refusal
from bot.domain.typed import Typed
from bot.domain.types import GuildId, UnixSeconds, UserId
from bot.storage.codec import TYPED
from bot.storage.schema import typed

_LARGEST_ID = 2**63 - 1


class TypedTexts:
    """Keep what a person typed; only they themselves get it back."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, guild_id: GuildId, user_id: UserId, text: Typed, now: UnixSeconds) -> int:
        """Write a text down and give its id."""
        values = {"guild_id": guild_id, "user_id": user_id, "body": TYPED.dump(text), "at": now}
        query = insert(typed).values(values).returning(typed.c.id)
        return int((await self._connection.execute(query)).scalar_one())

    async def of(self, guild_id: GuildId, user_id: UserId, typed_id: int) -> Typed:
        """Give what this member typed in this server.

        Raises:
            Denial: It is somebody else's.
            Refusal: There is no such text, or it has become something already.
        """
        query = select(typed).where(typed.c.id == min(typed_id, _LARGEST_ID))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise Refusal("This was dealt with already; nothing was changed.")
        if (row.guild_id, row.user_id) != (guild_id, user_id):
            raise Denial("This is not yours; nothing was changed.")
        return TYPED.load(row.body)

    async def change(self, typed_id: int, text: Typed, now: UnixSeconds) -> None:
        """Write a text anew that grows step by step."""
        values = {"body": TYPED.dump(text), "at": now}
        await self._connection.execute(update(typed).where(typed.c.id == typed_id).values(values))

    async def forget(self, before: UnixSeconds) -> None:
        """Forget what was typed before then."""
        await self._connection.execute(delete(typed).where(typed.c.at < before))

    async def done(self, typed_id: int) -> None:
        """Forget a text that has become something."""
        await self._connection.execute(delete(typed).where(typed.c.id == typed_id))
