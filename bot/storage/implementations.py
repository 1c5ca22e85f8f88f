"""Who carries out what was decided off chain."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.implementation import Implementation
from bot.domain.types import ProposalId
from bot.storage.codec import IMPLEMENTATION
from bot.storage.schema import implementations


class Implementations:
    """Load and save what is agreed on carrying decisions out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, proposal_id: ProposalId) -> Implementation | None:
        """Give what is agreed for a proposal."""
        query = select(implementations.c.body).where(implementations.c.proposal_id == proposal_id)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return IMPLEMENTATION.load(body) if body else None

    async def pending(self) -> Sequence[Implementation]:
        """Give everything with a date that is not done, the earliest first."""
        query = (
            select(implementations.c.body)
            .where(implementations.c.due_at.is_not(None), implementations.c.done_at.is_(None))
            .order_by(implementations.c.due_at)
        )
        return [IMPLEMENTATION.load(body) for body in await self._connection.scalars(query)]

    async def save(self, agreed: Implementation) -> None:
        """Write what is agreed, for the first time or anew."""
        values = {
            "body": IMPLEMENTATION.dump(agreed),
            "due_at": agreed.due_at,
            "done_at": agreed.done_at,
        }
        await self._connection.execute(
            insert(implementations)
            .values(proposal_id=agreed.proposal_id, **values)
            .on_conflict_do_update(index_elements=["proposal_id"], set_=values)
        )
