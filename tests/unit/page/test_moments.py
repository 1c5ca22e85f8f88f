"""Moments as Discord's clients write them, in UTC."""

import pytest

from sandbox.page.moments import day, moment, relative, written

AT = 1_800_000_000  # Friday, 15 January 2027, 08:00 UTC


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("t", "08:00"),
        ("T", "08:00:00"),
        ("d", "15/01/2027"),
        ("D", "15 January 2027"),
        ("f", "15 January 2027 at 08:00"),
        ("F", "Friday, 15 January 2027 at 08:00"),
    ],
)
def test_each_style_has_its_form(style: str, shown: str) -> None:
    assert written(AT, style) == shown


def test_a_moment_says_itself_in_full_to_who_points_at_it() -> None:
    assert moment(AT, "R", AT + 60) == (
        '<time datetime="2027-01-15T08:00:00Z" title="Friday, 15 January 2027 at 08:00 UTC">'
        "a minute ago</time>"
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (1, "in a second"),
        (-45, "45 seconds ago"),
        (3_600, "in an hour"),
        (-7_200, "2 hours ago"),
        (86_400, "in a day"),
        (3 * 86_400, "in 3 days"),
        (-31 * 86_400, "a month ago"),
        (800 * 86_400, "in 2 years"),
    ],
)
def test_a_distance_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    assert relative(AT + seconds, AT) == said


@pytest.mark.parametrize("at", [-1, 253_402_300_800, 10**17])
def test_where_no_calendar_reaches_there_is_no_moment(at: int) -> None:
    assert moment(at, "F", AT) is None


def test_a_day_has_its_name() -> None:
    assert day(AT + 86_400) == "Saturday, 16 January 2027"
