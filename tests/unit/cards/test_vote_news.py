"""What is said of a vote off chain."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.offchain.announcement import (
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    SignatureWanted,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteOpened,
    VotePosted,
    VotePostponed,
)
from bot.domain.policy import Step
from bot.domain.types import Seconds, UnixSeconds, UserId

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


def decided(vote: dict[str, Any], *, passed: bool | None, **changes: Any) -> VoteDecided:
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


ELSEWHERE: dict[str, Any] = {
    "subject": None,
    "step": None,
    "step_name": "Vote",
    "vote_key": "snapshot:0xabc",
    "space": "other.eth",
    "vote_title": "Fund the bridge",
    "is_ours": False,
}


def test_a_vote_that_was_posted_can_be_read_and_opens_later(
    read: Read, vote: dict[str, Any]
) -> None:
    shown = read(VotePosted(**vote, start=START, end=UnixSeconds(START + 60), link=LINK))
    assert shown.title.startswith("📌 On Snapshot: Lower the marketplace fee")
    assert "The **Temperature Check** of BTRST-12 can be read on Snapshot." in shown.text
    assert f"Voting opens {WHEN}, and ends <t:1790000060:F>" in shown.text
    assert shown.buttons == {"Read it on Snapshot": LINK}


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("single-choice", "Single choice: pick one choice."),
        ("approval", "Approval voting: pick as many as you like."),
        ("ranked-choice", "Ranked choice: put the choices in order, your favourite first."),
        ("copeland", "Copeland voting: put the choices in order, your favourite first."),
        ("odd", "Voting system “odd”: see on Snapshot how it works."),
    ],
)
def test_an_open_vote_says_in_one_line_how_one_votes(
    read: Read, vote: dict[str, Any], kind: str, hint: str
) -> None:
    speech = VoteOpened(
        **vote, voting_type=kind, choices=("Yes", "No"), start=START, end=START, link=LINK
    )
    text = read(speech).text
    assert text.endswith(f"Choices: **Yes** · **No**\n{hint}")
    assert "shielded" not in text


def test_an_open_vote_that_is_shielded_says_so(read: Read, vote: dict[str, Any]) -> None:
    speech = VoteOpened(
        **vote, is_hidden=True, choices=("Yes", "No"), start=START, end=START, link=LINK
    )
    assert read(speech).text.endswith(
        "🔒 The votes are shielded: how they stand is hidden until the end."
    )


def test_a_vote_in_another_space_names_it_and_its_own_title(read: Read) -> None:
    shown = read(VoteOpened(**ELSEWHERE, choices=("A", "B"), start=START, end=START, link=LINK))
    assert shown.title == "🗳 Voting is open: Fund the bridge"
    assert shown.text.startswith("A vote in **other.eth** is on Snapshot.")
    assert shown.footer.startswith("other.eth · ")
    posted = read(VotePosted(**ELSEWHERE, start=START, end=START, link=LINK))
    assert posted.title == "📌 On Snapshot: Fund the bridge"


def test_a_vote_made_outside_says_so_and_who_is_no_member_is_marked(
    read: Read, vote: dict[str, Any]
) -> None:
    own = ELSEWHERE | {"space": "", "is_by_stranger": True}
    text = read(VotePosted(**own, start=START, end=START, link=LINK)).text
    assert text.startswith("A vote that was made outside Assent can be read on Snapshot.")
    assert "⚠ Its author is not a member of the space: read it with care." in text
    linked = vote | {"is_ours": False}
    text = read(VotePosted(**linked, start=START, end=START, link=LINK)).text
    assert "It was made outside Assent, and belongs to this proposal." in text
    assert "⚠" not in text


@pytest.mark.parametrize(
    ("lead", "title", "words"),
    [
        (None, "Voting ends soon", "is in its last hours"),
        (6 * 3_600, "Voting ends soon", "is in its last hours"),
        (86_400, "Voting ends in 1 day", "is in its last day"),
        (3 * 86_400, "Voting ends in 3 days", "is open for some time yet"),
    ],
)
def test_a_reminder_says_how_long_there_is(
    read: Read, vote: dict[str, Any], lead: Seconds | None, title: str, words: str
) -> None:
    shown = read(VoteClosingSoon(**vote, end=START, link=LINK, lead=lead))
    assert shown.title.startswith(f"⏳ {title}: ")
    assert words in shown.text
    assert "quorum" not in shown.text


def test_the_last_reminder_says_what_the_quorum_lacks(read: Read, vote: dict[str, Any]) -> None:
    speech = VoteClosingSoon(
        **vote, end=START, link=LINK, quorum_missing=Decimal("23400.01"), unit="BTRST"
    )
    text = read(speech).text
    assert "**The quorum is not reached yet ✖**: it needs 23.41K BTRST more" in text


def test_a_vote_of_no_rule_of_ours_closes_with_what_has_the_most(read: Read) -> None:
    speech = decided(ELSEWHERE, passed=None, why="", leading="Yes", voting_type="approval")
    shown = read(speech)
    assert shown.title == "🏁 Voting is over: Fund the bridge"
    assert shown.text.startswith("A vote in **other.eth** is over: “Yes” has the most. The count")
    assert "shares can add up to more than 100 %" in shown.text
    assert shown.next_step.startswith("Nothing to do here")
    tie = decided(ELSEWHERE, passed=None, why="", scores=(Decimal(1), Decimal(1)))
    assert "is over: it is a tie." in read(tie).text
    nobody = decided(ELSEWHERE, passed=None, why="", scores=(), votes=0)
    assert "is over: nobody voted." in read(nobody).text


def test_a_vote_elsewhere_that_a_rule_judged_is_no_proposal_of_ours(read: Read) -> None:
    assert (
        "A vote in **other.eth** has passed: more Yes" in read(decided(ELSEWHERE, passed=True)).text
    )


def test_a_vote_of_ours_without_a_verdict_is_for_a_moderator(
    read: Read, vote: dict[str, Any]
) -> None:
    shown = read(decided(vote, passed=None, why="", leading="Yes"))
    assert shown.next_step == "A moderator says what it means for BTRST-12."


@pytest.mark.parametrize(
    ("reached", "words"),
    [(True, "Quorum reached ✔ (100K BTRST)"), (False, "**Quorum not reached ✖** (100K BTRST)")],
)
def test_a_result_says_whether_the_quorum_was_reached(
    read: Read, vote: dict[str, Any], words: str, *, reached: bool
) -> None:
    speech = decided(vote, passed=reached, quorum=Decimal(100_000), quorum_reached=reached)
    assert read(speech).text.endswith(words)
    assert "uorum" not in read(decided(vote, passed=True)).text
    alone = decided(vote, passed=reached, quorum_reached=reached)
    assert read(alone).text.endswith(words.removesuffix(" (100K BTRST)"))


def test_an_edit_says_who_made_it_and_what_is_different(read: Read, vote: dict[str, Any]) -> None:
    speech = VoteEdited(
        **vote, updated=START, change="The title.", by=UserId(502), start=START, link=LINK
    )
    assert (
        "<@502> has changed the text of the **Temperature Check** of BTRST-12" in read(speech).text
    )
    outside = VoteEdited(
        **ELSEWHERE, updated=START, change="The title.", by=None, start=START, link=LINK
    )
    text = read(outside).text
    assert text.startswith("Somebody has changed the text of a vote in **other.eth** on Snapshot")
    assert text.endswith("The title.")


def test_a_deletion_says_who_and_why(read: Read, vote: dict[str, Any]) -> None:
    shown = read(VoteGone(**vote, by=UserId(502), reason="The numbers were wrong."))
    assert "was deleted on Snapshot by <@502> before it was decided" in shown.text
    assert "> The numbers were wrong." in shown.text
    outside = read(VoteGone(**ELSEWHERE))
    assert outside.text == (
        "A vote in **other.eth** was deleted on Snapshot before it was decided. "
        "Its votes do not count."
    )
    assert outside.next_step == "Nothing to do: nobody can vote on it any more."


def test_a_late_vote_says_why_where_that_is_known(read: Read, vote: dict[str, Any]) -> None:
    shown = read(PublishingDelayed(**vote, opens_at=START, reason="The clock is wrong."))
    assert "The clock is wrong." in shown.text
    assert "does not answer" not in shown.text


def test_a_vote_without_a_key_says_who_may_sign_and_how(read: Read, vote: dict[str, Any]) -> None:
    shown = read(SignatureWanted(**vote, vote_title=TITLE, space="usebraintrust.eth"))
    assert shown.title == f"✍ A signature is wanted: {TITLE}"
    assert "who may propose in **usebraintrust.eth** on Snapshot" in shown.text
    assert "Signing costs nothing, and moves no tokens." in shown.text
    assert "sign with your own wallet" in shown.next_step
    assert list(shown.buttons) == ["Sign with your wallet"]
    assert "In its own words" not in shown.text


def test_a_signature_that_was_not_taken_is_told_with_why(read: Read, vote: dict[str, Any]) -> None:
    wanted = SignatureWanted(
        **vote,
        vote_title=TITLE,
        space="usebraintrust.eth",
        refused="0xabc",
        text="validation failed",
        meaning="The author may not.",
    )
    shown = read(wanted)
    assert "Snapshot did not take the last signature; nothing was posted." in shown.text
    assert "The author may not." in shown.text
    assert "> validation failed" in shown.text
    first = SignatureWanted(**vote, vote_title=TITLE, space="usebraintrust.eth")
    assert wanted.key == f"{first.key}-0xabc"
