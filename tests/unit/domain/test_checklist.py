"""The one list of what a draft has to keep to: what blocks, what advises, in which words."""

from dataclasses import replace

import pytest

from bot.domain.drafting.checklist import (
    NO_LIMITS,
    Around,
    Check,
    CheckState,
    checklist,
    findings,
)
from bot.domain.drafting.draft import Draft, Section, first_draft, refined_draft
from bot.domain.drafting.review import Review
from bot.domain.policy import BRAINTRUST, SINGLE_VOTE, Policy
from bot.domain.proposal import Idea
from bot.domain.types import UnixSeconds, UserId
from tests import builders
from tests.builders import MARA

NOW = UnixSeconds(1_000)
PROPOSAL = builders.proposal(idea=Idea(problem="Why.", change="What."))
DRAFT = first_draft(PROPOSAL, BRAINTRUST, "", MARA, NOW)


def look(
    draft: Draft = DRAFT, policy: Policy = BRAINTRUST, *, discussion: str = "", **review: object
) -> dict[str, Check]:
    stands = Review(**{"needed": 0, "revision": draft.revision, **review})  # type: ignore[arg-type] # from keywords
    around = Around(policy=policy, limits=NO_LIMITS, discussion=discussion, review=stands)
    return {check.name: check for check in checklist(draft, around)}


def free(policy: Policy = BRAINTRUST) -> Policy:
    return replace(policy, temperature=replace(policy.temperature, choices_are_fixed=False))


def test_every_part_of_a_draft_is_looked_at() -> None:
    assert list(look()) == [
        "Sections",
        "Title",
        "Text",
        "Choices",
        "The question",
        "Discussion link",
        "Notice",
        "Voting power",
    ]


def test_sections_that_are_empty_are_named_and_block_nothing() -> None:
    sections = look()["Sections"]
    assert sections.state is CheckState.OPEN
    assert sections.detail == (
        "3 of 8 are written; empty, and left out of what is posted: Summary, Arguments for, "
        "Arguments against, Cost, Links."
    )
    many = replace(DRAFT, sections=tuple(Section(name=str(n), text="") for n in range(9)))
    assert look(many)["Sections"].detail.endswith("0, 1, 2, 3, 4, 5 and 3 more.")
    full = replace(DRAFT, sections=(Section(name="", text="All."),))
    assert look(full)["Sections"].state is CheckState.DONE


@pytest.mark.parametrize("choices", [("Yes",), ("Yes", "No", "Perhaps")])
def test_a_temperature_check_has_two_choices_where_they_are_free(choices: tuple[str, ...]) -> None:
    found = look(replace(DRAFT, choices=choices), free())["Choices"]
    assert found.state is CheckState.MISSING
    assert found.detail == "A Temperature Check has exactly two choices: for and against."
    assert look(replace(DRAFT, choices=("Up", "Down")), free())["Choices"].state is CheckState.DONE


def test_a_consensus_check_names_the_choice_that_changes_nothing() -> None:
    found = look(refined_draft(DRAFT, BRAINTRUST, "Passed.", NOW))
    assert found["Choices"].detail == "2, as a single-choice vote; one is “Make no change”."
    assert "The question" not in found


def test_a_draft_without_a_thread_has_no_link_yet() -> None:
    assert look()["Discussion link"].state is CheckState.OPEN
    assert look(discussion="https://discord.com/1")["Discussion link"].state is CheckState.DONE


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "opens as soon as it is announced"),
        (1, "opens 1 business day after"),
        (2, "opens 2 business days after"),
    ],
)
def test_the_notice_is_said_in_words(days: int, words: str) -> None:
    temperature = replace(BRAINTRUST.temperature, notice_business_days=days)
    found = look(policy=replace(BRAINTRUST, temperature=temperature))
    assert words in found["Notice"].detail


def test_approvals_block_until_there_are_enough() -> None:
    none = look(needed=2)["Approvals"]
    assert none.state is CheckState.MISSING
    assert "submits it with /draft submit, then 2 other moderators approve" in none.detail
    one = look(needed=2, submitted_by=MARA, approved_by=(UserId(7),))["Approvals"]
    assert one.detail == "1 of 2 for revision 1: 2 other moderators approve it with /draft approve."
    two = look(needed=2, submitted_by=MARA, approved_by=(UserId(7), UserId(8)))["Approvals"]
    assert two.state is CheckState.DONE


def test_what_blocks_is_what_is_found() -> None:
    checks = tuple(look(replace(DRAFT, title="x"), needed=1).values())
    assert len(findings(checks)) == 2


def test_a_single_vote_asks_for_its_own_way_to_say_no() -> None:
    draft = first_draft(PROPOSAL, SINGLE_VOTE, "", MARA, NOW)
    assert look(draft, SINGLE_VOTE)["Choices"].detail == (
        "2, as a single-choice vote; one is “Against”."
    )
    assert "The question" not in look(draft, SINGLE_VOTE)
