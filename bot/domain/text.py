"""Text from strangers made safe, in linear time: no mention, no masked link, no broken layout.

Limits are counted in UTF-16 units. Discord's clients count so and its service counts code points;
the units are the larger number, so what fits here fits in both.
"""

import re
import unicodedata
from itertools import accumulate, groupby

ELLIPSIS = "…"
_MARKS_IN_A_ROW = 4
_SPECIAL = "\\*_~`|>#-+=[]()<@:!&/"
_ESCAPES = {character: f"\\{character}" for character in _SPECIAL}
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control, format (bidi, zero width), no text
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters that show nothing
_MARKS = frozenset({"Mn", "Me"})
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n") | {"\t": " "})
_BLANK_ROWS = re.compile(r"\n{3,}")
_NUMBERED = re.compile(r"^ *\d+\.", re.MULTILINE)  # would begin a numbered list
_WORD_LOOK_BACK = 24


def clean(text: str, cap: int) -> str:
    """Drop what is no visible text from the first `cap` code points and compose the rest (NFC).

    New lines stay, at most one blank row at a time; runs of combining marks are shortened, because
    a long one both breaks a layout and makes normalisation quadratic.
    """
    rows = text[:cap].replace("\r\n", "\n").translate(_LINE_ENDS)
    visible = "".join(character for character in rows if _is_visible(character))
    composed = unicodedata.normalize("NFC", _few_marks(visible))
    trimmed = "\n".join(row.rstrip(" ") for row in _few_marks(composed).split("\n"))
    return _BLANK_ROWS.sub("\n\n", trimmed)


def plain(text: str, limit: int) -> str:
    """Escape a stranger's text so that Discord shows it as it is, in at most `limit` units.

    The limit counts the escaped text, because that is what Discord counts. A cut falls on a word
    where one is near, and ends in an ellipsis.
    """
    cap = _cap(limit)
    return _escaped(clean(text, cap).strip(), limit, is_cut=len(text) > cap)


def line(text: str, limit: int) -> str:
    """Escape a stranger's text into a single line of at most `limit` units."""
    cap = _cap(limit)
    return _escaped(" ".join(clean(text, cap).split()), limit, is_cut=len(text) > cap)


def bare(text: str, limit: int) -> str:
    """Make one safe line for a place where Discord renders no Markdown (a thread's name, a label).

    Nothing is escaped; invisible characters are dropped.
    """
    cap = _cap(limit)
    one_line = " ".join(clean(text, cap).split())
    return _fitted(one_line, list(one_line), limit, is_cut=len(text) > cap)


def escaped(text: str) -> str:
    """Escape the whole of a cleaned text; whoever lays it out has cleaned it, and sees it fits."""
    return "".join(_pieces(text))


def storable(text: str) -> str:
    """Replace lone surrogates, which JSON can bring and neither UTF-8 nor a database can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def utf16_units(text: str) -> int:
    """Count as JavaScript does; Snapshot's limits are in this unit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cap(limit: int) -> int:
    return max(limit, 0) * 4 + 64


def _is_visible(character: str) -> bool:
    if character == "\n":
        return True
    return character not in _BLANK and unicodedata.category(character) not in _DROPPED


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0 or unicodedata.category(character) in _MARKS


def _few_marks(text: str) -> str:
    runs = ((is_marks, "".join(run)) for is_marks, run in groupby(text, key=_is_mark))
    return "".join(run[:_MARKS_IN_A_ROW] if is_marks else run for is_marks, run in runs)


def _escaped(raw: str, limit: int, *, is_cut: bool) -> str:
    return _fitted(raw, _pieces(raw), limit, is_cut=is_cut)


def _pieces(raw: str) -> list[str]:
    pieces = [_ESCAPES.get(character, character) for character in raw]
    for number in _NUMBERED.finditer(raw):
        pieces[number.end() - 1] = "\\."
    return pieces


def _fitted(raw: str, pieces: list[str], limit: int, *, is_cut: bool) -> str:
    """Join as many pieces (one a character of `raw`) as fit, so no escape is ever cut in two."""
    sizes = list(accumulate(utf16_units(piece) for piece in pieces))
    if not is_cut and (not sizes or sizes[-1] <= limit):
        return "".join(pieces)
    kept = sum(size <= limit - len(ELLIPSIS) for size in sizes)
    if kept < len(raw):
        kept = len(_at_word(raw, kept))
    return "".join(pieces[:kept]).rstrip() + ELLIPSIS if limit > 0 else ""


def _at_word(raw: str, end: int) -> str:
    """Cut at `end`, before it where a character's marks or a word would be torn from it."""
    while 0 < end < len(raw) and _is_mark(raw[end]):
        end -= 1
    text = raw[:end]
    if raw[end : end + 1].isspace():
        return text.rstrip()
    space = max(text.rfind(" "), text.rfind("\n"))
    return (text[:space] if space >= max(len(text) - _WORD_LOOK_BACK, 1) else text).rstrip()
