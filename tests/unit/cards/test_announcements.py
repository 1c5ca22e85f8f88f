"""What is said of a proposal as it moves: what happened, what it means, what to do next."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.announcement import IdeaReady, NextStep, PhaseChanged, Subject
from bot.domain.lifecycle import Phase
from bot.domain.types import UserId

Read = Callable[..., Any]


def changed(subject: Subject, phase: Phase, reason: str = "") -> PhaseChanged:
    return PhaseChanged(subject=subject, phase=phase, by=UserId(501), reason=reason, move_number=1)


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
    assert "proposed again with `/idea new`" in shown.next_step


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


def test_a_promotion_explains_the_temperature_check(read: Read, subject: Subject) -> None:
    shown = read(changed(subject, Phase.TEMPERATURE_DRAFT))
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
