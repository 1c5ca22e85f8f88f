"""The picture of a vote: whatever it shows, it is a picture of one size, and the same each time."""

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts import HEIGHT, MOST_SERIES, WIDTH, Chart, Mark, Series, draw
from bot.charts.canvas import fitted, width, writable
from bot.charts.scale import moments, values
from cogs.cards.amounts import amount

START, DAY = 1_767_600_000, 86_400
NUMBERS = st.decimals(0, allow_nan=False, allow_infinity=False) | st.just(Decimal(0))
TEXTS = st.text(max_size=300) | st.sampled_from(
    ["\u202e evil", "e" + "\u0301" * 400, "日本語", "🚀", "\n\n\n", "\ud800", "A" * 300, ""]
)


def series(*scores: Decimal | int, number: int = 1, name: str = "Yes") -> Series:
    points = tuple((START + DAY * day, Decimal(score)) for day, score in enumerate(scores))
    return Series(number=number, name=name, value=amount(points[-1][1], "BTRST"), points=points)


def chart(*choices: Series, **changes: Any) -> Chart:
    given: dict[str, Any] = {
        "title": "Lower the marketplace fee to 8 %",
        "subtitle": "closed, final",
        "series": choices,
        "turnout": series(*(value for _, value in choices[0].points), number=0, name="All votes"),
        "quorum": Mark(value=Decimal(100), label="quorum 100 BTRST"),
        "note": "",
        "start": START,
        "end": START + 5 * DAY,
        "amount": amount,
    }
    return Chart(**{**given, **changes})


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("count", [1, 2, MOST_SERIES])
@pytest.mark.parametrize("scores", [(10, 50, 200), (7,), (0, 0, 0), (5, 5)])
def test_a_picture_has_one_size_and_is_the_same_each_time(
    count: int, scores: tuple[int, ...]
) -> None:
    one = chart(*(series(*scores, number=number + 1) for number in range(count)))
    data = draw(one)
    image = opened(data)
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(data) < 100_000
    assert draw(one) == data


def test_one_moment_makes_bars_and_several_make_lines() -> None:
    assert not chart(series(7)).is_over_time
    assert chart(series(7, 9)).is_over_time
    assert draw(chart(series(7))) != draw(chart(series(7, 7)))


def test_a_choice_is_seen_without_its_colour() -> None:
    both = chart(series(10, 80), series(40, 20, number=2, name="No"))
    grey = opened(draw(both)).convert("L")
    alone = opened(draw(chart(series(10, 80)))).convert("L")
    assert list(grey.tobytes()) != list(alone.tobytes())


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=5),
    names=st.lists(TEXTS, min_size=3, max_size=3),
    title=TEXTS,
    quorum=st.none() | NUMBERS,
    start=st.integers(0, 2**40),
    span=st.integers(0, 2**40),
)
def test_nothing_that_strangers_write_or_cast_breaks_a_picture(
    scores: list[tuple[Decimal, ...]],
    names: list[str],
    title: str,
    quorum: Decimal | None,
    start: int,
    span: int,
) -> None:
    step = max(span // max(len(scores), 1), 1)
    choices = [
        Series(
            number=place + 1,
            name=names[place],
            value=amount(scores[-1][place], names[place]),
            points=tuple((start + step * at, each[place]) for at, each in enumerate(scores)),
        )
        for place in range(3)
    ]
    mark = None if quorum is None else Mark(value=quorum, label=title)
    made = chart(*choices, title=title, quorum=mark, start=start, end=start + span)
    assert opened(draw(made)).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łódź — naïve “façade”", "Łódź — naïve “façade”"),
        ("Да", "Да"),
        ("日本語の選択肢", "choice 2"),
        ("🚀 To the moon", "To the moon"),
        ("\u200b\u202e", "choice 2"),
        ("a\nb\tc", "a b c"),
    ],
)
def test_what_the_font_cannot_write_is_no_box(text: str, shown: str) -> None:
    assert writable(text, "choice 2") == shown


@given(TEXTS, st.integers(40, 400))
def test_words_are_fitted_to_their_room(text: str, room: int) -> None:
    words = fitted(writable(text), 19, room)
    assert width(words, 19) <= room


@given(NUMBERS.filter(lambda value: value > 0))
def test_the_value_axis_reaches_over_the_largest_value(largest: Decimal) -> None:
    axis = values(largest)
    assert axis.top >= largest * Decimal("0.999999")
    assert 2 <= len(axis.ticks) <= 6
    assert 0 <= axis.fraction(largest) <= 1


@given(st.integers(0, 2**34), st.integers(1, 2**33))
def test_the_time_axis_has_a_few_moments_within_it(start: int, span: int) -> None:
    found = moments(start, start + span)
    assert len(found) <= 8
    assert all(start <= at <= start + span for at, _ in found)


def test_days_are_written_in_utc() -> None:
    assert moments(START, START + 5 * DAY)[0] == (1_767_657_600, "6 Jan")
    assert moments(START, START + 7_200)[0][1].startswith("5 Jan 08:00")
