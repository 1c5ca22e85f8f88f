"""The laws of rendered Markdown: whatever is in a stranger's text, only our markup is in a page."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import utf16_units
from cogs.cards.markdown import SMALLEST_PAGE, markdown_pages
from cogs.cards.pages import MOST_PAGES, REST

LAWS = settings(max_examples=200)
PAGE = 4_000

_FRAGMENTS = (
    "@everyone",
    "<@987654321987>",
    "<@&987654321987>",
    "<#987654321987>",
    "</idea new:123>",
    "<t:1:d>",
    "<:cat:987654321987>",
    "&lt;@987654321987&gt;",
    "&#64;everyone",
    "&#96;&#96;&#96;",
    "&#x202e;",
    "[text](https://evil.example)",
    "[text]()",
    "[",
    "](",
    "![alt `x`](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example",
    "[ref]: https://evil.example\n\n[ref]",
    "\n```\n",
    "\n````js\n",
    "\n~~~\n",
    "```",
    "``",
    "`",
    "**",
    "*",
    "_",
    "__",
    "~~",
    "||",
    "\n# ",
    "\n###### ",
    "\n-# small",
    "\n> ",
    "\n>>> all quoted",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n\n    code\n",
    "\n|a|b|\n|-|-|\n|c|`d`|\n",
    "|",
    "\n---\n",
    "\n===\n",
    "<b>bold</b>",
    "<!-- hidden -->",
    "\\",
    "\\`",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\u202e",
    "\u200b",
    "\ud800",
    "\u1fef\u1fef\u1fef",
    "e" + "\u0301" * 40,
    "👍" * 30,
    "x" * 300,
    "word ",
)
HOSTILE = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=8), max_size=40).map("".join)

_BLOCK = re.compile(r"```\n(?P<code>.*?)\n```", re.DOTALL)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_INLINE = re.compile(r"`[^`\n]+`")
_LIVE = re.compile(
    r"@everyone|@here|<|\]\(|\[|https?://|\|\||__|`|"
    r"^(?:> )?(?:▏ )*\s*(?:-#|>>>|[*+]\s|#{4,}\s)",
    re.MULTILINE,
)


def left_of(page: str) -> str:
    """Give a page without its code and without what is escaped: there all markup is live."""
    outside = _BLOCK.sub("", page)
    return _INLINE.sub("", _ESCAPE.sub("\ufffc", outside))


def words_of(page: str) -> str:
    """Give what a reader reads: without escapes, markers and space."""
    return re.sub(r"\s", "", _ESCAPE.sub(r"\1", page))


@LAWS
@given(text=HOSTILE)
def test_nothing_of_a_strangers_markup_is_live(text: str) -> None:
    for page in markdown_pages(text, PAGE):
        page.encode()  # no lone surrogate
        assert _LIVE.findall(left_of(page)) == []


@LAWS
@given(text=HOSTILE, limit=st.integers(SMALLEST_PAGE, 600))
def test_every_page_stands_by_itself(text: str, limit: int) -> None:
    made = markdown_pages(text, limit)
    assert 1 <= len(made) <= MOST_PAGES
    for page in made:
        assert page.strip()
        assert utf16_units(page) <= limit
        fences = [row for row in page.split("\n") if "```" in row]
        assert set(fences) <= {"```"}
        assert len(fences) % 2 == 0
        assert all(code["code"].strip() for code in _BLOCK.finditer(page))
        bare = left_of(page)
        assert bare.count("**") % 2 == 0
        assert bare.count("~~") % 2 == 0
        assert bare.replace("**", "").count("_") % 2 == 0
        assert _LIVE.findall(bare) == []


_PROSE = st.lists(st.text("abcdefghij ABC,;!?äöüß語\n", max_size=60), max_size=120).map("".join)


@LAWS
@given(text=_PROSE, limit=st.integers(500, PAGE))
def test_plain_text_is_shown_in_full(text: str, limit: int) -> None:
    shown = words_of("".join(markdown_pages(text, limit)))
    assert shown == (re.sub(r"\s", "", text) or "(notext)")


@pytest.mark.parametrize("unit", ["word ", "a long sentence, and a row.\n", "語", "Paragraph.\n\n"])
def test_a_plain_text_as_long_as_they_get_is_shown_in_full(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    made = markdown_pages(text, PAGE)
    assert words_of("".join(made)) == re.sub(r"\s", "", text)


@LAWS
@given(deep=st.integers(0, 40), opening=st.sampled_from([">", "- ", "1. ", "> - ", "- > "]))
def test_what_is_nested_deeply_is_not_hidden(deep: int, opening: str) -> None:
    assert "secret" in "".join(markdown_pages(opening * deep + "secret", PAGE))


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "[a](",
        "*a _b ",
        "`",
        "` ``",
        "~~a",
        "<a ",
        "&amp;",
        "> ",
        "- ",
        "- a\n",
        "|",
        "|a|b\n",
        "\\",
        "[a\n",
        "[a]: b\n",
        "a\n=\n",
        "e\u0301",
        "***a** ",
        "|a|b|\n|-|-|\n|x|\n",
        "\n",
    ],
)
def test_four_times_the_text_takes_about_four_times_as_long(unit: str) -> None:
    """However it is nested or left open: quadratic work would take sixteen times as long."""
    short, long = (unit * (size // len(unit)) for size in (20_000, 80_000))
    assert _seconds(long) < 10 * min(_seconds(short) for _ in range(2)) + 0.05


def _seconds(text: str) -> float:
    """Measure the processor's time, which others on the machine do not lengthen."""
    before = time.process_time()
    markdown_pages(text, PAGE)
    return time.process_time() - before


def test_a_megabyte_is_cut_and_the_last_page_says_so() -> None:
    assert markdown_pages("a word " * 150_000, PAGE)[-1].endswith(REST)
