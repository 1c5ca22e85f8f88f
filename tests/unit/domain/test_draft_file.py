"""A draft as a Markdown file: which headings are sections, and which files are refused."""

import pytest

from bot.domain.drafting.draft import Section
from bot.domain.drafting.file import UploadedFile, as_file, check_file, decoded, from_file
from bot.domain.errors import Refusal

SECTIONS = (
    Section(name="Summary", text="Short."),
    Section(name="Motivation", text=""),
    Section(name="Cost", text="None."),
)


def test_every_section_has_its_heading_also_an_empty_one() -> None:
    assert as_file(SECTIONS) == "## Summary\n\nShort.\n\n## Motivation\n\n## Cost\n\nNone.\n"


def test_a_heading_is_known_however_it_is_written() -> None:
    after, absent = from_file("##  MOTIVATION \r\n\r\nBecause.", SECTIONS)
    assert after == (SECTIONS[0], Section(name="Motivation", text="Because."), SECTIONS[2])
    assert absent == ("Summary", "Cost")


def test_a_heading_of_no_section_stays_in_the_text() -> None:
    after, _ = from_file("## Summary\nA\n## Risks\nB\n### Cost\nC", SECTIONS)
    assert after[0].text == "A\n## Risks\nB\n### Cost\nC"


def test_what_stands_before_the_first_heading_goes_first() -> None:
    after, _ = from_file("Hello.\n\n## Summary\n\nA", SECTIONS)
    assert after[0] == Section(name="", text="Hello.")
    assert after[1].text == "A"


def test_a_heading_twice_is_one_section() -> None:
    after, _ = from_file("## Cost\n1\n## Summary\n\n## Cost\n2", SECTIONS)
    assert [each.text for each in after] == ["", "", "1\n\n2"]


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("draft.docx", 10, "is a text file"),
        ("draft", 10, "is a text file"),
        ("draft.md.exe", 10, "is a text file"),
        ("draft.md", 400_001, "at most 400 kB"),
    ],
)
def test_a_file_that_is_no_draft_is_refused_unread(name: str, size: int, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        check_file(UploadedFile(name=name, size=size))
    check_file(UploadedFile(name="A.MD", size=400_000))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"caf\xe9", "no UTF-8 text .byte 3"),
        (b"a\x00b", "NUL"),
        (b"x" * 400_001, "larger than 400 kB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        decoded(content)


def test_a_mark_of_the_byte_order_is_no_text() -> None:
    assert decoded(b"\xef\xbb\xbfHello") == "Hello"
