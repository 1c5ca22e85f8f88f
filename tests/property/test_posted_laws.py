"""The law of a text on Snapshot: as a draft it reads the same, to the letter."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafting.draft import Draft, Section, first_draft
from bot.domain.drafting.posted import VoteText, redrafted
from bot.domain.drafting.revision import written
from bot.domain.policy import BRAINTRUST, SECTIONS
from bot.domain.types import UnixSeconds
from tests import builders
from tests.builders import MARA

DRAFT = first_draft(builders.proposal(), BRAINTRUST, "https://discord.com/1", MARA, UnixSeconds(1))
_ROWS = st.sampled_from(
    ["## Motivation", "\\## Motivation", "##  summary ", "---", "", " ", "```", DRAFT.credit]
)
TEXTS = st.lists(_ROWS | st.text(max_size=12), max_size=10).map("\n".join).map(written)
NAMES = st.lists(st.sampled_from(SECTIONS), unique=True, max_size=4)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    names = [*draw(st.sampled_from([[], [""]])), *draw(NAMES)]
    sections = tuple(Section(name=name, text=draw(TEXTS)) for name in names)
    return replace(DRAFT, sections=sections, credit=draw(st.sampled_from(["", DRAFT.credit])))


@given(drafts(), TEXTS, st.sampled_from(["", f"\n\n---\n\n{DRAFT.credit}"]))
def test_a_draft_made_of_a_text_reads_like_the_text(before: Draft, body: str, tail: str) -> None:
    body += tail
    text = VoteText(title="Title", body=body, choices=("Yes", "No"))
    after = redrafted(before, text)
    assert after.body == body.strip()
    assert (after.title, after.choices) == (text.title, text.choices)


@given(drafts())
def test_an_unchanged_text_changes_no_section(before: Draft) -> None:
    whole = VoteText(title=before.title, body=before.body, choices=before.choices)
    after = redrafted(before, whole)
    assert after.body == before.body.strip()
    assert redrafted(after, whole) == after
