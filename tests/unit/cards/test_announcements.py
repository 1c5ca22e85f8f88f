"""What is said of a proposal as it moves: what happened, what it means, what to do next."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.announcement import (
    IdeaJoined,
    IdeaMerged,
    IdeaReady,
    NextStep,
    PhaseChanged,
    Subject,
)
from bot.domain.lifecycle import TRANSITIONS, Move, Phase
from bot.domain.policy import Step
from bot.domain.types import ProposalId, UserId

Read = Callable[..., Any]


def changed(
    subject: Subject, phase: Phase, reason: str = "", move: Move | None = None, **more: Any
) -> PhaseChanged:
    return PhaseChanged(
        subject=subject,
        phase=phase,
        move=move,
        by=UserId(501),
        reason=reason,
        move_number=1,
        **more,
    )


def test_a_ready_idea_tells_members_what_it_means_and_moderators_what_to_do(
    read: Read, subject: Subject
) -> None:
    shown = read(IdeaReady(subject=subject, supporters=10, move_number=0))
    assert shown.title == "✔ Enough support: Lower the marketplace fee from 10 % to 8 %"
    assert "BTRST-12 has 10 supporters, as many as this community asks for." in shown.text
    assert "`/idea promote`" in shown.next_step
    assert "A moderator" in shown.next_step


def test_one_supporter_is_no_plural(read: Read, subject: Subject) -> None:
    assert "1 supporter," in read(IdeaReady(subject=subject, supporters=1, move_number=0)).text


@pytest.mark.parametrize("phase", list(Phase))
def test_every_move_names_who_made_it_and_what_follows(
    read: Read, subject: Subject, phase: Phase
) -> None:
    shown = read(changed(subject, phase))
    assert shown.text.startswith("<@501> ")
    assert "BTRST-12" in shown.text
    assert shown.next_step
    assert "{" not in shown.everything


def test_a_rejection_gives_its_reason_as_a_quotation(read: Read, subject: Subject) -> None:
    shown = read(changed(subject, Phase.REJECTED, "It is against the charter.\nSorry."))
    assert shown.title.startswith("✖ Rejected: ")
    assert "> It is against the charter.\n> Sorry." in shown.text
    assert "`/idea reopen`" in shown.next_step
    assert "`/idea new`" in shown.next_step


def test_a_parked_idea_is_not_called_rejected(read: Read, subject: Subject) -> None:
    shown = read(changed(subject, Phase.PARKED, "Not before the summer."))
    assert "It is not rejected." in shown.text
    assert "> Not before the summer." in shown.text


@pytest.mark.parametrize("phase", [Phase.TEMPERATURE_DRAFT, Phase.CONSENSUS_DRAFT])
def test_a_draft_with_a_reason_was_postponed(read: Read, subject: Subject, phase: Phase) -> None:
    shown = read(changed(subject, phase, "The numbers are wrong."))
    assert shown.title.startswith("⏸ Postponed: ")
    assert "No vote opens until a new notice is given." in shown.text
    assert "> The numbers are wrong." in shown.text
    assert "`/draft edit`" in shown.next_step


@pytest.mark.parametrize("move", list(Move))
def test_every_way_to_a_phase_names_who_went_it(read: Read, subject: Subject, move: Move) -> None:
    for phase in {to for (_, each), to in TRANSITIONS.items() if each is move}:
        shown = read(changed(subject, phase, "So it is.", move))
        assert shown.text.startswith("<@501> ")
        assert "{" not in shown.everything
        assert "> So it is." in shown.text


def test_an_early_promotion_says_why(read: Read, subject: Subject) -> None:
    early = changed(
        subject, Phase.TEMPERATURE_DRAFT, "The fee changes on Monday.", Move.PROMOTE, is_early=True
    )
    shown = read(early)
    assert shown.title.startswith("➜ Now a proposal: ")
    assert "promoted BTRST-12 early, because" in shown.text
    assert "> The fee changes on Monday." in shown.text


def test_with_one_vote_there_is_no_talk_of_a_temperature_check(
    read: Read, subject: Subject
) -> None:
    shown = read(changed(subject, Phase.CONSENSUS_DRAFT, move=Move.PROMOTE_TO_ONE_VOTE))
    assert shown.title.startswith("➜ Now a proposal: ")
    assert "its vote, which decides" in shown.text
    assert "temperature" not in shown.everything.lower()
    assert "consensus" not in shown.everything.lower()


def test_without_votes_a_promotion_leads_to_the_chain(read: Read, subject: Subject) -> None:
    shown = read(changed(subject, Phase.PASSED, move=Move.PROMOTE_TO_CHAIN))
    assert shown.title.startswith("➜ Now a proposal: ")
    assert "decides on chain" in shown.text
    assert "`/proposal link`" in shown.next_step
    assert "temperature" not in shown.everything.lower()


def test_a_merger_is_told_in_both_threads_with_the_way_to_the_other(
    read: Read, subject: Subject
) -> None:
    other = Subject(proposal_id=ProposalId(7), reference="BTRST-7", title="Cut the fee")
    thread = "https://discord.com/channels/1/77"
    more: dict[str, Any] = {
        "by": UserId(501),
        "reason": "The same.",
        "move_number": 1,
        "link": thread,
    }
    gone = read(IdeaMerged(subject=subject, into=other, **more))
    assert "<@501> merged BTRST-12 into BTRST-7, Cut the fee." in gone.text
    assert gone.buttons == {"To BTRST-7": thread}
    joined = read(IdeaJoined(subject=other, joined=subject, supporters=12, gained=1, **more))
    assert "That brings 1 new supporter; BTRST-7 has 12 now." in joined.text
    assert "> The same." in joined.text
    assert joined.buttons == {"What was said of BTRST-12": thread}


def test_after_its_one_vote_nothing_has_passed_both(read: Read, subject: Subject) -> None:
    step = NextStep(subject=subject, phase=Phase.PASSED, call_to_make="", steps=(Step.CONSENSUS,))
    assert "has passed its vote off chain" in read(step).text


def test_a_promotion_explains_the_temperature_check(read: Read, subject: Subject) -> None:
    shown = read(changed(subject, Phase.TEMPERATURE_DRAFT, move=Move.PROMOTE))
    assert shown.title.startswith("➜ Now a proposal: ")
    assert "a simple poll whether the community likes the direction" in shown.text
    assert "`/draft edit`" in shown.next_step
    assert "`/proposal publish`" in shown.next_step


def test_moderators_are_told_the_commands_after_a_passed_temperature_check(
    read: Read, subject: Subject
) -> None:
    shown = read(NextStep(subject=subject, phase=Phase.CONSENSUS_DRAFT, call_to_make=""))
    assert "has passed its temperature check" in shown.text
    assert shown.next_step.index("`/draft edit`") < shown.next_step.index("`/proposal publish`")


def test_moderators_are_told_the_exact_title_to_put_on_chain(read: Read, subject: Subject) -> None:
    shown = read(NextStep(subject=subject, phase=Phase.PASSED, call_to_make=subject.title))
    assert "under exactly this title" in shown.text
    assert f"> {subject.title}" in shown.text
    assert "`/proposal implemented`" in shown.next_step


def test_what_needs_no_contract_is_seen_to_be_done(read: Read, subject: Subject) -> None:
    shown = read(NextStep(subject=subject, phase=Phase.PASSED, call_to_make=""))
    assert "on chain under" not in shown.everything
    assert "`/proposal implemented` for BTRST-12" in shown.next_step


def test_what_has_ended_asks_nothing_of_moderators(read: Read, subject: Subject) -> None:
    shown = read(NextStep(subject=subject, phase=Phase.CONSENSUS_FAILED, call_to_make=""))
    assert shown.next_step.startswith("Nothing: it ends here.")


def test_a_title_that_shows_nothing_is_said_to_be_none(read: Read, subject: Subject) -> None:
    nameless = Subject(proposal_id=subject.proposal_id, reference="BTRST-12", title="\u200b\u3164")
    assert read(IdeaReady(subject=nameless, supporters=2, move_number=0)).title.endswith(
        ": (no title)"
    )
