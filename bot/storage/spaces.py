"""Snapshot's spaces as they were last seen, for what is shown without asking anew."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.snapshot import Space, SpaceLimits
from bot.domain.types import SpaceId, UnixSeconds
from bot.storage.codec import SPACE, SPACE_LIMITS
from bot.storage.schema import spaces


class Spaces:
    """Remember each space's rules and what its plan lets it write."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, space: Space, limits: SpaceLimits, now: UnixSeconds) -> None:
        """Write down what was just seen."""
        values = {"body": SPACE.dump(space), "limits": SPACE_LIMITS.dump(limits), "seen_at": now}
        await self._connection.execute(
            insert(spaces)
            .values(id=space.id, **values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )

    async def limits(self, space_id: SpaceId | None) -> SpaceLimits | None:
        """Give what a space may write, as last seen; `None`: it was never looked at."""
        query = select(spaces.c.limits).where(spaces.c.id == space_id)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return SPACE_LIMITS.load(body) if body else None

    async def known(self, space_id: SpaceId | None) -> Space | None:
        """Give a space as last seen; `None`: it was never looked at."""
        query = select(spaces.c.body).where(spaces.c.id == space_id)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return SPACE.load(body) if body else None
