"""The page's colours can be read, by day and by night."""

import re
from pathlib import Path

import pytest

import sandbox.page

STYLE = (Path(sandbox.page.__file__).parent / "style.css").read_text()
COLOUR = "(#[0-9a-f]{6})"
BOTH = {
    name: (light, dark)
    for name, light, dark in re.findall(rf"--([\w-]+): light-dark\({COLOUR}, {COLOUR}\);", STYLE)
}
ALWAYS = re.findall(rf"(?:--(?:good|bad|primary):|\.hue-\d {{ background:) {COLOUR};", STYLE)
GROUNDS = ("paper", "side", "card", "sunken", "chip", "ping", "private")
ENOUGH = 4.5  # WCAG 2.2, 1.4.3, for text of this size


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "strong", "soft", "accent"])
def test_every_ink_stands_out_from_every_ground(ink: str, ground: str) -> None:
    for theme in (0, 1):
        assert contrast(BOTH[ink][theme], BOTH[ground][theme]) >= ENOUGH


@pytest.mark.parametrize("ink", ["strong", "accent"])
def test_what_is_tinted_stands_out(ink: str) -> None:
    for theme in (0, 1):
        assert contrast(BOTH[ink][theme], BOTH["tint"][theme]) >= ENOUGH


@pytest.mark.parametrize("ground", ALWAYS)
def test_white_stands_out_from_buttons_and_avatars(ground: str) -> None:
    assert contrast("#ffffff", ground) >= ENOUGH


def test_the_page_fetches_nothing() -> None:
    assert len(ALWAYS) == 11
    assert "url(" not in STYLE
    assert "@import" not in STYLE
