"""Runs of text in one style, laid out in rows of Discord's Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.text import clean, escaped, utf16_units

BOLD, ITALIC, STRUCK, CODE = "**", "_", "~~", "`"
_OUTER_FIRST = (BOLD, ITALIC, STRUCK)
_LOOKS_LIKE_A_BACKTICK = "\u02cb"
_WORD = re.compile(r"\s+|\S{1,40}")  # a longer word may be torn: a row has to end somewhere
_BACKTICKS = re.compile(r"`{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stranger's text in one style; code bears no other style, as Discord would misread it."""

    text: str
    marks: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, marks: Iterable[str]) -> "Span":
        """Make a span of cleaned text; its marks are put in the one order in which they nest."""
        held = set(marks)
        ordered = (CODE,) if CODE in held else tuple(mark for mark in _OUTER_FIRST if mark in held)
        if text.isascii() and (text == "\n" or text.isprintable()):
            return cls(text=text, marks=ordered)  # most of all texts: there is nothing to clean
        # What ends in a space is not at the end of its row, where cleaning would trim it.
        space = " " if text.endswith(" ") else ""
        return cls(text=clean(text, len(text)) + space, marks=ordered)


def code_text(text: str) -> str:
    """Clean a text for a block of code: no run of backticks in it can end the block."""
    cleaned = clean(text.expandtabs(4), 4 * len(text))
    return _BACKTICKS.sub(lambda run: _LOOKS_LIKE_A_BACKTICK * len(run.group()), cleaned)


def rows(spans: Sequence[Span], width: int) -> list[str]:
    """Lay spans out in rows of at most `width` units, each with its styles closed.

    A new line in a span begins a row; so does a word for which there is no room.
    """
    laid = [_Row(width=width)]
    for span in spans:
        for number, part in enumerate(span.text.split("\n")):
            if number:
                laid.append(_Row(width=width))
            for word in _words(part, span.marks):
                if not laid[-1].takes(word, span.marks):
                    laid.append(_Row(width=width))
                    laid[-1].takes(word, span.marks)
    return [row.closed() for row in laid]


def _words(text: str, marks: tuple[str, ...]) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word.isspace():
            yield " "
        elif marks == (CODE,):
            yield word.replace("`", _LOOKS_LIKE_A_BACKTICK)
        else:
            yield escaped(word)


@dataclass(slots=True, kw_only=True)
class _Row:
    """One row while it is filled."""

    width: int
    parts: list[str] = field(default_factory=list)
    used: int = 0
    open: tuple[str, ...] = ()
    space: str = ""  # waits for a word: a row neither begins nor ends in one, nor does a style

    def takes(self, word: str, marks: tuple[str, ...]) -> bool:
        """Add a word in its style, or say that it does not fit."""
        if word == " ":
            self.space = " " if self.parts else ""
            return True
        closing, opening = _turn(self.open, marks)
        turned = closing + self.space + opening + word
        size = utf16_units(turned)
        if self.parts and self.used + size + sum(map(len, marks)) > self.width:
            return False
        self.parts.append(turned)
        self.used += size
        self.open, self.space = marks, ""
        return True

    def closed(self) -> str:
        """Give the row as Discord gets it."""
        return "".join(self.parts) + _turn(self.open, ())[0]


def _turn(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, str]:
    """Say what closes and what opens between one style and the next, the innermost closed first."""
    shared = 0
    while shared < min(len(before), len(after)) and before[shared] == after[shared]:
        shared += 1
    return "".join(reversed(before[shared:])), "".join(after[shared:])
