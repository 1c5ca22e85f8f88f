"""The off-chain votes that were made of drafts."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.types import ProposalId, SnapshotProposalId, UnixSeconds
from bot.storage.codec import SNAPSHOT_PROPOSAL
from bot.storage.schema import votes


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
        query = select(votes).where(votes.c.proposal_id == proposal_id)
        found = [_vote(row) for row in await self._connection.execute(query)]
        return sorted(found, key=lambda vote: (vote.step is Step.CONSENSUS, vote.round))

    async def with_status(self, statuses: Collection[VoteStatus]) -> Sequence[OffChainVote]:
        """Give every vote that has come so far and no farther, the earliest first."""
        query = select(votes).where(votes.c.status.in_(statuses)).order_by(votes.c.opens_at)
        return [_vote(row) for row in await self._connection.execute(query)]

    async def save(self, vote: OffChainVote) -> None:
        """Write a vote, new or known."""
        values = {
            "status": vote.status,
            "opens_at": vote.opens_at,
            "snapshot_id": vote.envelope.id if vote.envelope else None,
            "envelope": vote.envelope.text if vote.envelope else None,
            "missing_since": vote.missing_since,
            "observed": SNAPSHOT_PROPOSAL.dump(vote.observed) if vote.observed else None,
        }
        await self._connection.execute(
            insert(votes)
            .values(proposal_id=vote.proposal_id, step=vote.step, round=vote.round, **values)
            .on_conflict_do_update(index_elements=["proposal_id", "step", "round"], set_=values)
        )


def _vote(row: Row[Any]) -> OffChainVote:
    envelope = None
    if row.snapshot_id is not None:
        envelope = SignedEnvelope(id=SnapshotProposalId(row.snapshot_id), text=row.envelope)
    return OffChainVote(
        proposal_id=ProposalId(row.proposal_id),
        step=Step(row.step),
        round=row.round,
        status=VoteStatus(row.status),
        opens_at=UnixSeconds(row.opens_at),
        envelope=envelope,
        observed=SNAPSHOT_PROPOSAL.load(row.observed) if row.observed else None,
        missing_since=None if row.missing_since is None else UnixSeconds(row.missing_since),
    )
