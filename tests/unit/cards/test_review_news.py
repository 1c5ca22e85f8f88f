"""What is said of a draft's review."""

from collections.abc import Callable
from typing import Any

from bot.domain.announcement import DraftApproved, DraftSubmitted, ReviewVoided, Subject
from bot.domain.policy import Step
from bot.domain.types import UserId

Read = Callable[..., Any]


def about(subject: Subject) -> dict[str, Any]:
    return {"subject": subject, "step": Step.TEMPERATURE, "revision": 3, "by": UserId(501)}


def test_a_submitted_draft_says_what_moderators_do(read: Read, subject: Subject) -> None:
    shown = read(DraftSubmitted(**about(subject), approvals_needed=2))
    assert shown.title == "➜ Submitted for review: Lower the marketplace fee from 10 % to 8 %"
    assert "<@501> submitted revision 3 of the draft of BTRST-12" in shown.text
    assert "2 approvals by moderators who have not written it" in shown.text
    assert "`/draft approve`" in shown.next_step


def test_an_approval_says_how_many_are_missing(read: Read, subject: Subject) -> None:
    first = read(DraftApproved(**about(subject), approvals=1, approvals_needed=2))
    assert "(1 of 2)" in first.text
    assert "1 more approval" in first.next_step
    last = read(DraftApproved(**about(subject), approvals=2, approvals_needed=2))
    assert "`/proposal publish`" in last.next_step


def test_a_void_approval_names_whose_it_was_and_who_changed_what(
    read: Read, subject: Subject
) -> None:
    void = {**about(subject), "change": "Specification", "new_revision": 4}
    shown = read(ReviewVoided(**void, approved_by=(UserId(7), UserId(8))))
    assert (
        "The approval by <@7>, <@8> of revision 3 of BTRST-12 is void: <@501> changed "
        "Specification (revision 4)."
    ) in shown.text
    assert "`/draft submit`" in shown.next_step
    assert "The submission of revision 3" in read(ReviewVoided(**void, approved_by=())).text
    crowd = read(ReviewVoided(**void, approved_by=tuple(map(UserId, range(90)))))
    assert "and 78 more" in crowd.text
