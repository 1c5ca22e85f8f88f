"""What is said of a vote off chain."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.offchain.announcement import (
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    VoteClosingSoon,
    VoteDecided,
    VoteGone,
    VoteOpened,
    VotePostponed,
)
from bot.domain.policy import Step
from bot.domain.types import UnixSeconds, UserId

Read = Callable[..., Any]
START = UnixSeconds(1_790_000_000)
WHEN = "<t:1790000000:F> (<t:1790000000:R>)"
LINK = "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc"
TITLE = "[Temperature Check] - Lower the fee"


@pytest.mark.parametrize(
    ("days", "words"), [(2, "notice of 2 business days,"), (1, "notice of 1 business day,")]
)
def test_a_notice_says_when_the_vote_opens_and_why_now(
    read: Read, vote: dict[str, Any], days: int, words: str
) -> None:
    shown = read(NoticeGiven(**vote, vote_title=TITLE, opens_at=START, business_days=days))
    assert shown.title == f"📣 A vote is coming: {TITLE}"
    assert words in shown.text
    assert "move tokens into the wallet they vote with" in shown.text
    assert f"the vote opens {WHEN}" in shown.next_step
    assert "a moderator can still postpone" in shown.next_step


def test_no_days_of_notice_are_not_counted(read: Read, vote: dict[str, Any]) -> None:
    shown = read(NoticeGiven(**vote, vote_title=TITLE, opens_at=START, business_days=0))
    assert "This is the notice, so that" in shown.text


def test_an_open_vote_has_its_choices_its_end_and_one_link(
    read: Read, vote: dict[str, Any]
) -> None:
    speech = VoteOpened(
        **vote, vote_title=TITLE, choices=("Yes", "No"), start=START, end=START, link=LINK
    )
    shown = read(speech)
    assert shown.title == f"🗳 Voting is open: {TITLE}"
    assert "Voting is free and spends none of your tokens" in shown.text
    assert "Choices: **Yes** · **No**" in shown.text
    assert shown.next_step == f"Everybody with voting power: vote by {WHEN}."
    assert shown.buttons == {"Vote on Snapshot": LINK}


def test_many_choices_are_counted_not_listed(read: Read, vote: dict[str, Any]) -> None:
    choices = tuple(f"Option {number}" for number in range(1, 12))
    speech = VoteOpened(
        **vote, vote_title=TITLE, choices=choices, start=START, end=START, link=LINK
    )
    assert read(speech).text.endswith("**Option 8** · and 3 more")


def test_an_address_that_is_no_safe_one_gets_no_button(read: Read, vote: dict[str, Any]) -> None:
    shown = read(VoteClosingSoon(**vote, end=START, link="javascript:alert(1)"))
    assert shown.rendered.view is None


def test_a_closing_vote_speaks_to_who_has_voted_and_who_has_not(
    read: Read, vote: dict[str, Any]
) -> None:
    shown = read(VoteClosingSoon(**vote, end=START, link=LINK))
    assert shown.title.startswith("⏳ Voting ends soon: ")
    assert f"If you have not voted yet, vote by {WHEN}." in shown.next_step
    assert "you may change your vote" in shown.next_step
    assert shown.buttons == {"Vote on Snapshot": LINK}


def decided(vote: dict[str, Any], *, passed: bool, **changes: Any) -> VoteDecided:
    values: dict[str, Any] = {
        "why": "more Yes than the rest",
        "choices": ("Yes", "No"),
        "scores": (Decimal(1_020_000), Decimal(236_400)),
        "scores_total": Decimal(1_256_400),
        "votes": 143,
        "unit": "BTRST",
        "link": LINK,
    }
    return VoteDecided(**vote, passed=passed, **values | changes)


def test_a_result_says_why_and_shows_the_final_numbers(read: Read, vote: dict[str, Any]) -> None:
    shown = read(decided(vote, passed=True))
    assert shown.title.startswith("✔ Passed: ")
    assert "has passed its **Temperature Check**: more Yes than the rest." in shown.text
    assert "The count is final, with 143 votes." in shown.text
    assert "**Yes** · 81.2 % · 1.02M BTRST\n████████████████░░░░" in shown.text
    assert "second vote, the consensus check" in shown.next_step
    assert shown.buttons == {"See it on Snapshot": LINK}


def test_a_passed_consensus_check_is_put_into_effect(read: Read, vote: dict[str, Any]) -> None:
    shown = read(decided(vote | {"step": Step.CONSENSUS}, passed=True))
    assert "put into effect" in shown.next_step


def test_a_failed_vote_ends_here_and_says_so(read: Read, vote: dict[str, Any]) -> None:
    speech = decided(vote, passed=False, why="nobody voted", scores=(), votes=0)
    shown = read(speech)
    assert shown.title.startswith("✖ Did not pass: ")
    assert "nobody voted" in shown.text
    assert "%" not in shown.text
    assert shown.next_step.startswith("Nothing: BTRST-12 ends here.")


def test_a_deleted_vote_says_that_its_votes_do_not_count(read: Read, vote: dict[str, Any]) -> None:
    shown = read(VoteGone(**vote))
    assert "was deleted on Snapshot before it was decided" in shown.text
    assert "back at its draft" in shown.text
    assert "`/proposal publish`" in shown.next_step


def test_a_refusal_keeps_snapshots_own_words_and_what_they_mean(
    read: Read, vote: dict[str, Any]
) -> None:
    speech = PublishingRefused(
        **vote, text="validation failed", meaning="The key is no author of the space."
    )
    shown = read(speech)
    assert "no vote is open" in shown.text
    assert "The key is no author of the space." in shown.text
    assert "> validation failed" in shown.text
    assert "A moderator puts this right" in shown.next_step
    assert "Everybody else: nothing to do." in shown.next_step


def test_a_postponed_vote_says_that_its_date_does_not_hold_and_why(
    read: Read, vote: dict[str, Any]
) -> None:
    shown = read(VotePostponed(**vote, by=UserId(502), reason="The numbers are wrong."))
    assert "the date that was announced does not hold any more" in shown.text
    assert "<@502> has called the" in shown.text
    assert "> The numbers are wrong." in shown.text
    assert "announced anew, with a new date" in shown.next_step


def test_a_late_vote_says_since_when_and_that_it_is_tried_again(
    read: Read, vote: dict[str, Any]
) -> None:
    shown = read(PublishingDelayed(**vote, opens_at=UnixSeconds(1_790_000_000)))
    assert "should be open since <t:1790000000:F>" in shown.text
    assert "tried again all the time" in shown.next_step
