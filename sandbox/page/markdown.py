"""Discord's Markdown, block by block, as HTML in which nothing of a stranger's is alive."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

from sandbox.page.html import Html, element, join
from sandbox.page.inline import inline
from sandbox.page.names import Names

__all__ = ["inline", "markdown"]

_FENCE: Final = re.compile(
    r"\\.|```(?:(?P<language>[\w+-]{1,20})\n)?\n?(?P<code>.*?[^\s`].*?)\n?```", re.DOTALL
)
_KINDS: Final = (
    ("rest", re.compile(r">>> (?P<said>.*)")),
    ("quote", re.compile(r">(?: (?P<said>.*)|$)")),
    ("heading", re.compile(r"(?P<level>#{1,3}) +(?P<said>.+)")),
    ("subtext", re.compile(r"-# +(?P<said>.+)")),
    ("bullet", re.compile(r"(?P<indent> *)[-*] +(?P<said>.+)")),
    ("number", re.compile(r"(?P<indent> *)(?P<number>\d{1,9})\. +(?P<said>.+)")),
)
_HEADINGS: Final = 3  # a message's headings stand below the page's own three levels
Row = tuple[str, re.Match[str] | None, str]


def markdown(said: str, names: Names) -> Html:
    """Render the text of a message or of an embed's description."""
    parts, seen = [], 0
    for found in _FENCE.finditer(said):
        if found["code"] is None:  # an escaped character is no part of a fence
            continue
        parts.append(_blocks(said[seen : found.start()].removesuffix("\n"), names))
        parts.append(element("pre", element("code", found["code"])))
        seen = found.end()
    parts.append(_blocks(said[seen:].removeprefix("\n") if seen else said, names))
    return join(*parts)


def _blocks(said: str, names: Names, *, in_quote: bool = False) -> Html:
    rows = _rows(said, in_quote=in_quote) if said else []
    groups = groupby(rows, key=lambda row: row[0])
    return join(*(_WRITERS[kind](list(group), names) for kind, group in groups))


def _rows(said: str, *, in_quote: bool) -> Iterator[Row]:
    lines = said.split("\n")
    for index, line in enumerate(lines):
        kind, found = _kind(line)
        if kind == "rest" and not in_quote:
            rest = "\n".join([line[4:], *lines[index + 1 :]])
            yield "rest", None, rest
            return
        if in_quote and kind in ("rest", "quote"):
            kind, found = "text", None
        yield kind, found, line


def _kind(line: str) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _KINDS:
        if found := pattern.fullmatch(line):
            return kind, found
    return "text", None


def _text(rows: list[Row], names: Names) -> Html | None:
    said = "\n".join(row for _, _, row in rows).strip("\n")
    return element("p", inline(said, names)) if said.strip() else None


def _headings(rows: list[Row], names: Names) -> Html:
    return join(*(_heading(found, names) for _, found, _ in rows if found))


def _heading(found: re.Match[str], names: Names) -> Html:
    level = _HEADINGS + len(found["level"])
    return element(f"h{level}", inline(found["said"], names), class_="said")


def _subtext(rows: list[Row], names: Names) -> Html:
    said = "\n".join(found["said"] for _, found, _ in rows if found)
    return element("p", element("small", inline(said, names)), class_="subtext")


def _quote(rows: list[Row], names: Names) -> Html:
    said = "\n".join(found["said"] or "" for _, found, _ in rows if found)
    return element("blockquote", _blocks(said, names, in_quote=True))


def _rest(rows: list[Row], names: Names) -> Html:
    return element("blockquote", _blocks(rows[0][2], names, in_quote=True))


def _bullets(rows: list[Row], names: Names) -> Html:
    return element("ul", *(_item(found, names) for _, found, _ in rows if found))


def _numbers(rows: list[Row], names: Names) -> Html:
    return element("ol", *(_item(found, names) for _, found, _ in rows if found))


def _item(found: re.Match[str], names: Names) -> Html:
    number = found.groupdict().get("number")
    return element(
        "li",
        inline(found["said"], names),
        value=None if number is None else int(number),
        class_="deeper" if found["indent"] else None,
    )


_WRITERS: Final[dict[str, Callable[[list[Row], Names], Html | None]]] = {
    "text": _text,
    "rest": _rest,
    "quote": _quote,
    "heading": _headings,
    "subtext": _subtext,
    "bullet": _bullets,
    "number": _numbers,
}
