"""Blocks of rows, laid out on pages that Discord takes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.text import utf16_units

MOST_PAGES = 40
REST = "… The file has the rest."
_FENCE = "```"
_FENCES = 2 * (len(_FENCE) + 1)  # two fences, each on a row of its own
_REST_UNITS = len(REST) + 2
_NEARLY_FULL = 0.75  # from here on, a block that would be torn goes to the next page


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows that belong together: of safe Markdown, or of code that cannot end its fence."""

    rows: tuple[str, ...]
    is_code: bool = False


def row_width(limit: int) -> int:
    """Say how many units a row may have to fit on any page of `limit`, fenced and on the last."""
    return limit - _FENCES - _REST_UNITS - 2


def pages(blocks: Iterable[Block], limit: int, *, is_cut: bool = False) -> tuple[str, ...]:
    """Lay blocks out on at most `MOST_PAGES` pages of at most `limit` UTF-16 units.

    A block of code that has to be torn is closed, and opened again on the next page. The last page
    says so when something was left out (`is_cut`: when that was so before).
    """
    made = [_Page(limit=limit)]
    for block in blocks:
        if made[-1].is_nearly_full() and made[-1].room() < _size(block) <= limit:
            made.append(_next(made, limit))
        for number, row in enumerate(block.rows):
            if not made[-1].takes(row, is_code=block.is_code, is_new=number == 0):
                if len(made) == MOST_PAGES:
                    return _texts(made, is_cut=True)
                made.append(_next(made, limit))
                made[-1].takes(row, is_code=block.is_code, is_new=True)
    if is_cut and made[-1].room() < _REST_UNITS:
        made.append(_next(made, limit))
    return _texts(made, is_cut=is_cut)


def _next(made: list["_Page"], limit: int) -> "_Page":
    is_last = len(made) == MOST_PAGES - 1
    return _Page(limit=limit - _REST_UNITS if is_last else limit)


def _texts(made: list["_Page"], *, is_cut: bool) -> tuple[str, ...]:
    texts = [page.text() for page in made]
    if is_cut:
        texts[-1] = f"{texts[-1]}\n\n{REST}".strip()
    return tuple(texts)


def _size(block: Block) -> int:
    return sum(utf16_units(row) + 1 for row in block.rows) + 1 + _FENCES * block.is_code


@dataclass(slots=True, kw_only=True)
class _Page:
    """One page while it is filled: its sections, each of rows that are code or are not."""

    limit: int
    sections: list[tuple[bool, list[str]]] = field(default_factory=list)
    used: int = 0

    def room(self) -> int:
        return self.limit - self.used

    def is_nearly_full(self) -> bool:
        return self.used > self.limit * _NEARLY_FULL

    def takes(self, row: str, *, is_code: bool, is_new: bool) -> bool:
        """Add a row, which may begin a section, or say that it does not fit."""
        begins = is_new or not self.sections
        size = utf16_units(row) + 1 + (1 + _FENCES * is_code if begins else 0)
        if size > self.room():
            return False
        if begins:
            self.sections.append((is_code, []))
        self.sections[-1][1].append(row)
        self.used += size
        return True

    def text(self) -> str:
        """Give the page as Discord gets it."""
        made = []
        for is_code, rows in self.sections:
            text = "\n".join(rows)
            made.append(f"{_FENCE}\n{text}\n{_FENCE}" if is_code else text)
        return "\n\n".join(made)
