"""Proposals on Snapshot as the hub last showed them, and their scores over time."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.history import superfluous
from bot.domain.offchain.snapshot import ScorePoint, SnapshotProposal
from bot.domain.types import SnapshotProposalId, UnixSeconds
from bot.storage.codec import SCORE_POINT, SNAPSHOT_PROPOSAL
from bot.storage.schema import score_points, snapshot_proposals


class HubRecords:
    """Load and save what the hub has shown."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, seen: SnapshotProposal, now: UnixSeconds) -> None:
        """Write a proposal as it was just seen, and a point of its scores, if anything is new."""
        before = await self.proposal(seen.id)
        if before == seen and await self.missing_since(seen.id) is None:
            return
        values = {
            "space": seen.space,
            "body": SNAPSHOT_PROPOSAL.dump(seen),
            "seen_at": now,
            "missing_since": None,
        }
        await self._connection.execute(
            insert(snapshot_proposals)
            .values(id=seen.id, **values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )
        if before is None or (before.scores, before.scores_total) != (
            seen.scores,
            seen.scores_total,
        ):
            await self._add_point(seen, now)

    async def _add_point(self, seen: SnapshotProposal, now: UnixSeconds) -> None:
        at = min(seen.scores_updated or now, now)
        body = SCORE_POINT.dump(
            ScorePoint(
                at=UnixSeconds(at),
                scores=seen.scores,
                scores_total=seen.scores_total,
                votes=seen.votes,
            )
        )
        await self._connection.execute(
            insert(score_points)
            .values(snapshot_id=seen.id, at=at, body=body)
            .on_conflict_do_update(index_elements=["snapshot_id", "at"], set_={"body": body})
        )
        await self._thin(seen.id)

    async def _thin(self, snapshot_id: SnapshotProposalId) -> None:
        """Forget points of a vote that has changed very often."""
        row = score_points.c
        query = select(row.at).where(row.snapshot_id == snapshot_id).order_by(row.at)
        moments = [UnixSeconds(at) for at in (await self._connection.execute(query)).scalars()]
        if gone := superfluous(moments):
            await self._connection.execute(
                delete(score_points).where(row.snapshot_id == snapshot_id, row.at.in_(gone))
            )

    async def points(self, snapshot_id: SnapshotProposalId) -> Sequence[ScorePoint]:
        """Give the scores over time, oldest first."""
        query = select(score_points.c.body).where(score_points.c.snapshot_id == snapshot_id)
        rows = await self._connection.execute(query.order_by(score_points.c.at))
        return [SCORE_POINT.load(body) for body in rows.scalars()]

    async def proposal(self, snapshot_id: SnapshotProposalId) -> SnapshotProposal | None:
        """Give a proposal as it was last seen."""
        return (await self.proposals([snapshot_id])).get(snapshot_id)

    async def proposals(
        self, ids: Collection[SnapshotProposalId]
    ) -> Mapping[SnapshotProposalId, SnapshotProposal]:
        """Give those of the proposals that were ever seen."""
        query = select(snapshot_proposals.c.id, snapshot_proposals.c.body)
        rows = await self._connection.execute(query.where(snapshot_proposals.c.id.in_(ids)))
        return {SnapshotProposalId(row.id): SNAPSHOT_PROPOSAL.load(row.body) for row in rows}

    async def seen_at(self, snapshot_id: SnapshotProposalId) -> UnixSeconds | None:
        """Give when a proposal was last seen to differ; `None`: it was never seen."""
        query = select(snapshot_proposals.c.seen_at).where(snapshot_proposals.c.id == snapshot_id)
        at = (await self._connection.execute(query)).scalar_one_or_none()
        return None if at is None else UnixSeconds(at)

    async def miss(self, snapshot_id: SnapshotProposalId, now: UnixSeconds) -> UnixSeconds:
        """Note that the hub shows it no more, and give since when it does not."""
        row = snapshot_proposals.c
        await self._connection.execute(
            update(snapshot_proposals)
            .where(row.id == snapshot_id, row.missing_since.is_(None))
            .values(missing_since=now)
        )
        query = select(row.missing_since).where(row.id == snapshot_id)
        since = (await self._connection.execute(query)).scalar_one_or_none()
        return now if since is None else UnixSeconds(since)

    async def missing_since(self, snapshot_id: SnapshotProposalId) -> UnixSeconds | None:
        """Give since when the hub shows it no more; `None`: it does, or never did."""
        query = select(snapshot_proposals.c.missing_since).where(
            snapshot_proposals.c.id == snapshot_id
        )
        since = (await self._connection.execute(query)).scalar_one_or_none()
        return None if since is None else UnixSeconds(since)

    async def missing(self) -> Collection[SnapshotProposalId]:
        """Give those that the hub has shown and shows no more."""
        query = select(snapshot_proposals.c.id).where(
            snapshot_proposals.c.missing_since.is_not(None)
        )
        return {
            SnapshotProposalId(each) for each in (await self._connection.execute(query)).scalars()
        }

    async def set_supply(self, snapshot_id: SnapshotProposalId, supply: Decimal) -> None:
        """Note the supply of its token at its block, in the unit of scores."""
        await self._connection.execute(
            update(snapshot_proposals)
            .where(snapshot_proposals.c.id == snapshot_id)
            .values(supply=f"{supply:f}")
        )
