"""Reviews: a draft submitted, and approved by moderators who have not written it."""

from bot.clock import Clock
from bot.domain.announcement import DraftApproved, DraftSubmitted
from bot.domain.card import subject
from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.review import ReviewAct, ReviewFact, check_approval, check_submission
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING
from bot.domain.policy import Step
from bot.domain.proposal import Actor, require_author, require_moderator
from bot.domain.types import GuildId
from bot.storage.database import Database
from bot.storage.store import Store


class Reviews:
    """What is said of a revision; a change after it makes it void."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def submit(
        self, guild_id: GuildId, reference: str, actor: Actor, seen: tuple[Step, int] | None = None
    ) -> DraftView:
        """Ask moderators to review the draft; `seen` is the revision that was read.

        Raises:
            Refusal: The actor may not, it needs no review, or it has changed since it was read.
        """
        async with self._database.transaction() as store:
            view = await self._view(store, guild_id, reference, seen)
            require_author(view.proposal, actor)
            check_submission(view.proposal, view.review)
            after = await self._add(store, view, actor, ReviewAct.SUBMITTED)
            speech = DraftSubmitted(
                subject=subject(view.proposal),
                step=view.draft.step,
                revision=view.draft.revision,
                by=actor.user_id,
                approvals_needed=view.review.needed,
            )
            community = await store.communities.of(guild_id)
            await store.outbox.say(community, speech, self._now(), proposal_id=view.proposal.id)
        return after

    async def approve(
        self, guild_id: GuildId, reference: str, actor: Actor, seen: tuple[Step, int]
    ) -> DraftView:
        """Approve exactly the revision that was read.

        Raises:
            Refusal: The actor is no moderator or has a hand in it, it is not submitted, or it has
                changed since it was read.
        """
        require_moderator(actor)
        async with self._database.transaction() as store:
            view = await self._view(store, guild_id, reference, seen)
            check_approval(view.proposal, view.draft, view.review, actor)
            after = await self._add(store, view, actor, ReviewAct.APPROVED)
            speech = DraftApproved(
                subject=subject(view.proposal),
                step=view.draft.step,
                revision=view.draft.revision,
                by=actor.user_id,
                approvals=len(after.review.approved_by),
                approvals_needed=after.review.needed,
            )
            community = await store.communities.of(guild_id)
            await store.outbox.say(community, speech, self._now(), proposal_id=view.proposal.id)
        return after

    async def _view(
        self, store: Store, guild_id: GuildId, reference: str, seen: tuple[Step, int] | None
    ) -> DraftView:
        proposal = await store.proposals.by_reference(guild_id, reference)
        draft = await store.draft(proposal)
        if proposal.phase not in DRAFTING:
            raise Refusal(f"{proposal.reference} is not in drafting: it is “{proposal.phase}”.")
        if seen is not None and seen != (draft.step, draft.revision):
            raise Refusal(
                f"This was for an earlier draft of {proposal.reference}; nothing was changed. "
                f"Read revision {draft.revision} with /draft show first."
            )
        return await store.view(proposal, draft, self._now())

    async def _add(self, store: Store, view: DraftView, actor: Actor, act: ReviewAct) -> DraftView:
        now = self._now()
        draft = view.draft
        fact = ReviewFact(revision=draft.revision, user_id=actor.user_id, act=act, at=now)
        await store.drafts.add_review(draft, fact)
        what = f"{act} revision {draft.revision} of the {draft.step} draft"
        await store.note(view.proposal, now, what, by=actor)
        await store.show(view.proposal.id, now)
        return await store.view(view.proposal, draft, now)
