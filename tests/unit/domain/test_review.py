"""How a review stands: only what was said of the newest revision counts."""

from dataclasses import replace

import pytest

from bot.domain.drafting.draft import Draft, first_draft
from bot.domain.drafting.review import (
    Review,
    ReviewAct,
    ReviewFact,
    check_approval,
    check_submission,
    review,
)
from bot.domain.errors import Denial, Refusal
from bot.domain.policy import BRAINTRUST
from bot.domain.proposal import Actor
from bot.domain.types import UnixSeconds, UserId
from tests import builders
from tests.builders import MARA, MODERATOR

NOW = UnixSeconds(1_000)
POLICY = replace(BRAINTRUST, approvers=2)
ANA, NOOR = UserId(21), UserId(22)
PROPOSAL = builders.proposal()


def draft(revision: int) -> Draft:
    return replace(first_draft(PROPOSAL, POLICY, "", MARA, NOW), revision=revision)


def said(revision: int, user: UserId, act: ReviewAct = ReviewAct.APPROVED) -> ReviewFact:
    return ReviewFact(revision=revision, user_id=user, act=act, at=NOW)


def test_nothing_was_said_yet() -> None:
    assert review(draft(1), (), POLICY) == Review(needed=2, revision=1)
    assert not review(draft(1), (), POLICY).is_approved


def test_two_approvals_of_this_revision_are_enough() -> None:
    facts = [said(3, MARA, ReviewAct.SUBMITTED), said(3, ANA)]
    assert not review(draft(3), facts, POLICY).is_approved
    stands = review(draft(3), [*facts, said(3, NOOR)], POLICY)
    assert stands.is_approved
    assert (stands.submitted_by, stands.approved_by) == (MARA, (ANA, NOOR))
    assert stands.void_revision is None


def test_a_change_makes_void_what_was_said_before() -> None:
    facts = [said(2, MARA, ReviewAct.SUBMITTED), said(3, MARA, ReviewAct.SUBMITTED), said(3, ANA)]
    stands = review(draft(4), facts, POLICY)
    assert not stands.has_begun
    assert (stands.void_revision, stands.void_approvals) == (3, (ANA,))
    again = review(draft(4), [*facts, said(4, MARA, ReviewAct.SUBMITTED)], POLICY)
    assert again.void_revision is None


def test_where_no_approval_is_asked_for_none_is_missing() -> None:
    stands = review(draft(1), (), BRAINTRUST)
    assert stands.is_approved
    with pytest.raises(Refusal, match="published without an approval"):
        check_submission(PROPOSAL, stands)
    with pytest.raises(Refusal, match="need no approval"):
        check_approval(PROPOSAL, draft(1), stands, MODERATOR)


def test_a_revision_is_submitted_once() -> None:
    stands = review(draft(1), [said(1, MARA, ReviewAct.SUBMITTED)], POLICY)
    with pytest.raises(Refusal, match="submitted already"):
        check_submission(PROPOSAL, stands)


@pytest.mark.parametrize(
    ("actor", "facts", "refusal", "words"),
    [
        (ANA, [], Refusal, "not submitted for review yet"),
        (ANA, [said(1, ANA, ReviewAct.SUBMITTED)], Denial, "Somebody else has to approve"),
        (MARA, [said(1, ANA, ReviewAct.SUBMITTED)], Denial, "Somebody else has to approve"),
        (
            NOOR,
            [said(1, ANA, ReviewAct.SUBMITTED), said(1, NOOR)],
            Refusal,
            r"already \(1 of 2\)",
        ),
    ],
)
def test_nobody_approves_their_own_work_or_twice(
    actor: UserId, facts: list[ReviewFact], refusal: type[Refusal], words: str
) -> None:
    who = Actor(user_id=actor, name="x", is_moderator=True)
    with pytest.raises(refusal, match=words):
        check_approval(PROPOSAL, draft(1), review(draft(1), facts, POLICY), who)


def test_another_moderator_may_approve() -> None:
    stands = review(draft(1), [said(1, ANA, ReviewAct.SUBMITTED)], POLICY)
    check_approval(PROPOSAL, draft(1), stands, Actor(user_id=NOOR, name="n", is_moderator=True))
