"""Reviews: facts about a draft's revisions, and what they mean for the one that stands now."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.drafting.draft import Draft
from bot.domain.errors import Denial, Refusal
from bot.domain.policy import Policy
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import UnixSeconds, UserId


class ReviewAct(StrEnum):
    """What a person said of a revision."""

    SUBMITTED = "submitted"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """Who said what of which revision, and when."""

    revision: int
    user_id: UserId
    act: ReviewAct
    at: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How the review of the newest revision stands. What was said of an older one is void."""

    needed: int
    revision: int
    submitted_by: UserId | None = None
    approved_by: tuple[UserId, ...] = ()
    void_revision: int | None = None  # the last one that was reviewed, while this one is not
    void_approvals: tuple[UserId, ...] = ()

    @property
    def is_approved(self) -> bool:
        """Say whether there are as many approvals as the community asks for."""
        return len(self.approved_by) >= self.needed

    @property
    def has_begun(self) -> bool:
        """Say whether anybody has said anything of this revision."""
        return self.submitted_by is not None or bool(self.approved_by)


def review(draft: Draft, facts: Iterable[ReviewFact], policy: Policy) -> Review:
    """Say how the review of a draft stands, from all that was said of its revisions."""
    known = sorted(facts, key=lambda fact: (fact.revision, fact.at, fact.user_id))
    submitters, approvers = _said(known, draft.revision)
    earlier = [fact.revision for fact in known if fact.revision < draft.revision]
    void = None if submitters or not earlier else earlier[-1]
    return Review(
        needed=policy.approvers,
        revision=draft.revision,
        submitted_by=submitters[0] if submitters else None,
        approved_by=approvers,
        void_revision=void,
        void_approvals=_said(known, void)[1] if void is not None else (),
    )


def _said(
    facts: Iterable[ReviewFact], revision: int
) -> tuple[tuple[UserId, ...], tuple[UserId, ...]]:
    """Give who submitted and who approved a revision."""
    ours = [fact for fact in facts if fact.revision == revision]
    submitted = tuple(fact.user_id for fact in ours if fact.act is ReviewAct.SUBMITTED)
    return submitted, tuple(fact.user_id for fact in ours if fact.act is ReviewAct.APPROVED)


def check_submission(proposal: Proposal, review: Review) -> None:
    """Refuse a submission that means nothing.

    Raises:
        Refusal: The community asks for no approval, or this revision is submitted already.
    """
    if not review.needed:
        raise Refusal(
            "Drafts are published without an approval here: a moderator does it with "
            "/proposal publish."
        )
    if review.submitted_by is not None:
        raise Refusal(
            f"Revision {review.revision} of {proposal.reference} is submitted already; now it "
            "takes a moderator's approval."
        )


def check_approval(proposal: Proposal, draft: Draft, review: Review, actor: Actor) -> None:
    """Refuse an approval by somebody whose own work it would be, or that comes too early.

    Raises:
        Refusal: It is not submitted, or approved by them or by enough others already.
        Denial: The actor submitted this revision or wrote it.
    """
    if not review.needed:
        raise Refusal("Drafts need no approval here: /proposal publish announces the vote.")
    if review.submitted_by is None:
        raise Refusal(
            f"Revision {draft.revision} of {proposal.reference} is not submitted for review yet: "
            "its author or a moderator does that with /draft submit."
        )
    if actor.user_id in (review.submitted_by, draft.edited_by):
        raise Denial(
            "Somebody else has to approve this: you submitted this revision or wrote it. "
            "Ask another moderator; nothing was changed."
        )
    if actor.user_id in review.approved_by:
        raise Refusal(
            f"You have approved revision {draft.revision} already "
            f"({len(review.approved_by)} of {review.needed})."
        )
    if review.is_approved:
        raise Refusal(
            f"Revision {draft.revision} of {proposal.reference} has the approvals it needs "
            "already: /proposal publish announces its vote."
        )
