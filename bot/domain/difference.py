"""The difference between two texts, line by line, in bounded time."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import pairwise
from typing import Literal

CONTEXT = 2  # unchanged lines shown before and after a change
_MOST_LINES = 2_000  # that differ, on either side; with more, all of them are one change
_MOST_COMPARISONS = 600_000  # of words with words, in all lines together; then no more are marked
_ALIKE = 0.5  # from here on, one line is taken for a changed form of another
_WORD = re.compile(r"[^ ]+ *| +")

Kind = Literal["same", "removed", "added"]
Stretch = tuple[int, int]  # where it begins in a line, and where it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLine:
    """One line, and what in it changed if it was changed a little (else nothing is marked)."""

    kind: Kind
    text: str
    changed: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Changed lines that stand together, with the lines around them."""

    lines: tuple[DifferenceLine, ...]
    hidden: int  # unchanged lines left out between the hunk before and this one
    old_start: int  # the number of its first line in the old text, from 1
    new_start: int


def compare(old: str, new: str) -> tuple[DifferenceLine, ...]:
    """Give each line of both: without the added ones they are `old`, without the removed `new`.

    Only a newline ends a line. The search is quadratic at worst; so where more differs than anybody
    compares by eye, all that was is given as removed and all that is as added.
    """
    before, after = old.split("\n"), new.split("\n")
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    middle = before[start : len(before) - end], after[start : len(after) - end]
    return (
        *_all("same", before[:start]),
        *_with_words_marked(list(_changes(*middle))),
        *_all("same", before[len(before) - end :]),
    )


def hunks(lines: Sequence[DifferenceLine], context: int = CONTEXT) -> tuple[Hunk, ...]:
    """Give what changed, each with `context` unchanged lines around it; nothing if nothing did."""
    changed = [number for number, line in enumerate(lines) if line.kind != "same"]
    if not changed:
        return ()
    gaps = [(one, next_) for one, next_ in pairwise(changed) if next_ - one > 2 * context + 1]
    starts = [changed[0], *(next_ for _, next_ in gaps)]
    ends = [*(one for one, _ in gaps), changed[-1]]
    found: list[Hunk] = []
    shown = old_number = new_number = 0
    for first, last in zip(starts, ends, strict=True):
        start, end = max(first - context, 0), last + context + 1
        found.append(
            Hunk(
                lines=tuple(lines[start:end]),
                hidden=start - shown,
                old_start=old_number + start - shown + 1,
                new_start=new_number + start - shown + 1,
            )
        )
        kinds = Counter(line.kind for line in found[-1].lines)
        old_number += start - shown + kinds["same"] + kinds["removed"]
        new_number += start - shown + kinds["same"] + kinds["added"]
        shown = end
    return tuple(found)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the equal lines at the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _all(kind: Kind, lines: Sequence[str]) -> Iterator[DifferenceLine]:
    return (DifferenceLine(kind=kind, text=text) for text in lines)


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[DifferenceLine]:
    blocks = [Match(len(before), len(after), 0)]
    if max(len(before), len(after)) <= _MOST_LINES:
        blocks = SequenceMatcher(None, before, after).get_matching_blocks()
    old_end = new_end = 0
    for old_start, new_start, size in blocks:
        yield from _all("removed", before[old_end:old_start])
        yield from _all("added", after[new_end:new_start])
        old_end, new_end = old_start + size, new_start + size
        yield from _all("same", before[old_start:old_end])


def _with_words_marked(lines: list[DifferenceLine]) -> list[DifferenceLine]:
    """Mark the words that changed where as many lines were removed as were added in their place."""
    left = _MOST_COMPARISONS
    number = 0
    while number < len(lines):
        removed = _run(lines, number, "removed")
        added = _run(lines, number + removed, "added")
        for one in range(number, number + removed if removed == added else number):
            other = one + removed
            left -= (lines[one].text.count(" ") + 1) * (lines[other].text.count(" ") + 1)
            if left < 0:
                return lines
            lines[one], lines[other] = _marked(lines[one], lines[other])
        number += max(removed + added, 1)
    return lines


def _run(lines: Sequence[DifferenceLine], start: int, kind: Kind) -> int:
    end = start
    while end < len(lines) and lines[end].kind == kind:
        end += 1
    return end - start


def _marked(
    removed: DifferenceLine, added: DifferenceLine
) -> tuple[DifferenceLine, DifferenceLine]:
    old, new = _WORD.findall(removed.text), _WORD.findall(added.text)
    matcher = SequenceMatcher(None, old, new)
    if matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return removed, added
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        DifferenceLine(
            kind="removed",
            text=removed.text,
            changed=_stretches(old, [(start, end) for _, start, end, _, _ in changes]),
        ),
        DifferenceLine(
            kind="added",
            text=added.text,
            changed=_stretches(new, [(start, end) for _, _, _, start, end in changes]),
        ),
    )


def _stretches(words: Sequence[str], runs: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Turn runs of words into stretches of the line, without the space that ends them."""
    found = []
    for start, end in runs:
        begin, text = len("".join(words[:start])), "".join(words[start:end]).rstrip()
        if text:
            found.append((begin, begin + len(text)))
    return tuple(found)
