"""How a text becomes a value of the policy, and back: numbers, times, choices."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.policy import DAY, HOUR
from bot.domain.share import Share, share
from bot.domain.types import Seconds

EMPTY = "none"
TYPED_LIMIT = 4_000  # characters of a text that is read at all


class Kind(ABC):
    """One kind of value; in a file it is a text unless the kind says otherwise."""

    @property
    @abstractmethod
    def expects(self) -> str:
        """Say what may be typed."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Give what may be offered to a person who types."""
        return ()

    @abstractmethod
    def read(self, text: str) -> Any:
        """Make the value of a text.

        Raises:
            Refusal: It is none; the message says what may be typed.
        """

    @abstractmethod
    def write(self, value: Any) -> str:
        """Write the value so that `read` gives it back."""

    def from_file(self, value: object) -> Any:
        """Make the value of what a file holds.

        Raises:
            Refusal: It is of another type, or `read` refuses it.
        """
        if not isinstance(value, str):
            raise Refusal(f"has to be a text in quotation marks: {self.expects}")
        return self.read(value)

    def to_file(self, value: Any) -> Any:
        """Give the value as a file holds it."""
        return self.write(value)


@dataclass(frozen=True, slots=True)
class WholeNumber(Kind):
    """A number between two others."""

    low: int
    high: int

    @property
    @override
    def expects(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        usual = (0, 1, 2, 3, 5, 10, 12, 20, 50, 100)
        return tuple(str(each) for each in usual if self.low <= each <= self.high)

    @override
    def read(self, text: str) -> int:
        text = text.strip()
        if not re.fullmatch(r"[0-9]{1,12}", text) or not self.low <= int(text) <= self.high:
            raise Refusal(f"has to be {self.expects}")
        return int(text)

    @override
    def write(self, value: int) -> str:
        return str(value)

    @override
    def from_file(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal(f"has to be {self.expects}, without quotation marks")
        return self.read(str(value) if value.bit_length() < 64 else "")  # noqa: PLR2004 - far out

    @override
    def to_file(self, value: int) -> int:
        return value


@dataclass(frozen=True, slots=True)
class YesNo(Kind):
    """Yes or no."""

    @property
    @override
    def expects(self) -> str:
        return "yes or no"

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return ("yes", "no")

    @override
    def read(self, text: str) -> bool:
        word = text.strip().casefold()
        if word not in _TRUTHS:
            raise Refusal(f"has to be {self.expects}")
        return _TRUTHS[word]

    @override
    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    @override
    def from_file(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Refusal("has to be true or false, without quotation marks")
        return value

    @override
    def to_file(self, value: bool) -> bool:
        return value


_TRUTHS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


@dataclass(frozen=True, slots=True)
class Duration(Kind):
    """A length of time in days, hours, minutes and seconds."""

    low: Seconds
    high: Seconds

    @property
    @override
    def expects(self) -> str:
        low = self.write(self.low)
        return f"a time such as `2 days` or `36 h`, from {low} to {self.write(self.high)}"

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        usual = (0, HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
        return tuple(self.write(Seconds(e)) for e in usual if self.low <= e <= self.high)

    @override
    def read(self, text: str) -> Seconds:
        text = text[:TYPED_LIMIT].strip().casefold()
        parts = _AMOUNT.findall(text)
        is_whole = not _AMOUNT.sub("", text).replace(",", "").replace("and", "").strip()
        if text in {EMPTY, "0"}:
            parts, is_whole = [("0", "s")], True
        if not parts or not is_whole or any(unit not in _UNITS for _, unit in parts):
            raise Refusal(f"has to be {self.expects}")
        seconds = Seconds(sum(int(number) * _UNITS[unit] for number, unit in parts))
        if not self.low <= seconds <= self.high:
            raise Refusal(f"has to be {self.expects}")
        return seconds

    @override
    def write(self, value: Seconds) -> str:
        days, rest = divmod(value, DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, seconds = divmod(rest, 60)
        parts = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"))
        written = [f"{number} {unit}" for number, unit in (*parts, (seconds, "s")) if number]
        return " ".join(written) or EMPTY


_AMOUNT = re.compile(r"([0-9]{1,9}) ?([a-z]{1,7})")
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "week", "weeks"), 7 * DAY),
}


@dataclass(frozen=True, slots=True)
class OneOf(Kind):
    """One of a few values, each with its name."""

    choices: Mapping[str, Any]

    @property
    @override
    def expects(self) -> str:
        return "one of: " + "; ".join(self.choices)

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return tuple(self.choices)

    @override
    def read(self, text: str) -> Any:
        wanted = _spaced(text)
        for name, value in self.choices.items():
            if _spaced(name) == wanted:
                return value
        raise Refusal(f"has to be {self.expects}")

    @override
    def write(self, value: Any) -> str:
        names = [name for name, each in self.choices.items() if each == value]
        return names[0] if names else str(value)


def _spaced(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class Percent(Kind):
    """A share of the votes, or none."""

    @property
    @override
    def expects(self) -> str:
        return f"a share such as `60 %`, `66.7 %` or `2/3`, up to 100 %, or `{EMPTY}`"

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return (EMPTY, "50 %", "60 %", "2/3", "3/4")

    @override
    def read(self, text: str) -> Share | None:
        text = text[:TYPED_LIMIT].strip().casefold()
        if text == EMPTY:
            return None
        found = _share(text)
        if found is None:
            raise Refusal(f"has to be {self.expects}")
        return found

    @override
    def write(self, value: Share | None) -> str:
        return EMPTY if value is None else value.text


def _share(text: str) -> Share | None:
    """Read a share that is more than nothing and at most all; a number alone is in per cent."""
    if parts := re.fullmatch(r"([0-9]{1,6}) ?/ ?([0-9]{1,6})", text):
        part, whole = int(parts[1]), int(parts[2])
    elif number := re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,6}))? ?%?", text):
        behind = number[2] or ""
        part, whole = int(number[1] + behind), 100 * 10 ** len(behind)
    else:
        return None
    return share(part, whole) if 0 < part <= whole else None


@dataclass(frozen=True, slots=True)
class Quorum(Kind):
    """An amount of votes, a share of the token's supply, or what the space says."""

    @property
    @override
    def expects(self) -> str:
        return (
            "a number such as `100000` or `2.5`, a share such as `4 % of supply`, "
            "`0` for no quorum, or `space` for the space's own"
        )

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return ("space", "0", "100000", f"4 %{_OF_SUPPLY}")

    @override
    def read(self, text: str) -> Decimal | Share | None:
        text = text[:TYPED_LIMIT].strip().casefold()
        if text == "space":
            return None
        if text.endswith(_OF_SUPPLY) and (found := _share(text.removesuffix(_OF_SUPPLY).strip())):
            return found
        if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3}){1,9}(\.[0-9]{1,18})?", text):
            text = text.replace(",", "")
        if not re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,18})?", text):
            raise Refusal(f"has to be {self.expects}")
        return Decimal(text)

    @override
    def write(self, value: Decimal | Share | None) -> str:
        if isinstance(value, Share):
            return value.text + _OF_SUPPLY
        return "space" if value is None else f"{value:f}"


_OF_SUPPLY = " of supply"
