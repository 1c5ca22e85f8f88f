"""Who did what, when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.storage.schema import history, proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened; `actor_id` is `None` for Assent, Snapshot and the chains."""

    guild_id: GuildId
    proposal_id: ProposalId | None
    at: UnixSeconds
    actor_id: UserId | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that happened in a server, and to which proposal (`""`: to none)."""

    at: UnixSeconds
    actor_id: UserId | None
    reference: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a server's history is asked for; `None` is all of it."""

    guild_id: GuildId
    proposal_id: ProposalId | None = None
    actor_id: UserId | None = None


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

    async def newest(self, wanted: Wanted, *, skipped: int, most: int) -> Sequence[AuditEntry]:
        """Give what happened in a server, the newest first."""
        query = (
            select(history, proposals.c.reference)
            .outerjoin(proposals, proposals.c.id == history.c.proposal_id)
            .where(_is(wanted))
            .order_by(history.c.id.desc())
            .offset(skipped)
            .limit(most)
        )
        return [
            AuditEntry(
                at=UnixSeconds(row.at),
                actor_id=None if row.actor_id is None else UserId(row.actor_id),
                reference=row.reference or "",
                what=row.what,
            )
            for row in await self._connection.execute(query)
        ]

    async def count(self, wanted: Wanted) -> int:
        """Count what happened in a server."""
        query = select(func.count()).select_from(history).where(_is(wanted))
        return int((await self._connection.execute(query)).scalar_one())


def _is(wanted: Wanted) -> ColumnElement[bool]:
    conditions = [history.c.guild_id == wanted.guild_id]
    if wanted.proposal_id is not None:
        conditions.append(history.c.proposal_id == wanted.proposal_id)
    if wanted.actor_id is not None:
        conditions.append(history.c.actor_id == wanted.actor_id)
    return and_(*conditions)
