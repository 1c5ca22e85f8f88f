"""Numbers as people read them: `1.02M BTRST`, `81.2 %`, a bar of text."""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, ROUND_UP, Context, Decimal

from bot.domain.text import line

_SUFFIXES = ("", "K", "M", "B", "T")
_UNIT_LIMIT = 48  # a token's symbol, escaped
_SMALLEST = Decimal("0.01")
_LARGEST_EXPONENT = 15
_DIGITS = 4
# Nothing is trapped: whatever number is told, a card is written.
_DOWN = Context(_DIGITS, ROUND_DOWN, MIN_EMIN, MAX_EMAX, traps=[])
_UP = Context(_DIGITS, ROUND_UP, MIN_EMIN, MAX_EMAX, traps=[])
_PART = Context(12, None, MIN_EMIN, MAX_EMAX, traps=[])
_EXACT_DIGITS = 80  # before the point, and behind it; a uint256 has at most 78
_NOT_KNOWN = "not known yet"
_WHOLE = Decimal(100)
_THOUSAND = 3


def amount(value: Decimal | None, unit: str = "", *, is_rounded_up: bool = False) -> str:
    """Write an amount in at most four digits, exactly when it is small.

    It is rounded towards zero, so that what falls short of a quorum never reads as the quorum;
    what is still missing is rounded up for the same reason.
    """
    if value is None or not value.is_finite():
        return _NOT_KNOWN
    number = _number(value, _UP if is_rounded_up else _DOWN)
    return f"{number} {line(unit, _UNIT_LIMIT)}".rstrip()


def exact(value: Decimal | None, unit: str = "") -> str:
    """Write an amount to its last digit, with its thousands apart; only what is absurd is cut."""
    if value is None or not value.is_finite():
        return _NOT_KNOWN
    if not value:
        return f"0 {line(unit, _UNIT_LIMIT)}".rstrip()
    exponent = value.as_tuple().exponent
    is_absurd = value.adjusted() >= _EXACT_DIGITS or int(exponent) < -_EXACT_DIGITS
    number = f"{value:.3E}" if is_absurd else _trimmed(value)
    return f"{number} {line(unit, _UNIT_LIMIT)}".rstrip()


def _number(value: Decimal, context: Context) -> str:
    if value == 0:
        return "0"
    if value < 0:
        return f"-{_number(value.copy_abs(), context)}"
    if value < _SMALLEST:
        return "less than 0.01"
    rounded = context.plus(value)
    exponent = rounded.adjusted()
    if exponent >= _LARGEST_EXPONENT:
        return f"{rounded:.3E}"
    thousands = max(exponent, 0) // _THOUSAND
    return _trimmed(rounded.scaleb(-_THOUSAND * thousands)) + _SUFFIXES[thousands]


def _trimmed(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(part: Decimal, total: Decimal) -> Decimal:
    """Give a part of a total as a number from 0 to 1; of nothing it is 0."""
    if not (part.is_finite() and total.is_finite()) or total <= 0 or part <= 0:
        return Decimal(0)
    return Decimal(1) if part >= total else _PART.divide(part, total)


def percent(fraction: Decimal) -> str:
    """Write a share with one digit; a few are never none, and almost all never all."""
    value = fraction * _WHOLE
    if 0 < value < Decimal("0.1"):
        return "less than 0.1 %"
    if Decimal("99.9") < value < _WHOLE:
        return "more than 99.9 %"
    return f"{value.quantize(Decimal('0.1')).normalize():f} %"


def bar(fraction: Decimal, *, full: str = "█", empty: str = "░", width: int = 20) -> str:
    """Draw a share as a bar of text; the numbers stand beside it."""
    filled = int(fraction * width + Decimal("0.5"))
    filled = min(max(filled, 0), width)
    return full * filled + empty * (width - filled)
