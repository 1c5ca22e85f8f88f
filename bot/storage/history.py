"""Who did what, when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.storage.schema import history


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened; `actor_id` is `None` for Assent, Snapshot and the chains."""

    guild_id: GuildId
    proposal_id: ProposalId | None
    at: UnixSeconds
    actor_id: UserId | None
    what: str


class History:
    """Append and read; nothing is ever changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: HistoryEntry) -> None:
        """Write down what happened."""
        await self._connection.execute(
            insert(history).values(
                guild_id=entry.guild_id,
                proposal_id=entry.proposal_id,
                at=entry.at,
                actor_id=entry.actor_id,
                what=entry.what,
            )
        )

    async def has_lately(self, entry: HistoryEntry, since: UnixSeconds) -> bool:
        """Say whether the same was written down since then."""
        query = (
            select(history.c.id)
            .where(
                history.c.guild_id == entry.guild_id,
                history.c.actor_id == entry.actor_id,
                history.c.what == entry.what,
                history.c.at >= since,
            )
            .limit(1)
        )
        return (await self._connection.execute(query)).first() is not None

    async def of(self, proposal_id: ProposalId, last: int = 50) -> Sequence[HistoryEntry]:
        """Give the last entries of a proposal, oldest first."""
        query = (
            select(history)
            .where(history.c.proposal_id == proposal_id)
            .order_by(history.c.id.desc())
            .limit(last)
        )
        rows = (await self._connection.execute(query)).all()
        return [
            HistoryEntry(
                guild_id=GuildId(row.guild_id),
                proposal_id=ProposalId(row.proposal_id),
                at=UnixSeconds(row.at),
                actor_id=None if row.actor_id is None else UserId(row.actor_id),
                what=row.what,
            )
            for row in reversed(rows)
        ]
