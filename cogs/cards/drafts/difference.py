"""What changed between two texts: a few rows in an embed, all of it in a file."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.domain.difference import DifferenceLine, Hunk, Kind, compare, hunks
from bot.domain.text import ELLIPSIS, utf16_units
from cogs.cards.markup import many
from cogs.cards.spans import code_text

NOTHING = "Nothing: both texts are the same, letter by letter."
_OPENING, _CLOSING = "```diff\n", "\n```"
_NOTE_ROOM = 80  # units for the row that says how much is not shown
_CHANGED, _UNTIL = (
    "⟦",
    "⟧",
)  # around words: colour alone would not say it, and not every client has any
_LEFT_AROUND = 30  # characters of what is the same, on either side of a changed word
_ROW_LIMIT = 300  # characters of a line
_FILE_CONTEXT = 3


def difference_block(old: str, new: str, units: int) -> str:
    """Show what changed as a block of code in at most `units` UTF-16 units (300 or more).

    Removed rows begin with a minus, added ones with a plus; words that changed within a row stand
    between `⟦` and `⟧`. What does not fit is left out from the end, and counted below the block.
    """
    found = hunks(compare(old, new))
    if not found:
        return NOTHING
    room = units - len(_OPENING) - len(_CLOSING) - _NOTE_ROOM
    width = min(_ROW_LIMIT, room // 8)  # the first change is shown, and what is around it
    rows: list[str] = []
    kept = 0
    for number, hunk in enumerate(found):
        for row in _rows(hunk, width):
            room -= utf16_units(row) + 1
            if room < 0:
                # What does not fit is left out whole; but a part of the first change says more.
                return _block(rows[:kept] or rows, _note(len(found) - number, number))
            rows.append(row)
        kept = len(rows)
    return _block(rows)


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """Write everything that changed in the unified format, for a file."""
    rows = [f"--- {old_name}", f"+++ {new_name}"]
    for hunk in hunks(compare(old, new), _FILE_CONTEXT):
        old_count = sum(each.kind != "added" for each in hunk.lines)
        new_count = sum(each.kind != "removed" for each in hunk.lines)
        rows.append(f"@@ -{hunk.old_start},{old_count} +{hunk.new_start},{new_count} @@")
        rows += [_sign(each.kind) + each.text for each in hunk.lines]
    return "\n".join(rows) + "\n"


def _block(rows: Sequence[str], note: str = "") -> str:
    return _OPENING + "\n".join(rows) + _CLOSING + (f"\n{note}" if note else "")


def _note(left: int, shown: int) -> str:
    if shown:
        return f"{ELLIPSIS} {many(left, 'more change')}, in the file"
    more = f", and {many(left - 1, 'more change')}" if left > 1 else ""
    return f"{ELLIPSIS} the rest of this change{more}, in the file"


def _rows(hunk: Hunk, width: int) -> Iterator[str]:
    if hunk.hidden:
        yield f"  {ELLIPSIS} {many(hunk.hidden, 'unchanged line')}"
    for line in hunk.lines:
        sign = f"{_sign(line.kind)} "
        yield (sign + code_text(_cut(_shortened(line), width))).rstrip()


def _sign(kind: Kind) -> str:
    match kind:
        case "same":
            return " "
        case "removed":
            return "-"
        case "added":
            return "+"
        case _:
            assert_never(kind)


def _shortened(line: DifferenceLine) -> str:
    """Mark what changed in a line; of what stayed the same show only what is around it."""
    parts: list[str] = []
    end = 0
    for start, until in line.changed:
        parts.append(_around(line.text[end:start], is_first=end == 0))
        parts.append(f"{_CHANGED}{line.text[start:until]}{_UNTIL}")
        end = until
    rest = line.text[end:]
    is_long = bool(parts) and len(rest) > _LEFT_AROUND
    return "".join([*parts, rest[:_LEFT_AROUND] + ELLIPSIS if is_long else rest])


def _around(same: str, *, is_first: bool) -> str:
    if len(same) <= 2 * _LEFT_AROUND:
        return same
    before = "" if is_first else same[:_LEFT_AROUND]
    return before + ELLIPSIS + same[-_LEFT_AROUND:]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width] + ELLIPSIS
