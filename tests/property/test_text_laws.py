"""The laws of the sanitiser: whatever a stranger writes, it is only text, short, and soon done."""

import re
import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import bare, clean, line, plain, utf16_units

LAWS = settings(max_examples=100)

_FRAGMENTS = (
    "@everyone",
    "@here",
    "<@123>",
    "<@!123>",
    "<@&123>",
    "<#123>",
    "</idea new:123>",
    "<id:customize>",
    "<t:1:R>",
    "<:cat:123456789012345678>",
    "<a:cat:123456789012345678>",
    "[text](https://evil.example)",
    "[text](<https://evil.example>)",
    "https://evil.example",
    "<https://evil.example>",
    "```",
    "`",
    "**",
    "__",
    "~~",
    "||",
    "\n# heading",
    "\n-# small",
    "\n> quote",
    "\n>>> all quoted",
    "\n- item",
    "\n* item",
    "\n1. item",
    "\n  22. item",
    "\\",
    "\\\\",
    "\u202e",
    "\u200b",
    "\u3164",
    "\ud800",
    "e" + "\u0301" * 40,
    "\u0344" * 9,
    "\u1fef\u1fef\u1fef",  # composes to a backtick
    "\r",
    "\r\n",
    "\t",
    "\x00",
    "\u2028",
    "👍",
    "\n" * 9,
    " " * 40,
    "word ",
)
HOSTILE = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=12), max_size=40).map("".join)
LIMITS = st.integers(0, 400)
Maker = Callable[[str, int], str]
ESCAPED: list[Maker] = [plain, line]

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")  # what Discord takes for an escape
_LIVE = re.compile(
    r"<(?:@[!&]?|#|/|id:|t:|a?:\w+:|https?:)[^>]*>|@everyone|@here|\[[^\]]*\]\(|https?://|"
    r"[`*_~|]|^\s*(?:#{1,3}|-#|>|>>>|[-*]|\d+\.)\s",
    re.MULTILINE,
)


def live_markup(text: str) -> list[str]:
    """Find what Discord would make more of than text."""
    return [match.group() for match in _LIVE.finditer(_ESCAPE.sub("\ufffc", text))]


@pytest.mark.parametrize("make", [plain, line, bare])
@LAWS
@given(text=HOSTILE, limit=LIMITS)
def test_the_limit_is_kept_however_discord_counts(make: Maker, text: str, limit: int) -> None:
    made = make(text, limit)
    assert len(made) <= utf16_units(made) <= limit


@pytest.mark.parametrize("fragment", _FRAGMENTS[:27])
def test_the_detector_knows_live_markup_when_it_sees_it(fragment: str) -> None:
    assert live_markup(fragment + " x") != []


@pytest.mark.parametrize("make", ESCAPED)
@LAWS
@given(text=HOSTILE, limit=LIMITS)
def test_nothing_in_it_is_more_than_text(make: Maker, text: str, limit: int) -> None:
    assert live_markup(make(text, limit)) == []


@pytest.mark.parametrize("make", ESCAPED)
@LAWS
@given(text=HOSTILE, limit=LIMITS)
def test_what_was_made_safe_once_is_safe_when_made_safe_again(
    make: Maker, text: str, limit: int
) -> None:
    again = make(make(text, limit), limit)
    assert utf16_units(again) <= limit
    assert live_markup(again) == []


@LAWS
@given(text=HOSTILE)
def test_a_text_that_fits_is_shown_whole(text: str) -> None:
    shown = _ESCAPE.sub(r"\1", plain(text, 100_000))
    assert shown == clean(text, 100_000).strip()


@LAWS
@given(text=HOSTILE)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text, 100_000)
    assert clean(cleaned, 100_000) == cleaned


@LAWS
@given(text=HOSTILE)
def test_only_what_can_be_seen_is_left(text: str) -> None:
    cleaned = clean(text, 100_000)
    cleaned.encode()  # no lone surrogate
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [c for c in cleaned if c != "\n" and unicodedata.category(c) in hidden]
    assert "\n\n\n" not in cleaned
    assert re.search(r"[\u0300-\u036f]{5}", cleaned) is None


@pytest.mark.parametrize("make", [line, bare])
@LAWS
@given(text=HOSTILE, limit=LIMITS)
def test_a_line_is_one_line(make: Maker, text: str, limit: int) -> None:
    assert len(make(text, limit).splitlines()) <= 1


@pytest.mark.parametrize("make", [plain, line, bare])
@LAWS
@given(text=HOSTILE, limit=st.integers(1, 400))
def test_what_is_left_out_is_told_by_an_ellipsis(make: Maker, text: str, limit: int) -> None:
    made = make(text, limit)
    whole = make(text, 100_000)
    assert made == whole or made.endswith("…")


def calls_made(action: Callable[[], object]) -> int:
    """Count the calls of functions, Python's and C's: a measure of work that no load changes."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "unit", ["[", "[a](b", "`", "_", "e\u0301\u0323", "\u0301", "<@1>", "\n", " ", "a. ", "1"]
)
def test_the_work_grows_no_faster_than_the_text(unit: str) -> None:
    short, long = unit * (4_000 // len(unit)), unit * (16_000 // len(unit))
    few = calls_made(lambda: plain(short, 100_000))
    many = calls_made(lambda: plain(long, 100_000))
    assert many <= 5 * few + 1_000


@pytest.mark.parametrize("unit", ["[", "e\u0301", "<@1>", "\n", "a "])
def test_of_a_huge_text_only_the_part_that_can_be_shown_is_looked_at(unit: str) -> None:
    large, huge = unit * (100_000 // len(unit)), unit * (1_000_000 // len(unit))
    assert calls_made(lambda: plain(huge, 500)) <= calls_made(lambda: plain(large, 500)) + 10


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("a fee of 8 %", 40, "a fee of 8 %"),
        ("the quick brown fox", 12, "the quick…"),
        ("the quick brown", 10, "the quick…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("*" * 50, 6, "\\*\\*…"),
        ("", 10, ""),
        ("anything", 0, ""),
        ("1. first\n2. second", 40, "1\\. first\n2\\. second"),
        ("cafe\u0301 au lait", 5, "café…"),
        ("abcx\u0331y", 5, "abc…"),
    ],
)
def test_a_cut_falls_on_a_word_or_at_least_on_a_character(
    text: str, limit: int, shown: str
) -> None:
    assert plain(text, limit) == shown
