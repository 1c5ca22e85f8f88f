"""A sheet to draw on, in the pixels of the finished picture; it is drawn larger, then reduced.

The picture has a background of its own, so it reads the same in a dark and in a light Discord.
"""

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.charts import HEIGHT, WIDTH
from bot.domain.text import ELLIPSIS, bare

Point = tuple[float, float]
# Pillow's own face has no letter with an accent; this one has most that are written left to right.
_FACE = Path(__file__).with_name("font") / "DejaVuSansCondensed.ttf"
_SCALE = 2
_COLOURS = 224
_NAME_UNITS = 120  # of a name that is measured: no picture is wider
_NO_GLYPH = "\U0010fffe"  # which no font has

PAPER, INK, SOFT, GRID, FAINT = "#FBFAF7", "#1F2328", "#59636E", "#E3E0D9", "#8C959F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one line is told from the others, without its colour too."""

    colour: str
    dashes: tuple[int, ...]  # lengths on and off in turn; empty: a whole line
    marker: str


STYLES = (
    Style(colour="#0B5FA5", dashes=(), marker="disc"),
    Style(colour="#C2410C", dashes=(14, 7), marker="square"),
    Style(colour="#0F766E", dashes=(3, 6), marker="triangle"),
    Style(colour="#86198F", dashes=(18, 6, 3, 6), marker="diamond"),
    Style(colour="#854D0E", dashes=(7, 5), marker="ring"),
    Style(colour="#334155", dashes=(22, 6, 7, 6), marker="frame"),
)
_CORNERS = {
    "triangle": ((0, -1.2), (1.2, 1), (-1.2, 1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
}
TURNOUT = Style(colour=FAINT, dashes=(2, 4), marker="")


class Canvas:
    """Draws; every measure is in the pixels of the finished picture."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """Give the finished picture; the same drawing gives the same bytes."""
        small = self._image.reduce(_SCALE)
        few = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        file = io.BytesIO()
        few.save(file, "PNG")
        return file.getvalue()

    def text(self, at: Point, words: str, size: int, colour: str = INK, anchor: str = "ls") -> None:
        """Write words that were fitted before; `anchor` is Pillow's."""
        self._draw.text(_up(at), words, fill=colour, font=_font(size * _SCALE), anchor=anchor)

    def rule(self, start: Point, end: Point, colour: str, width: float = 1) -> None:
        """Draw a straight line."""
        self._draw.line([_up(start), _up(end)], fill=colour, width=round(width * _SCALE))

    def box(self, start: Point, end: Point, colour: str, radius: float = 0) -> None:
        """Fill a rectangle from its upper left to its lower right."""
        corners = [_up(start), _up(end)]
        self._draw.rounded_rectangle(corners, radius=radius * _SCALE, fill=colour)

    def path(self, points: Sequence[Point], style: Style, width: float = 3) -> None:
        """Draw a line through the points, dashed as the style wants."""
        for piece in _dashed(points, style.dashes) if style.dashes else [points]:
            scaled = [_up(point) for point in piece]
            if len(scaled) > 1:
                self._draw.line(scaled, fill=style.colour, width=round(width * _SCALE))

    def marker(self, at: Point, style: Style, size: float = 6) -> None:
        """Draw the mark of a line: a disc, a square, and so on."""
        x, y = _up(at)
        reach = size * _SCALE
        square = [(x - reach, y - reach), (x + reach, y + reach)]
        thick = 3 * _SCALE
        match style.marker:
            case "disc":
                self._draw.ellipse(square, fill=style.colour)
            case "square":
                self._draw.rectangle(square, fill=style.colour)
            case "ring":
                self._draw.ellipse(square, fill=PAPER, outline=style.colour, width=thick)
            case "frame":
                self._draw.rectangle(square, fill=PAPER, outline=style.colour, width=thick)
            case shape:
                corners = [(x + reach * dx, y + reach * dy) for dx, dy in _CORNERS.get(shape, ())]
                if corners:
                    self._draw.polygon(corners, fill=style.colour)


def _up(point: Point) -> Point:
    return point[0] * _SCALE, point[1] * _SCALE


def _dashed(points: Sequence[Point], dashes: tuple[int, ...]) -> list[list[Point]]:
    """Cut a line into the pieces that are drawn; the pattern goes on around corners."""
    pieces: list[list[Point]] = [[points[0]]]
    index, left = 0, float(dashes[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        length, done = math.hypot(x1 - x0, y1 - y0), 0.0
        while length - done > left:
            done += left
            corner = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if index % 2 == 0:
                pieces[-1].append(corner)
            else:
                pieces.append([corner])
            index += 1
            left = float(dashes[index % len(dashes)])
        left -= length - done
        if index % 2 == 0:
            pieces[-1].append((x1, y1))
    return pieces


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Give our one face; laid out by Pillow alone, so that every machine draws the same."""
    return ImageFont.truetype(_FACE, size, layout_engine=ImageFont.Layout.BASIC)


def width(words: str, size: int) -> float:
    """Measure words."""
    return float(_font(size * _SCALE).getlength(words)) / _SCALE


def fitted(words: str, size: int, room: float) -> str:
    """Cut words that can be written to a width."""
    if width(words, size) <= room:
        return words
    kept = words
    while kept and width(kept.rstrip() + ELLIPSIS, size) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def writable(text: str, otherwise: str = "") -> str:
    """Give a stranger's text as far as the font can write it, with no box in it.

    Accents that it lacks are left away, and so is what is no letter. Where letters would be
    missing, the words would be others: then it is `otherwise`.
    """
    shown: list[str] = []
    for character in bare(text, _NAME_UNITS):
        plain = character if _has(character) else _unaccented(character)
        if plain is None and unicodedata.category(character)[0] in "LN":
            return otherwise
        shown.append(plain or "")
    return " ".join("".join(shown).split()) or otherwise


def _unaccented(character: str) -> str | None:
    parts = unicodedata.normalize("NFKD", character)
    plain = [each for each in parts if not unicodedata.combining(each)]
    return "".join(plain) if plain and all(_has(each) for each in plain) else None


@lru_cache(maxsize=4096)
def _has(character: str) -> bool:
    font = _font(32)
    drawn, missing = font.getmask(character), font.getmask(_NO_GLYPH)
    return character.isspace() or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
