"""A stranger's Markdown, shown as pages of safe Markdown for embeds.

It is parsed as CommonMark with tables and strikethrough, and what was understood is written anew:
every word is escaped, every fence and every style is ours. So nothing of the stranger's markup
reaches Discord. HTML is text; a link shows its host and cannot be clicked; a picture is its
description. Code bears no other style, and stands at the margin, because Discord reads it best so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.text import clean, line
from cogs.cards.pages import Block, pages, row_width
from cogs.cards.spans import BOLD, CODE, ITALIC, STRUCK, Span, code_text, rows
from cogs.cards.tables import table_block

MOST_CHARACTERS = 100_000
SMALLEST_PAGE = 200
_NESTING = 16  # lists and quotes in each other; a list counts twice. It bounds the parser's work
_MARKDOWN = MarkdownIt("commonmark", {"maxNesting": _NESTING, "html": False}).enable(
    ["table", "strikethrough"]
)
_MARKS = {"strong": BOLD, "em": ITALIC, "s": STRUCK}
_HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### "}
_QUOTE = "> "
_DEEPER = "▏ "
_RULE = "──────────"
_HOST_SHOWN = 100
_MOST_PREFIX = 48  # units: quotes and lists as deep as they may nest, and a bullet of 9 digits
_EMPTY = Block(rows=("(no text)",))


def markdown_pages(text: str, limit: int) -> tuple[str, ...]:
    """Render untrusted Markdown as pages of at most `limit` UTF-16 units, none of them empty.

    Of the text, `MOST_CHARACTERS` are looked at; when that is not all, or there would be too many
    pages, the last page says that the file has the rest. The time is linear: up to two seconds for
    the worst text, some hundredths for a usual proposal. So call it in a thread.

    Args:
        text: Markdown by a stranger.
        limit: The size of a page, at least `SMALLEST_PAGE`.
    """
    wide = text[: MOST_CHARACTERS + 1].expandtabs(4)
    shown, is_cut = clean(wide, MOST_CHARACTERS), len(wide) > MOST_CHARACTERS
    tokens = _MARKDOWN.parse(shown)
    width = row_width(limit)
    if any(token.nesting == 1 and token.level >= _NESTING - 1 for token in tokens):
        # The parser leaves out what is nested deeper; we leave out nothing.
        blocks = [Block(rows=tuple(filter(None, rows([Span.of(shown, [])], width))))]
    else:
        blocks = _Walk(width).blocks_of(tokens)
    return pages(blocks or [_EMPTY], limit, is_cut=is_cut)


class _Walk:
    """Walks the parser's tokens, and remembers in what they stand."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.blocks: list[Block] = []
        self.gathered: list[str] = []  # rows of the list we are in: it is one block
        self.quotes = self.lists = 0
        self.bullet = self.level = ""
        self.cells: list[list[str]] = []
        self.is_in_cell = False

    def blocks_of(self, tokens: Sequence[Token]) -> list[Block]:
        """Give what the tokens say, block by block."""
        for token in tokens:
            self._look(token)
        return self.blocks

    def _look(self, token: Token) -> None:
        look = _LOOKS.get(token.type)
        if look is not None:
            look(self, token)

    def rule(self, _token: Token) -> None:
        self._rows([_RULE])

    def head(self, token: Token) -> None:
        self.level = token.tag if token.nesting == 1 else ""

    def quote(self, token: Token) -> None:
        self._flush()
        self.quotes += token.nesting

    def nest(self, token: Token) -> None:
        self._bare_bullet()
        self.lists += token.nesting
        if not self.lists:
            self._flush()

    def item(self, token: Token) -> None:
        self._bare_bullet()
        if token.nesting == 1:
            self.bullet = f"{token.info}. " if token.info else "- "

    def table(self, token: Token) -> None:
        self._bare_bullet()
        self._flush()
        if token.nesting == -1:
            block = table_block(self.cells, self.width)
            self.blocks += [block] if block.rows else []
        self.cells = []

    def row(self, _token: Token) -> None:
        self.cells.append([])

    def cell(self, _token: Token) -> None:
        self.is_in_cell = not self.is_in_cell

    def inline(self, token: Token) -> None:
        spans = _spans(token.children or ())
        if self.is_in_cell:
            self.cells[-1].append("".join(span.text for span in spans))
        elif self.level in _HEADINGS:
            self._rows(rows(spans, self.width - _MOST_PREFIX), _HEADINGS[self.level])
        elif self.level:
            bold = [Span.of(span.text, [*span.marks, BOLD]) for span in spans]
            self._rows(rows(bold, self.width - _MOST_PREFIX))
        else:
            self._rows(rows(spans, self.width - _MOST_PREFIX))

    def _rows(self, laid: Iterable[str], heading: str = "") -> None:
        """Add rows with what they stand in before them; the first one takes the bullet."""
        indent = "  " * (self.lists - 1)
        for row in filter(None, laid):
            before = indent + (self.bullet or "  ") if self.lists else ""
            self.gathered.append(self._quoted(f"{before}{heading}{row}"))
            self.bullet = heading = ""
        if not self.lists:
            self._flush()

    def _quoted(self, row: str) -> str:
        return _QUOTE + _DEEPER * (self.quotes - 1) + row if self.quotes else row

    def _bare_bullet(self) -> None:
        """Show the bullet of an item that begins with no text."""
        if self.bullet:
            row = "  " * (self.lists - 1) + self.bullet.rstrip()
            self.gathered.append(self._quoted(row))
            self.bullet = ""

    def code(self, token: Token) -> None:
        self._bare_bullet()
        self._flush()
        text = code_text(token.content).strip("\n")
        laid = [
            row[start : start + self.width // 2]
            for row in text.split("\n")
            for start in range(0, max(len(row), 1), self.width // 2)
        ]
        if text.strip():
            self.blocks.append(Block(rows=tuple(laid), is_code=True))

    def _flush(self) -> None:
        if self.gathered:
            self.blocks.append(Block(rows=tuple(self.gathered)))
            self.gathered = []


_LOOKS: Mapping[str, Callable[[_Walk, Token], None]] = {
    "inline": _Walk.inline,
    "fence": _Walk.code,
    "code_block": _Walk.code,
    "hr": _Walk.rule,
    "heading_open": _Walk.head,
    "heading_close": _Walk.head,
    "blockquote_open": _Walk.quote,
    "blockquote_close": _Walk.quote,
    "bullet_list_open": _Walk.nest,
    "bullet_list_close": _Walk.nest,
    "ordered_list_open": _Walk.nest,
    "ordered_list_close": _Walk.nest,
    "list_item_open": _Walk.item,
    "list_item_close": _Walk.item,
    "table_open": _Walk.table,
    "table_close": _Walk.table,
    "tr_open": _Walk.row,
    "th_open": _Walk.cell,
    "th_close": _Walk.cell,
    "td_open": _Walk.cell,
    "td_close": _Walk.cell,
}


def _spans(tokens: Iterable[Token]) -> list[Span]:
    """Give the runs of text in a paragraph, each with its styles."""
    spans: list[Span] = []
    marks: list[str] = []
    hosts: list[str] = []
    for token in tokens:
        mark = _MARKS.get(token.tag)
        if mark is not None and token.nesting == 1:
            marks.append(mark)
        elif mark is not None:
            marks.remove(mark)
        elif token.type == "link_open":
            hosts.append("" if token.info == "auto" else _host(str(token.attrs["href"])))
        elif token.type == "link_close":
            host = hosts.pop()
            spans += [Span.of(f" ({host})", marks)] if host else []
        else:
            spans.append(_span(token, marks))
    return [span for span in spans if span.text]


def _span(token: Token, marks: Sequence[str]) -> Span:
    match token.type:
        case "code_inline":
            return Span.of(token.content, [CODE])
        case "image":
            host = _host(str(token.attrs["src"]))
            said = " ".join(part for part in (token.content, f"({host})" if host else "") if part)
            return Span.of(f"🖼 {said}", marks)
        case "softbreak" | "hardbreak":
            return Span.of("\n", marks)
        case _:
            return Span.of(token.content, marks)


@lru_cache(maxsize=32)
def _host(address: str) -> str:
    """Say where an address leads: the host of a web page, else the kind of address."""
    try:
        parts = urlsplit(address)
        found = parts.hostname if parts.scheme in {"http", "https", ""} else parts.scheme
    except ValueError:
        return "an address that nobody can read"
    # The spans escape it: here it is made one short line.
    return line(found or "", _HOST_SHOWN).replace("\\", "")
