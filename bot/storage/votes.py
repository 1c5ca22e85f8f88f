"""The off-chain votes that were made of drafts."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.types import ProposalId, SnapshotProposalId, UnixSeconds
from bot.storage.codec import SNAPSHOT_PROPOSAL
from bot.storage.schema import snapshot_proposals, votes

_VOTES = select(
    votes, snapshot_proposals.c.body.label("observed"), snapshot_proposals.c.supply
).outerjoin(snapshot_proposals, snapshot_proposals.c.id == votes.c.snapshot_id)


class Votes:
    """Load and save votes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def current(self, proposal_id: ProposalId, step: Step) -> OffChainVote | None:
        """Give the newest round of a step."""
        rounds = [vote for vote in await self.of(proposal_id) if vote.step is step]
        return rounds[-1] if rounds else None

    async def of(self, proposal_id: ProposalId) -> Sequence[OffChainVote]:
        """Give all rounds of both steps, oldest first."""
        query = _VOTES.where(votes.c.proposal_id == proposal_id)
        found = [_vote(row) for row in await self._connection.execute(query)]
        return sorted(found, key=lambda vote: (vote.step is Step.CONSENSUS, vote.round))

    async def with_status(self, statuses: Collection[VoteStatus]) -> Sequence[OffChainVote]:
        """Give every vote that has come so far and no farther, the earliest first."""
        query = _VOTES.where(votes.c.status.in_(statuses)).order_by(votes.c.opens_at)
        return [_vote(row) for row in await self._connection.execute(query)]

    async def on_snapshot(self, snapshot_id: SnapshotProposalId) -> OffChainVote | None:
        """Give the vote of ours that is this proposal on Snapshot."""
        query = _VOTES.where(votes.c.snapshot_id == snapshot_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _vote(row)

    async def save(self, vote: OffChainVote) -> None:
        """Write a vote, new or known; what the hub shows of it is kept by its id, not here."""
        values = {
            "status": vote.status,
            "opens_at": vote.opens_at,
            "snapshot_id": vote.snapshot_id,
            "envelope": vote.envelope.text if vote.envelope else None,
        }
        await self._connection.execute(
            insert(votes)
            .values(proposal_id=vote.proposal_id, step=vote.step, round=vote.round, **values)
            .on_conflict_do_update(index_elements=["proposal_id", "step", "round"], set_=values)
        )


def _vote(row: Row[Any]) -> OffChainVote:
    snapshot_id = None if row.snapshot_id is None else SnapshotProposalId(row.snapshot_id)
    envelope = None
    if snapshot_id is not None and row.envelope is not None:
        envelope = SignedEnvelope(id=snapshot_id, text=row.envelope)
    return OffChainVote(
        proposal_id=ProposalId(row.proposal_id),
        step=Step(row.step),
        round=row.round,
        status=VoteStatus(row.status),
        opens_at=UnixSeconds(row.opens_at),
        envelope=envelope,
        snapshot_id=snapshot_id,
        observed=SNAPSHOT_PROPOSAL.load(row.observed) if row.observed else None,
        supply=None if row.supply is None else Decimal(row.supply),
    )
