"""The laws of a draft as a file: nothing is lost on the way out or on the way in."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafting.draft import QUESTION, Draft, Section, first_draft
from bot.domain.drafting.file import as_file, decoded, from_file
from bot.domain.drafting.question import doubts
from bot.domain.drafting.revision import Quotation, quoted_in, written
from bot.domain.policy import BRAINTRUST, SECTIONS
from bot.domain.types import UnixSeconds
from cogs.cards.markdown import markdown_pages
from tests import builders
from tests.builders import MARA

DRAFT = first_draft(builders.proposal(), BRAINTRUST, "https://discord.com/1", MARA, UnixSeconds(1))
_ROWS = st.sampled_from(
    [
        "## Motivation",
        "##  motivation  ",
        "\\## Motivation",
        "\\\\##\tMotivation",
        "## Something else",
        "# Summary",
        "##",
        "",
        " ",
        "\r",
        "\ufeff",
        "\x00",
        "```",
        "\u2028",
        "---",
    ]
)
TEXTS = st.lists(_ROWS | st.text(max_size=12), max_size=8).map("\n".join).map(written)
NAMES = st.lists(st.sampled_from([*SECTIONS, QUESTION]), unique=True, max_size=8)


@st.composite
def sections(draw: st.DrawFn) -> tuple[Section, ...]:
    """Make sections as drafts hold them; one without a name can only be the first."""
    names = [*draw(st.sampled_from([[], [""]])), *draw(NAMES)]
    return tuple(Section(name=name, text=draw(TEXTS)) for name in names)


@given(sections())
def test_a_file_that_is_downloaded_and_uploaded_changes_nothing(
    before: tuple[Section, ...],
) -> None:
    text = decoded(as_file(before).encode())
    assert from_file(text, before) == (before, ())


@given(sections(), st.lists(_ROWS | st.text(max_size=12), max_size=12).map("\n".join))
def test_whatever_file_is_uploaded_its_words_are_in_the_draft(
    before: tuple[Section, ...], text: str
) -> None:
    after, absent = from_file(text, before)
    kept = "".join(each.text for each in after if each.name not in absent)
    names = {" ".join(each.name.split()).casefold() for each in before}
    for row in written(text).split("\n"):
        bare = row.lstrip("\\")
        is_heading = " ".join(bare[2:].split()).casefold() in names and bare.startswith("##")
        assert is_heading or row.strip() in kept
    assert [each.name for each in after if each.name] == [each.name for each in before if each.name]


@given(sections(), st.text(max_size=400))
def test_a_section_that_is_written_leaves_the_others_alone(
    before: tuple[Section, ...], text: str
) -> None:
    draft = replace(DRAFT, sections=before)
    after = replace(draft, sections=draft.with_section("Cost", written(text)))
    assert after.section("Cost") == written(text)
    assert [s for s in after.sections if s.name != "Cost"] == [
        s for s in before if s.name != "Cost"
    ]


@given(st.text(max_size=2_000), st.text(max_size=200))
def test_a_quotation_is_bounded_and_rendered_as_words(text: str, name: str) -> None:
    quotation = Quotation(author_name=name, text=text, address="https://discord.com/channels/1/2/3")
    draft: Draft = replace(DRAFT, sections=quoted_in(DRAFT, quotation))
    quoted = draft.section("Discussion")
    assert len(quoted) <= 4_500
    shown = "\n".join(markdown_pages(quoted, 4_000))
    assert "](" not in shown.replace("\\](", "").replace("\\]\\(", "")


@given(st.text(max_size=300))
def test_a_doubt_never_fails_and_asks_for_a_question_mark(text: str) -> None:
    found = doubts(text)
    assert "?" in text or found
