"""How a text becomes a value of the policy, and back: words, emoji, roles, lists.

A text in double quotation marks is taken as it stands, with a mark inside it written twice: so
spaces at an end, commas and the word `none` can be said.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.policy.kinds import EMPTY, TYPED_LIMIT, Kind
from bot.domain.text import storable
from bot.domain.types import RoleId


@dataclass(frozen=True, slots=True)
class Words(Kind):
    """One line of text; the shortest is 0 where it may be left out."""

    shortest: int
    longest: int
    offered: tuple[str, ...] = ()

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return self.offered

    @property
    @override
    def expects(self) -> str:
        empty = f", or `{EMPTY}`" if self.shortest == 0 else ""
        return f"a text of {max(self.shortest, 1)} to {self.longest} characters{empty}"

    @override
    def read(self, text: str) -> str:
        return self._checked(_unquoted(storable(text[:TYPED_LIMIT]).strip()))

    def _checked(self, value: str) -> str:
        if not value.isprintable():
            raise Refusal("has to be one line of visible characters")
        if not self.shortest <= len(value) <= self.longest or (value and not value.strip()):
            raise Refusal(f"has to be {self.expects}; this has {len(value)} characters")
        return value

    @override
    def write(self, value: str) -> str:
        return _quoted(value)

    @override
    def from_file(self, value: object) -> str:
        if not isinstance(value, str):
            raise Refusal("has to be a text in quotation marks")
        return self._checked(storable(value))

    @override
    def to_file(self, value: str) -> str:
        return value


def _quoted(value: str) -> str:
    if not value:
        return EMPTY
    is_plain = value == value.strip() and value.casefold() != EMPTY and not {'"', ","} & {*value}
    return value if is_plain else '"' + value.replace('"', '""') + '"'


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return "" if text.casefold() == EMPTY else text


@dataclass(frozen=True, slots=True)
class Pattern(Kind):
    """A text that has to look a certain way."""

    pattern: str
    words: str
    offered: tuple[str, ...] = ()

    @property
    @override
    def expects(self) -> str:
        return self.words

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return self.offered

    @override
    def read(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text.strip()):
            raise Refusal(f"has to be {self.words}")
        return text.strip()

    @override
    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Emoji(Kind):
    """A character that is an emoji, or a custom one as Discord writes it."""

    may_be_empty: bool = False

    @property
    @override
    def expects(self) -> str:
        empty = f", or `{EMPTY}`" if self.may_be_empty else ""
        return (
            f"one emoji, or a custom one of this server such as `<:name:123456789012345678>`{empty}"
        )

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return ((EMPTY,) if self.may_be_empty else ()) + ("👍", "👎", "✅", "🚀", "💡")

    @override
    def read(self, text: str) -> str:
        text = text[:TYPED_LIMIT].strip()
        if self.may_be_empty and text.casefold() == EMPTY:
            return ""
        if not _CUSTOM.fullmatch(text) and not _is_one_emoji(text):
            raise Refusal(f"has to be {self.expects}")
        return text

    @override
    def write(self, value: str) -> str:
        return value or EMPTY


_CUSTOM = re.compile(r"<a?:[A-Za-z0-9_]{2,32}:[0-9]{15,20}>")
_PICTURES = frozenset({"So", "Sm", "Me"})
_PARTS = _PICTURES | {"Sk", "Mn"}
_JOINERS = frozenset({"\u200d", *map(chr, range(0xE0020, 0xE0080))})  # within families and flags
_KEYCAPS = frozenset("0123456789#*")
_LONGEST_EMOJI = 16  # code points


def _is_one_emoji(text: str) -> bool:
    """Say whether this looks like one emoji; which there are, Discord alone knows."""
    categories = {unicodedata.category(each) for each in text if each not in _JOINERS | _KEYCAPS}
    pictures = sum(unicodedata.category(each) in _PICTURES for each in text)
    is_single = pictures == 1 or "\u200d" in text or _is_flag(text)
    return len(text) <= _LONGEST_EMOJI and is_single and categories <= _PARTS


def _is_flag(text: str) -> bool:
    return len(text) == 2 and all("\U0001f1e6" <= each <= "\U0001f1ff" for each in text)  # noqa: PLR2004 - two letters make a flag


@dataclass(frozen=True, slots=True)
class Role(Kind):
    """A role, as Discord writes it or by its number."""

    @property
    @override
    def expects(self) -> str:
        return "a role: `@role`, or its id"

    @override
    def read(self, text: str) -> RoleId:
        found = re.fullmatch(r"(?:<@&)?([0-9]{1,19})>?", text.strip())
        if found is None or not 0 < int(found[1]) < 2**63:
            raise Refusal(f"has to be {self.expects}")
        return RoleId(int(found[1]))

    @override
    def write(self, value: RoleId) -> str:
        return f"<@&{value}>"


@dataclass(frozen=True, slots=True)
class Several(Kind):
    """A list, separated by commas; in a file a list too."""

    item: Kind
    least: int
    most: int

    @property
    @override
    def expects(self) -> str:
        empty = f", or `{EMPTY}`" if self.least == 0 else ""
        number = f"{self.least or 1} to {self.most}, separated by commas"
        return f"{number}; each {self.item.expects}{empty}"

    @property
    @override
    def examples(self) -> tuple[str, ...]:
        return () if self.least else (EMPTY,)

    @override
    def read(self, text: str) -> tuple[Any, ...]:
        text = text[:TYPED_LIMIT].strip()
        if text.casefold() == EMPTY:
            return self._checked(())
        return self._checked(tuple(self.item.read(each) for each in _split(text) if each.strip()))

    def _checked(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.least <= len(values) <= self.most:
            raise Refusal(f"has to be {self.expects}; these are {len(values)}")
        known = {str(value).casefold() for value in values}
        if len(known) < len(values):
            raise Refusal("has to name each only once; capital letters make no difference")
        return values

    @override
    def write(self, value: tuple[Any, ...]) -> str:
        return ", ".join(map(self.item.write, value)) or EMPTY

    @override
    def from_file(self, value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Refusal("has to be a list in square brackets")
        return self._checked(tuple(self.item.from_file(each) for each in value))

    @override
    def to_file(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.item.to_file(each) for each in value]


def _split(text: str) -> list[str]:
    """Split at the commas outside quotation marks."""
    items, is_quoted = [""], False
    for character in text:
        is_quoted ^= character == '"'
        if character == "," and not is_quoted:
            items.append("")
        else:
            items[-1] += character
    if is_quoted:
        raise Refusal("has a quotation mark that is not closed")
    return items
