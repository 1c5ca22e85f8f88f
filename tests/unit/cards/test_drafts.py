"""How a draft is read: page by page, with what it lacks, its revisions, and what changed."""

from dataclasses import replace

import discord
import pytest

from bot.domain.drafting.checklist import NO_LIMITS, Around, DraftView, checklist
from bot.domain.drafting.draft import Section, first_draft
from bot.domain.drafting.review import Review, ReviewAct, ReviewFact, review
from bot.domain.lifecycle import Phase
from bot.domain.policy import BRAINTRUST
from bot.domain.proposal import Idea
from bot.domain.types import UnixSeconds, UserId
from cogs.cards.drafts.difference import NOTHING
from cogs.cards.drafts.draft import compared, draft_page, draft_pages, page_buttons, revision_list
from cogs.cards.drafts.parts import part_options
from tests import builders
from tests.builders import MARA

START = UnixSeconds(1_790_000_000)
PROPOSAL = builders.proposal(
    phase=Phase.TEMPERATURE_DRAFT, idea=Idea(problem="Because.", change="8 %.")
)
POLICY = replace(BRAINTRUST, approvers=1)
DRAFT = first_draft(PROPOSAL, BRAINTRUST, "https://discord.com/1", MARA, START)
SUBMITTED = ReviewFact(revision=1, user_id=MARA, act=ReviewAct.SUBMITTED, at=START)


def view_of(*facts: ReviewFact, needed: int = 0, **changes: object) -> DraftView:
    draft = replace(DRAFT, **changes)  # type: ignore[arg-type] # from keywords
    stands = review(draft, facts, replace(POLICY, approvers=needed))
    around = Around(
        policy=BRAINTRUST, limits=NO_LIMITS, discussion="https://discord.com/1", review=stands
    )
    return DraftView(
        proposal=PROPOSAL,
        draft=draft,
        policy=BRAINTRUST,
        limits=NO_LIMITS,
        review=stands,
        checks=checklist(draft, around),
        opens_at=START,
    )


def fields(embed: discord.Embed) -> dict[str | None, str]:
    return {field.name: (field.value or "").replace("\\", "") for field in embed.fields}


def page(view: DraftView, number: int = 1) -> discord.Embed:
    return draft_page(view, draft_pages(view.draft), number)


def test_a_draft_is_rendered_with_its_choices_and_what_was_checked() -> None:
    embed = page(view_of())
    assert embed.title == "Draft · \\[Temperature Check\\] \\- Lower the marketplace fee"
    assert embed.description is not None
    assert "Revision 1, edited by <@1> <t:1790000000:R>" in embed.description
    assert "## Motivation" in embed.description
    shown = fields(embed)
    assert shown["Choices · single-choice"] == "1. Yes\n2. No"
    assert "○ Sections: 3 of 8 are written; empty, and left out" in shown["Checked"]
    assert "✔ Title: 47 of 256 characters." in shown["Checked"]
    assert "✔ The question: It reads as a neutral question." in shown["Checked"]
    assert "○ Notice: The vote opens 2 business days after it is announced." in shown["Checked"]
    assert "○ Voting power: Counted at the block in which the vote opens" in shown["Checked"]
    assert "`/proposal publish`" in shown["Next"]
    assert "To be put right first" not in shown


def test_what_keeps_it_from_being_published_comes_first() -> None:
    shown = fields(page(view_of(title="No prefix", choices=("Yes", "Yes"))))
    assert "✖ Title: The title has to begin with" in shown["To be put right first"]
    assert "✖ Choices: Two choices read the same." in shown["To be put right first"]
    assert "`/draft edit`" in shown["Next"]


def test_a_question_that_leads_is_advised_against_and_blocks_nothing() -> None:
    sections = DRAFT.with_section("The question", "We should finally do it.")
    view = view_of(sections=sections)
    assert view.findings == ()
    assert "○ The question: It should end in a question mark." in fields(page(view))["Checked"]


def test_a_review_says_what_comes_next() -> None:
    begun = fields(page(view_of(needed=1)))
    assert "/draft submit" in begun["Next"]
    submitted = fields(page(view_of(SUBMITTED, needed=1)))
    assert "/draft approve" in submitted["Next"]
    assert submitted["Review of revision 1"] == "✔ submitted by <@1>"
    approved = ReviewFact(revision=1, user_id=UserId(2), act=ReviewAct.APPROVED, at=START)
    done = fields(page(view_of(SUBMITTED, approved, needed=1)))
    assert "✔ Approvals: 1 of 1 for revision 1." in done["Checked"]
    assert "✔ approved by <@2>" in done["Review of revision 1"]
    void = fields(page(view_of(SUBMITTED, approved, needed=1, revision=2)))
    assert void["Review of revision 2"] == (
        "✖ the approval by <@2> of revision 1 is void: the draft was changed after it"
    )


def test_a_draft_that_is_not_worked_on_sends_people_to_where_it_stands() -> None:
    view = replace(view_of(), proposal=replace(PROPOSAL, phase=Phase.TEMPERATURE_CHECK))
    assert "`/proposal show`" in fields(page(view))["Next"]


def test_pages_know_their_revision_and_lead_to_their_neighbours() -> None:
    view = view_of(sections=(Section(name="", text="Words in a row.\n\n" * 400),), revision=7)
    pages = draft_pages(view.draft)
    assert len(pages) > 2
    ids = [button.custom_id for button in page_buttons(view, len(pages), 2)]
    assert ids == ["proposal:1:page:temperature:7:1", "proposal:1:page:temperature:7:3"]
    assert len(page_buttons(view, len(pages), 1)) == 1
    assert len(page_buttons(view, len(pages), len(pages))) == 1
    second = draft_page(view, pages, 2)
    assert second.description is not None
    assert f"page 2 of {len(pages)}" in second.description
    assert second.description.endswith(pages[1])
    assert "Checked" not in fields(second)
    beyond, last = draft_page(view, pages, 99), draft_page(view, pages, len(pages))
    assert beyond.description == last.description


@pytest.mark.parametrize(
    "text", ["```\n" + "x\n" * 5_000, "[a](b)" * 3_000, "#" * 9_000, "> " * 999]
)
def test_whatever_is_in_a_draft_no_page_loses_a_word_of_it(text: str) -> None:
    view = view_of(
        SUBMITTED,
        needed=2,
        title="t" * 9_000,
        sections=(Section(name="", text=text),),
        choices=("c" * 999,) * 99,
    )
    pages = draft_pages(view.draft)
    for number in (1, len(pages)):
        embed = draft_page(view, pages, number)
        assert len(embed) <= 6_000
        assert embed.description is not None
        assert embed.description.endswith(pages[number - 1])
        assert all(len(field.value or "") <= 1_024 for field in embed.fields)


def test_the_menu_offers_every_part_with_its_length() -> None:
    options = part_options(view_of())
    assert [each.label for each in options[:3]] == ["Title", "Summary", "Motivation"]
    assert options[1].description == "○ empty: left out of what is posted"
    assert options[2].description == "8 characters"
    assert options[-1].value == "section:Discussion"
    many = tuple(Section(name=f"{n} " + "x" * 200, text="") for n in range(40))
    crowded = part_options(view_of(sections=many))
    assert len(crowded) == 25
    assert len({each.value for each in crowded}) == 25
    assert all(len(each.value) <= 100 and len(each.label) <= 100 for each in crowded)


def test_a_list_of_revisions_says_who_changed_what_and_when() -> None:
    embed = revision_list([replace(DRAFT, revision=2, change="Cost"), DRAFT], "BTRST-1", (1, 3))
    assert embed.title == "Revisions of BTRST\\-1 · page 1 of 3"
    assert embed.description == (
        "**2** · <t:1790000000:f> · <@1>: Cost\n"
        "**1** · <t:1790000000:f> · <@1>: written from the idea"
    )
    assert revision_list([], "BTRST-1").description == "There is no such revision."


def test_a_difference_is_shown_row_by_row() -> None:
    embed = compared("revision 1 → revision 2", "BTRST-1", "The fee is 10 %.", "The fee is 8 %.")
    assert embed.description is not None
    assert "- The fee is ⟦10⟧ %." in embed.description
    assert "+ The fee is ⟦8⟧ %." in embed.description
    assert compared("x", "BTRST-1", "a", "a").description == NOTHING


def test_a_review_of_nothing_needs_no_words() -> None:
    assert Review(needed=0, revision=1).is_approved
