"""Reviews: submitted, approved by others, void after a change, and needed for publishing."""

from dataclasses import replace

import pytest

from bot.domain.announcement import DraftApproved, DraftSubmitted, ReviewVoided
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.offchain.announcement import NoticeGiven
from bot.domain.policy import SINGLE_VOTE, Step
from bot.domain.proposal import Proposal
from bot.domain.types import UserId
from tests import builders
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.town import Town

ANA = replace(MODERATOR, user_id=UserId(21), name="ana")
FIRST = (Step.TEMPERATURE, 1)
SECOND = (Step.TEMPERATURE, 2)


async def in_draft(town: Town, approvers: int = 1) -> Proposal:
    await town.found(builders.community(policy=builders.policy(approvers=approvers)))
    return await town.promoted()


async def test_a_draft_is_not_published_without_its_approval(town: Town) -> None:
    idea = await in_draft(town)
    with pytest.raises(Refusal, match="0 of 1 for revision 1: its author or a moderator submits"):
        await town.notice(idea)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    with pytest.raises(Refusal, match="0 of 1 for revision 1: another moderator approves"):
        await town.notice(idea)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    await town.notice(idea)
    assert await town.heard(NoticeGiven)


async def test_who_approves_what_has_its_approvals_is_told_so(town: Town) -> None:
    idea = await in_draft(town)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    before = town.dump()
    with pytest.raises(Refusal, match="has the approvals it needs already"):
        await town.reviews.approve(GUILD, idea.reference, ANA, FIRST)
    assert town.dump() == before


async def test_a_review_is_announced_and_on_the_card(town: Town) -> None:
    idea = await in_draft(town)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    submitted = await town.only(DraftSubmitted)
    assert (submitted.revision, submitted.by) == (1, AUTHOR.user_id)
    assert [heard.destination for heard, _ in await town.heard(DraftSubmitted)] == [
        f"thread:{idea.id}",
        "channel:904",
    ]
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    approved = await town.only(DraftApproved)
    assert (approved.by, approved.approvals, approved.approvals_needed) == (
        MODERATOR.user_id,
        1,
        1,
    )
    card = await town.only(ProposalCard)
    assert card.draft is not None
    assert card.draft.review.approved_by == (MODERATOR.user_id,)


async def test_a_change_after_an_approval_makes_it_void_for_everybody_to_see(town: Town) -> None:
    idea = await in_draft(town)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    view = await town.edit(idea, section="Specification", text="8 %.")
    assert [finding for finding in view.findings if "0 of 1 for revision 2" in finding]
    void = await town.only(ReviewVoided)
    assert (void.revision, void.new_revision, void.by) == (1, 2, AUTHOR.user_id)
    assert (void.approved_by, void.change) == ((MODERATOR.user_id,), "Specification")
    card = await town.only(ProposalCard)
    assert card.draft is not None
    assert (card.draft.review.void_revision, card.draft.review.approved_by) == (1, ())
    with pytest.raises(Refusal, match="0 of 1 for revision 2"):
        await town.notice(idea)


async def test_a_change_that_changes_nothing_leaves_the_approval(town: Town) -> None:
    idea = await in_draft(town)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    await town.edit(idea, section="Motivation", text="Why.")
    assert not await town.heard(ReviewVoided)
    await town.notice(idea)


async def test_two_approvals_are_by_two_moderators(town: Town) -> None:
    idea = await in_draft(town, approvers=2)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    first = await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    assert not first.review.is_approved
    with pytest.raises(Refusal, match="already"):
        await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    second = await town.reviews.approve(GUILD, idea.reference, ANA, FIRST)
    assert second.review.is_approved
    assert [news.approvals for _, news in await town.heard(DraftApproved)] == [1, 2]


async def test_nobody_approves_what_they_wrote_or_submitted(town: Town) -> None:
    idea = await in_draft(town)
    await town.edit(idea, text="By a moderator.", by=MODERATOR)
    await town.reviews.submit(GUILD, idea.reference, ANA)
    for actor in (MODERATOR, ANA):
        with pytest.raises(Denial, match="Somebody else has to approve"):
            await town.reviews.approve(GUILD, idea.reference, actor, SECOND)
    with pytest.raises(Denial, match="Only moderators"):
        await town.reviews.approve(GUILD, idea.reference, MEMBER, SECOND)
    with pytest.raises(Denial, match="Only the author"):
        await town.reviews.submit(GUILD, idea.reference, MEMBER)


async def test_what_was_read_before_a_change_is_not_approved_unread(town: Town) -> None:
    idea = await in_draft(town)
    await town.edit(idea, text="Changed.")
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    with pytest.raises(Refusal, match="was for an earlier draft"):
        await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    with pytest.raises(Refusal, match="was for an earlier draft"):
        await town.reviews.submit(GUILD, idea.reference, AUTHOR, FIRST)


async def test_an_announced_draft_is_not_reviewed(town: Town) -> None:
    idea = await town.noticed()
    with pytest.raises(Refusal, match="is not in drafting"):
        await town.reviews.submit(GUILD, idea.reference, AUTHOR)


async def test_without_approvers_nothing_is_submitted(town: Town) -> None:
    idea = await town.promoted()
    with pytest.raises(Refusal, match="published without an approval"):
        await town.reviews.submit(GUILD, idea.reference, AUTHOR)


async def test_a_postponed_draft_keeps_the_approval_of_the_same_revision(town: Town) -> None:
    idea = await in_draft(town)
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, FIRST)
    await town.notice(idea)
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "Not this week.")
    await town.notice(idea)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_NOTICE


async def test_a_community_with_one_vote_has_one_draft_without_a_prefix(town: Town) -> None:
    policy = replace(SINGLE_VOTE, support_threshold=3, approvers=1)
    await town.found(builders.community(policy=policy))
    idea = await town.promoted()
    view = await town.drafts.view(GUILD, idea.reference)
    assert (view.draft.step, view.draft.title) == (Step.CONSENSUS, "Lower the marketplace fee")
    assert "The question" not in [each.name for each in view.draft.sections]
    await town.reviews.submit(GUILD, idea.reference, AUTHOR)
    await town.reviews.approve(GUILD, idea.reference, MODERATOR, (Step.CONSENSUS, 1))
    await town.notice(idea)
    assert (await town.record(await town.publish(idea))).title == "Lower the marketplace fee"
