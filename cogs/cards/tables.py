"""A table of strangers' words: aligned in monospace where it is narrow, else told row by row."""

import unicodedata
from collections.abc import Sequence

from bot.domain.text import bare
from cogs.cards.pages import Block
from cogs.cards.spans import BOLD, Span, code_text, rows

_NARROW = 56  # the columns that an embed shows on a screen before a row wraps
_GAP = "  "
_NAME_SHOWN = 40  # of a column's name, where it stands before each cell


def table_block(cells: Sequence[Sequence[str]], width: int) -> Block:
    """Show cells in rows of at most `width` units; the first row names the columns."""
    columns = max(map(len, cells), default=0)
    # Each column needs its gap and a letter: of a wide table nothing has to be measured.
    if columns * (len(_GAP) + 1) <= _NARROW + len(_GAP):
        flat = [[" ".join(code_text(cell).split()) for cell in row] for row in cells]
        widths = [max(_columns(row[n : n + 1]) for row in flat) for n in range(columns)]
        if sum(widths) + len(_GAP) * (columns - 1) <= min(_NARROW, width // 2):
            return _aligned(flat, widths)
    return _told(cells, width)


def _columns(cell: Sequence[str]) -> int:
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for text in cell
        for character in text
    )


def _aligned(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> Block:
    lines = [_line(row, widths) for row in cells]
    rule = _GAP.join("─" * width for width in widths)
    return Block(rows=(lines[0], rule, *lines[1:]), is_code=True)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (width - _columns([cell])) for cell, width in zip(row, widths, strict=False)
    ]
    return _GAP.join(padded).rstrip()


def _told(cells: Sequence[Sequence[str]], width: int) -> Block:
    """Tell each row as an item of a list: each cell on its own row, after its column's name."""
    told: list[str] = []
    names = [bare(name, _NAME_SHOWN) for name in cells[0]]
    for row in cells[1:] or cells[:1]:
        bullet = "- "
        for name, cell in zip(names, row, strict=False):
            if cell.strip():
                named = [Span.of(f"{name}:", [BOLD]), Span.of(f" {cell}", [])]
                spans = named if cells[1:] and name else [Span.of(cell, [])]
                told += [
                    (bullet if number == 0 else "  ") + each
                    for number, each in enumerate(rows(spans, width - 2))
                    if each
                ]
                bullet = "  "
    return Block(rows=tuple(told))
