"""Numbers as people read them."""

from decimal import Decimal

import pytest

from cogs.cards.amounts import amount, bar, exact, percent, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.00", "0"),
        ("0.001", "less than 0.01"),
        ("0.25", "0.25"),
        ("7", "7"),
        ("12.5", "12.5"),
        ("999.99", "999.9"),
        ("1000", "1K"),
        ("12000", "12K"),
        ("236400", "236.4K"),
        ("99999.9", "99.99K"),
        ("1020000", "1.02M"),
        ("1256400", "1.256M"),
        ("3500000000", "3.5B"),
        ("999999999999999", "999.9T"),
        ("1E+15", "1.000E+15"),
        ("1E+400", "1.000E+400"),
        ("1E-400", "less than 0.01"),
        ("-1500", "-1.5K"),
    ],
)
def test_an_amount_is_exact_when_small_and_short_when_large(value: str, text: str) -> None:
    assert amount(Decimal(value)) == text


def test_what_falls_short_of_a_round_number_never_reads_as_that_number() -> None:
    assert amount(Decimal("99999.99")) == "99.99K"
    assert amount(Decimal("0.01"), is_rounded_up=True) == "0.01"


def test_what_is_missing_is_rounded_up() -> None:
    assert amount(Decimal("999.91"), is_rounded_up=True) == "1K"
    assert amount(Decimal(12001), is_rounded_up=True) == "12.01K"


@pytest.mark.parametrize("value", [None, Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_is_not_known_is_no_zero(value: Decimal | None) -> None:
    assert amount(value, "BTRST") == "not known yet"


def test_the_unit_is_a_strangers_text() -> None:
    assert amount(Decimal(2), "BTRST") == "2 BTRST"
    assert amount(Decimal(2), "<@1>") == "2 \\<\\@1\\>"


@pytest.mark.parametrize(
    ("part", "total", "text"),
    [
        (0, 0, "0 %"),
        (0, 10, "0 %"),
        (-3, 10, "0 %"),
        (1, 100_000, "less than 0.1 %"),
        (812, 1_000, "81.2 %"),
        (1, 3, "33.3 %"),
        (99_999, 100_000, "more than 99.9 %"),
        (10, 10, "100 %"),
        (12, 10, "100 %"),
    ],
)
def test_a_few_are_never_none_and_almost_all_never_all(part: int, total: int, text: str) -> None:
    assert percent(share(Decimal(part), Decimal(total))) == text


def test_a_share_of_what_is_not_a_number_is_nothing() -> None:
    assert share(Decimal("NaN"), Decimal(1)) == 0


@pytest.mark.parametrize(
    ("fraction", "drawn"), [("0", "░░░░░"), ("0.5", "███░░"), ("1", "█████"), ("7", "█████")]
)
def test_a_bar_always_has_its_width(fraction: str, drawn: str) -> None:
    assert bar(Decimal(fraction), width=5) == drawn


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0E-30", "0"),
        ("0E+900", "0"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("1234567.891000", "1,234,567.891"),
        ("1E+6", "1,000,000"),
        ("-1500.50", "-1,500.5"),
        ("999999999999999999999999.1", "999,999,999,999,999,999,999,999.1"),
        ("1.2345E+400", "1.234E+400"),
        ("1E-400", "1.000E-400"),
    ],
)
def test_an_exact_amount_has_all_its_digits_and_its_thousands_apart(value: str, text: str) -> None:
    assert exact(Decimal(value)) == text


def test_an_exact_amount_has_its_unit_and_is_not_invented() -> None:
    assert exact(Decimal("0.10"), "<@1>") == "0.1 \\<\\@1\\>"
    assert exact(Decimal(0), "BTRST") == "0 BTRST"
    assert exact(None, "BTRST") == "not known yet"
    assert exact(Decimal("NaN")) == "not known yet"
    assert exact(Decimal(2**256 - 1)).count(",") == 25


def test_an_exact_amount_never_grows_without_end() -> None:
    assert len(exact(Decimal("1" * 80 + "." + "1" * 80), "U" * 900)) < 250
    assert len(exact(Decimal("0." + "1" * 900))) < 20
