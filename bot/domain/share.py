"""An exact part of a whole: what a rule such as “two thirds” or “4 % of the supply” compares."""

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal
from math import gcd

# Decimal's own 28 digits would round the sum of large scores. Nothing is trapped: whatever number
# a hub tells, it is compared and no job ends of it.
EXACT = Context(prec=200, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_UPWARDS = Context(prec=100, rounding=ROUND_CEILING, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_HUNDRED = 100
_PLACES = 6  # digits behind the point up to which a share is written in per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, such as 2 of 3; make it with `share`, so that equal shares are equal."""

    part: int
    whole: int  # more than 0

    def of(self, amount: Decimal) -> Decimal:
        """Give this share of an amount; what cannot be divided evenly is rounded up."""
        return _UPWARDS.divide(EXACT.multiply(amount, Decimal(self.part)), Decimal(self.whole))

    def compared(self, amount: Decimal, total: Decimal) -> int:
        """Say whether an amount is less than (-1), exactly (0) or more than (1) this share."""
        amount_scaled = EXACT.multiply(amount, Decimal(self.whole))
        return int(amount_scaled.compare(EXACT.multiply(total, Decimal(self.part))))

    @property
    def text(self) -> str:
        """Write the share as people do: `4 %`, or `2/3` where per cent would round it."""
        scaled, rest = divmod(self.part * _HUNDRED * 10**_PLACES, self.whole or 1)
        if rest or not self.whole:
            return f"{self.part}/{self.whole}"
        number = f"{Decimal(scaled).scaleb(-_PLACES):f}".rstrip("0").rstrip(".")
        return f"{number} %"


def share(part: int, whole: int) -> Share:
    """Make a share in its lowest terms."""
    common = gcd(part, whole)
    return Share(part=part // common, whole=whole // common)
