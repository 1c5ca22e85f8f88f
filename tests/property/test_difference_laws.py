"""The laws of differences: nothing is lost in them, and no pair of texts takes long to compare."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.difference import CONTEXT, compare, hunks
from bot.domain.text import utf16_units
from cogs.cards.drafts.difference import NOTHING, difference_block, unified

LAWS = settings(max_examples=200)
_LINES = ("", "a", "b", "the fee is 10 %", "the fee is 8 %", "```", "``` x ```", "@everyone", "\r")
_LINE = st.sampled_from(_LINES) | st.text(max_size=30)
TEXT = st.lists(_LINE, max_size=25).map("\n".join)
LONG = st.lists(st.sampled_from(_LINES) | st.just("👍x`" * 300), max_size=60).map("\n".join)


@LAWS
@given(old=TEXT, new=TEXT)
def test_both_texts_can_be_told_from_their_difference(old: str, new: str) -> None:
    lines = compare(old, new)
    assert "\n".join(line.text for line in lines if line.kind != "added") == old
    assert "\n".join(line.text for line in lines if line.kind != "removed") == new


@LAWS
@given(text=TEXT)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert hunks(compare(text, text)) == ()
    assert difference_block(text, text, 1_000) == NOTHING


@LAWS
@given(old=TEXT, new=TEXT)
def test_every_change_is_in_a_hunk_and_what_is_hidden_is_counted(old: str, new: str) -> None:
    lines = compare(old, new)
    before, after, rest = old.split("\n"), new.split("\n"), list(lines)
    for hunk in hunks(lines):
        assert all(line.kind == "same" for line in rest[: hunk.hidden])
        shown = rest[hunk.hidden :][: len(hunk.lines)]
        assert shown == list(hunk.lines)
        rest = rest[hunk.hidden + len(hunk.lines) :]
        removed = [line.text for line in shown if line.kind != "added"]
        added = [line.text for line in shown if line.kind != "removed"]
        assert before[hunk.old_start - 1 :][: len(removed)] == removed
        assert after[hunk.new_start - 1 :][: len(added)] == added
        kinds = "".join(line.kind[0] for line in shown)
        assert "s" * (2 * CONTEXT + 2) not in kinds
    assert all(line.kind == "same" for line in rest)


@LAWS
@given(old=TEXT, new=TEXT)
def test_what_is_marked_is_in_the_line_and_is_words(old: str, new: str) -> None:
    for line in compare(old, new):
        assert line.kind != "same" or not line.changed
        ends = [0, *(end for stretch in line.changed for end in stretch)]
        assert ends == sorted(ends)
        assert ends[-1] <= len(line.text)
        assert all(line.text[start:end].strip() for start, end in line.changed)


@LAWS
@given(old=TEXT | LONG, new=TEXT | LONG, units=st.integers(300, 1_000))
def test_a_block_fits_and_cannot_be_broken_out_of(old: str, new: str, units: int) -> None:
    block = difference_block(old, new, units)
    assert utf16_units(block) <= units
    if old == new:
        return
    block.encode()  # no lone surrogate
    body, note = re.fullmatch(r"```diff\n(.*)\n```(?:\n(… .*))?", block, re.DOTALL).groups()  # type: ignore[union-attr] # a failed match fails the test
    assert "```" not in body
    assert note is None or "in the file" in note
    assert any(row.startswith(("+", "-")) for row in body.split("\n"))


@LAWS
@given(old=TEXT, new=TEXT)
def test_a_file_has_every_change(old: str, new: str) -> None:
    said = unified(old, new, "revision 1", "revision 2").split("\n")[2:]
    changed = [line for line in compare(old, new) if line.kind != "same"]
    for sign, kind in (("-", "removed"), ("+", "added")):
        wanted = [sign + line.text for line in changed if line.kind == kind]
        assert [row for row in said if row.startswith(sign)] == wanted


def _random_lines(count: int, kinds: int, seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - no secret
    return "\n".join(str(chance.randrange(kinds)) for _ in range(count))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(
            (_random_lines(1_999, kinds, 1), _random_lines(1_999, kinds, 2))
            for kinds in (2, 250, 999)
        ),
        (_random_lines(140, 3, 1), _random_lines(140, 3, 2)),
        ("\n" * 100_000, "a\n" * 50_000),
        ("x" * 100_000, "y" * 100_000),
        ("a " * 50_000, "a b " * 25_000),
        ("\n".join(["a b " * 90] * 250), "\n".join(["b a a " * 60] * 250)),
        ("ab\ncd\n" * 990, "cd\nab\n" * 990),
    ],
    ids=range(9),
)
def test_hostile_texts_are_soon_compared(old: str, new: str) -> None:
    before = time.process_time()
    block = difference_block(old, new, 4_000)
    assert time.process_time() - before < 2  # on a quiet machine the worst takes 0.5
    assert block.startswith("```diff\n")
