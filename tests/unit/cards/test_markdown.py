"""A stranger's Markdown as Discord shows it."""

import pytest

from cogs.cards import markdown
from cogs.cards.markdown import MOST_CHARACTERS, markdown_pages
from cogs.cards.pages import MOST_PAGES, REST, Block, pages, row_width


def shown(text: str) -> str:
    [page] = markdown_pages(text, 4_000)
    return page


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Plain words.", "Plain words."),
        ("# One\n\n### Three\n\n##### Five", "# One\n\n### Three\n\n**Five**"),
        ("**bold** *italic* ~~struck~~ `code`", "**bold** _italic_ ~~struck~~ `code`"),
        ("***both*** and *one **in** other*", "**_both_** and _one_ **_in_** _other_"),
        ("**bold `code` on**", "**bold** `code` **on**"),
        ("`` a`b ``", "`a\u02cbb`"),
        ("- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("3. a\n4. b\n   more", "3. a\n4. b\n  more"),
        ("- a\n-\n- c", "- a\n-\n- c"),
        ("> a\n> > b", "> a\n\n> ▏ b"),
        ("a\n\n---\n\nb", "a\n\n──────────\n\nb"),
        ("```js\n<@1>\n```", "```\n<@1>\n```"),
        ("````\n```\n````", "```\n\u02cb\u02cb\u02cb\n```"),
        ("    indented", "```\nindented\n```"),
        ("```\n\n```", "(no text)"),
        ("", "(no text)"),
        ("- ```\n  x\n  ```", "-\n\n```\nx\n```"),
        ("[Read](https://example.org/a?b)", "Read \\(example.org\\)"),
        ("[Part](#part) [mail](mailto:a@b.c)", "Part mail \\(mailto\\)"),
        ("<https://example.org>", "https\\:\\/\\/example.org"),
        ("[x](http://[bad)", "x \\(%5Bbad\\)"),
        ("[x](javascript:alert)", "\\[x\\]\\(javascript\\:alert\\)"),
        ("![A chart](https://example.org/a.png)", "🖼 A chart \\(example.org\\)"),
        ("![](ipfs://Qm)", "🖼 \\(ipfs\\)"),
        ("<b>hi</b> <!-- x -->", "\\<b\\>hi\\<\\/b\\> \\<\\!\\-\\- x \\-\\-\\>"),
        ("|a|bb|\n|-|-|\n|ccc|`d`|", "```\na    bb\n───  ──\nccc  d\n```"),
        ("a &lt;@1&gt;", "a \\<\\@1\\>"),
    ],
)
def test_each_construct_has_its_form(text: str, page: str) -> None:
    assert shown(text) == page


def test_a_wide_table_is_told_cell_by_cell() -> None:
    long = "a long sentence about what all of the money is for"
    table = f"|what|why|\n|-|-|\n|tools|{long}|\n|rent||\n"
    assert shown(table) == f"- **what\\:** tools\n  **why\\:** {long}\n- **what\\:** rent"


def test_a_wide_table_of_names_alone_shows_the_names() -> None:
    assert shown(f"|{'a' * 70}|b|\n|-|-|\n").replace("\n", "") == f"- {'a' * 70}  b"


def test_a_host_that_deceives_is_shown_as_it_is() -> None:
    assert shown("[x](https://good.example@evil.example)").endswith("\\(evil.example\\)")
    assert shown("[x](https://g\u043e\u043ed.example)").startswith("x \\(xn\\-\\-")


def test_an_address_that_nobody_can_read_says_so() -> None:
    assert markdown._host("http://[") == "an address that nobody can read"


def test_code_that_is_torn_is_opened_again() -> None:
    code = "\n".join(f"row {number}" for number in range(100))
    made = markdown_pages(f"```\n{code}\n```", 400)
    assert len(made) > 1
    assert all(page.startswith("```\n") and page.endswith("\n```") for page in made)
    assert "\n".join(page[4:-4] for page in made) == code


def test_a_block_is_not_torn_when_the_page_is_nearly_full() -> None:
    first, second = "a " * 170, "b " * 100
    made = markdown_pages(f"{first}\n\n{second}", 400)
    assert [{*page.split()} for page in made] == [{"a"}, {"b"}]


def test_a_text_that_is_too_long_says_so_on_its_last_page() -> None:
    made = markdown_pages("word " * MOST_CHARACTERS, 4_000)
    assert made[-1].endswith(REST)
    assert not any(REST in page for page in made[:-1])


def test_there_are_only_so_many_pages() -> None:
    made = markdown_pages("word " * 10_000, 300)
    assert len(made) == MOST_PAGES
    assert made[-1].endswith(REST)
    assert all(len(page) <= 300 for page in made)


def test_the_note_gets_a_page_of_its_own_where_the_last_is_full() -> None:
    row = "x" * row_width(300)
    full = Block(rows=(row, "y" * (300 - len(row) - 3)))
    assert pages([full], 300, is_cut=True) == ("\n".join(full.rows), REST)


def test_what_the_parser_would_leave_out_is_shown_as_text() -> None:
    assert shown("> " * 30 + "secret").endswith("secret")


def test_invisible_characters_and_endless_marks_are_gone() -> None:
    assert shown("a\u202eb\u200bc &#x202e;" + "e" + "\u0301" * 40).startswith("abc é")
