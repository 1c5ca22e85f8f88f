"""Discord's Markdown within a line: marks, mentions, moments, links and escapes.

The text is cut into pieces once; then each opening mark looks up its nearest closing one. Within a
pair no mark of that kind can close, so pairs nest no deeper than there are kinds of marks.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.page.html import Html, element, join, link, text
from sandbox.page.moments import moment
from sandbox.page.names import Names, everyone

_PIECE: Final = re.compile(
    r"""
      \\(?P<escaped>[^0-9A-Za-z\s])
    | (?P<ticks>`{1,2})(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | <t:(?P<moment>-?\d{1,17})(?::(?P<style>[tTdDfFR]))?>
    | <@!?(?P<user>\d{1,20})>
    | <@&(?P<role>\d{1,20})>
    | <\#(?P<channel>\d{1,20})>
    | <a?(?P<emoji>:\w{1,32}:)\d{1,20}>
    | </(?P<command>[-\w]{1,32}(?:\ [-\w]{1,32}){0,2}):\d{1,20}>
    | https://discord\.com/channels/\d{1,20}/(?P<place>\d{1,20})(?:/(?P<message>\d{1,20}))?\b
    | \[(?P<label>[^\[\]\n]{1,500})\]\(<?(?P<target>https?://[^\s()<>]{1,2000})>?\)
    | <?(?P<address>https?://[^\s<>]{1,2000})>?
    | (?P<everyone>@everyone|@here)\b
    | (?P<mark>\*{1,3}|_{1,3}|~~|\|\|)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_TAGS: Final = {
    "*": ("em",),
    "_": ("em",),
    "**": ("strong",),
    "__": ("u",),
    "~~": ("s",),
    "||": ("mark",),
    "***": ("strong", "em"),
    "___": ("u", "em"),
}
_AFTER_ADDRESS: Final = ".,:;!?\"'"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text, shown by itself; or a mark that may open or close."""

    shown: Html
    mark: str | None = None
    may_open: bool = False
    may_close: bool = False


def inline(said: str, names: Names) -> Html:
    """Render a text that has no blocks in it."""
    pieces = list(_pieces(said, names))
    closing = defaultdict(list)
    for index, piece in enumerate(pieces):
        if piece.may_close:
            closing[piece.mark].append(index)
    return join(*_paired(pieces, closing, 0, len(pieces)))


def _paired(
    pieces: list[_Piece], closing: dict[str | None, list[int]], first: int, end: int
) -> Iterator[Html]:
    index = first
    while index < end:
        piece = pieces[index]
        close = _close(piece, closing, index) if piece.may_open else end
        if close < end:
            yield _wrapped(piece, join(*_paired(pieces, closing, index + 1, close)))
            index = close
        else:
            yield piece.shown
        index += 1


def _close(piece: _Piece, closing: dict[str | None, list[int]], index: int) -> int:
    known = closing.get(piece.mark, [])
    found = bisect_left(known, index + 2)  # something has to stand between the two
    return known[found] if found < len(known) else 1 << 62


def _wrapped(piece: _Piece, inner: Html) -> Html:
    for tag in reversed(_TAGS[piece.mark or "*"]):
        inner = element(tag, inner, class_="spoiler" if tag == "mark" else None)
    return inner


def _pieces(said: str, names: Names) -> Iterator[_Piece]:
    seen = 0
    for found in _PIECE.finditer(said):
        if found.start() > seen:
            yield _Piece(text(said[seen : found.start()]))
        seen = found.end()
        yield _mark(found) if found["mark"] else _Piece(_atom(found, names))
    if seen < len(said):
        yield _Piece(text(said[seen:]))


def _mark(found: re.Match[str]) -> _Piece:
    mark = found["mark"]
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    may_open, may_close = bool(after), bool(before)
    if mark == "*":
        may_open, may_close = may_open and not after.isspace(), may_close and not before.isspace()
    if mark == "_":  # not inside of snake_case
        may_open, may_close = may_open and not before.isalnum(), may_close and not after.isalnum()
    return _Piece(text(mark), mark, may_open, may_close)


def _atom(found: re.Match[str], names: Names) -> Html:
    kind = next(key for key in _ATOMS if found[key] is not None)
    return _ATOMS[kind](found, names)


def _moment(found: re.Match[str], names: Names) -> Html:
    at, style = int(found["moment"]), found["style"] or "f"
    return moment(at, style, names.now, class_="moment") or text(found[0])


def _masked(found: re.Match[str], names: Names) -> Html:
    if "://" in found["label"]:  # Discord shows no link that disguises another
        return text(found[0])
    return link(inline(found["label"], names), found["target"], title=found["target"])


def _address(found: re.Match[str], _names: Names) -> Html:
    whole, address = found[0], found["address"]
    if whole.startswith("<") and whole.endswith(">"):
        return link(address, address)
    shown = address.rstrip(_AFTER_ADDRESS)
    if shown.endswith(")") and shown.count(")") > shown.count("("):
        shown = shown[:-1]
    before, _, after = whole.partition(shown)
    return join(before, link(shown, shown), after)


_ATOMS: Final[dict[str, Callable[[re.Match[str], Names], Html]]] = {
    "escaped": lambda found, _: text(found["escaped"]),
    "code": lambda found, _: element("code", found["code"]),
    "moment": _moment,
    "user": lambda found, names: names.user(int(found["user"])),
    "role": lambda found, names: names.role(int(found["role"])),
    "channel": lambda found, names: names.channel(int(found["channel"])),
    "emoji": lambda found, _: element("span", found["emoji"], class_="emoji"),
    "command": lambda found, _: element("span", f"/{found['command']}", class_="pill"),
    "place": lambda found, names: names.channel(int(found["place"]), found["message"]),
    "target": _masked,
    "address": _address,
    "everyone": lambda found, _: everyone(found["everyone"]),
}
