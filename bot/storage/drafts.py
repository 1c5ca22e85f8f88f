"""Drafts with all their revisions, and what was said of each in review."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.drafting.draft import Draft
from bot.domain.drafting.review import ReviewAct, ReviewFact
from bot.domain.errors import Refusal
from bot.domain.policy import Step
from bot.domain.types import ProposalId, UnixSeconds, UserId
from bot.storage.codec import DRAFT
from bot.storage.schema import drafts, reviews

_LARGEST_REVISION = 2**31 - 1


class DraftRecords:
    """Load and save drafts; a revision that was written is never changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self, proposal_id: ProposalId, step: Step) -> Draft | None:
        """Give the newest revision of a step's draft."""
        query = (
            select(drafts.c.body)
            .where(drafts.c.proposal_id == proposal_id, drafts.c.step == step)
            .order_by(drafts.c.revision.desc())
            .limit(1)
        )
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return DRAFT.load(body) if body else None

    async def revision(self, proposal_id: ProposalId, step: Step, revision: int) -> Draft:
        """Give one revision.

        Raises:
            Refusal: There is none of that number.
        """
        query = select(drafts.c.body).where(
            drafts.c.proposal_id == proposal_id,
            drafts.c.step == step,
            drafts.c.revision == max(min(revision, _LARGEST_REVISION), 0),
        )
        body = (await self._connection.execute(query)).scalar_one_or_none()
        if body is None:
            raise Refusal(f"There is no revision {revision}: /draft history lists them.")
        return DRAFT.load(body)

    async def revisions(
        self, proposal_id: ProposalId, step: Step, *, before: int, count: int
    ) -> Sequence[Draft]:
        """Give up to `count` revisions older than `before`, the newest first."""
        query = (
            select(drafts.c.body)
            .where(
                drafts.c.proposal_id == proposal_id,
                drafts.c.step == step,
                drafts.c.revision < min(before, _LARGEST_REVISION),
            )
            .order_by(drafts.c.revision.desc())
            .limit(count)
        )
        return [DRAFT.load(body) for body in await self._connection.scalars(query)]

    async def save(self, draft: Draft) -> None:
        """Write a new revision; older ones stay."""
        await self._connection.execute(
            insert(drafts).values(
                proposal_id=draft.proposal_id,
                step=draft.step,
                revision=draft.revision,
                body=DRAFT.dump(draft),
            )
        )

    async def reviews(self, proposal_id: ProposalId, step: Step) -> Sequence[ReviewFact]:
        """Give all that was said of a step's draft in review."""
        query = select(reviews).where(reviews.c.proposal_id == proposal_id, reviews.c.step == step)
        return [
            ReviewFact(
                revision=row.revision,
                user_id=UserId(row.user_id),
                act=ReviewAct(row.act),
                at=UnixSeconds(row.at),
            )
            for row in await self._connection.execute(query)
        ]

    async def add_review(self, draft: Draft, fact: ReviewFact) -> None:
        """Write down what somebody said of a revision."""
        await self._connection.execute(
            insert(reviews)
            .values(
                proposal_id=draft.proposal_id,
                step=draft.step,
                revision=fact.revision,
                user_id=fact.user_id,
                act=fact.act,
                at=fact.at,
            )
            .on_conflict_do_nothing()
        )
