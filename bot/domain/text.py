"""Text from strangers made safe, in linear time: no mention, no masked link, no broken layout."""

import unicodedata
from itertools import groupby

ELLIPSIS = "…"
_MARKS_IN_A_ROW = 4
_SPECIAL = "\\*_~`|>#-+=[]()<@:!&/"
_ESCAPES = {ord(character): f"\\{character}" for character in _SPECIAL}
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control, format (bidi, zero width), no text
_WORD_LOOK_BACK = 24


def clean(text: str, cap: int) -> str:
    """Drop what is no visible text from the first `cap` code points and compose the rest (NFC).

    New lines stay; runs of combining marks are shortened, because a long one both breaks a layout
    and makes normalisation quadratic.
    """
    visible = "".join(
        character
        for character in text[:cap].replace("\r\n", "\n").replace("\t", " ")
        if character == "\n" or unicodedata.category(character) not in _DROPPED
    )
    runs = groupby(visible, key=lambda character: unicodedata.combining(character) != 0)
    short = (list(run)[:_MARKS_IN_A_ROW] if is_marks else list(run) for is_marks, run in runs)
    return unicodedata.normalize("NFC", "".join(map("".join, short)))


def plain(text: str, limit: int) -> str:
    """Escape a stranger's text so that Discord shows it as it is, in at most `limit` characters.

    The limit counts the escaped text, because that is what Discord counts. A cut falls on a word
    where one is near, and ends in an ellipsis.
    """
    raw = clean(text, cap=limit * 4 + 64).strip()
    escaped = raw.translate(_ESCAPES)
    if len(escaped) <= limit and len(text) <= limit * 4 + 64:
        return escaped
    kept = _longest_prefix(raw, limit - len(ELLIPSIS))
    return kept.translate(_ESCAPES) + ELLIPSIS if limit > 0 else ""


def line(text: str, limit: int) -> str:
    """Escape a stranger's text into a single line of at most `limit` characters."""
    return plain(" ".join(text[: limit * 8 + 64].split()), limit)


def bare(text: str, limit: int) -> str:
    """Make one safe line for a place where Discord renders no Markdown (a thread's name, a label).

    Nothing is escaped; invisible characters are dropped.
    """
    one_line = " ".join(clean(text, cap=limit * 4 + 64).split())
    return one_line if len(one_line) <= limit else _at_word(one_line[: limit - 1]) + ELLIPSIS


def utf16_units(text: str) -> int:
    """Count as JavaScript does; Snapshot's limits are in this unit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _longest_prefix(raw: str, limit: int) -> str:
    """Give the longest prefix whose escaped form fits, cut at a word where one is near."""
    size = 0
    for index, character in enumerate(raw):
        size += 2 if ord(character) in _ESCAPES else 1
        if size > limit:
            return _at_word(raw[:index])
    return raw.rstrip()


def _at_word(text: str) -> str:
    space = max(text.rfind(" "), text.rfind("\n"))
    return (text[:space] if space >= max(len(text) - _WORD_LOOK_BACK, 1) else text).rstrip()
