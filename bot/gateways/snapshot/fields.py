"""One field of an answer of Snapshot's: its type checked, its number exact. Pure."""

from decimal import Decimal
from typing import Any

from bot.domain.text import storable
from bot.domain.types import Address, BlockNumber, Seconds, UnixSeconds


def text(value: Any) -> str:
    """Read a text.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r}")
    return storable(value)


def integer(value: Any) -> int:
    """Read a whole number.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a whole number was expected, not {value!r}")
    return value


def number(value: Any) -> Decimal:
    """Read a number, exactly.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise TypeError(f"a number was expected, not {value!r}")
    return Decimal(value)


def seconds(value: Any) -> Seconds | None:
    """Read a delay or a period, of which the hub gives 0 or null when the space has none."""
    return Seconds(integer(value)) if value else None


def moment(value: Any) -> UnixSeconds | None:
    """Read a moment that may not have come; the hub gives 0 or null then."""
    return UnixSeconds(integer(value)) if value else None


def table(value: Any) -> tuple[tuple[Decimal, ...], ...]:
    """Read scores by choice and strategy; the hub does not type them, and older ones are text."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return ()
    return tuple(tuple(number(score or 0) for score in row) for row in value)


def block(value: Any) -> BlockNumber | None:
    """Read a block number, which older hubs give as text and others leave out."""
    return None if value in {None, ""} else BlockNumber(int(value))


def addresses(value: Any) -> tuple[Address, ...]:
    """Read a list of addresses, which may be absent."""
    return tuple(Address(text(address)) for address in value or ())
