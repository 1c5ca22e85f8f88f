"""The calls that a draft names, read from its text: tolerant, and in linear time.

A row of its own says one call, in one of these ways:

    call: GovernanceDecisions.setMarketplaceFee(8)
    call: 0x281E…d9Fb (in full): setMarketplaceFee(uint8) 8
    call: Treasury.pay(address, uint256) 0xABC…, 5 value 1.5 ETH

The word `call:` may be left out before a whole address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_NAMED = 40
_LONGEST_ROW = 1_000
_MOST_ARGUMENTS = 40
_BULLET = re.compile(r"[\s>]*(?:[-*+•]|\d{1,3}[.)])?[\s`*_]*")
_CALL = re.compile(r"(?:on-chain\s+)?calls?\s*(?:\d{1,3}\s*)?:[\s`*_]*", re.IGNORECASE)
_TARGET = re.compile(r"(0x[0-9a-f]{40}|[\w$][\w$ .…-]{0,79}?)\s*(?:\.|::?|→)\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"0x[0-9a-f]{40}", re.IGNORECASE)
_FUNCTION = re.compile(r"([A-Za-z_$][\w$]{0,79})\s*\(", re.ASCII)
_TYPE = re.compile(
    r"(?:u?int\d{0,3}|address|bool|string|bytes\d{0,2}|"
    r"\((?=[(\s]{0,6}(?:u?int|address|bool|string|bytes)).{0,200}\))(?:\[\d{0,4}\])*",
    re.ASCII,
)
_VALUE = re.compile(
    r"(?:^|[\s,])(?:with\s+)?value\s*[:=]?\s*([\d.,_]{1,40}\s*[A-Za-z]{0,10})", re.IGNORECASE
)
_NAMED = re.compile(r"([A-Za-z_$][\w$]{0,39})\s*[:=]\s*(?=\S)", re.ASCII)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "\"'“”«»"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCall:
    """A call as a draft names it."""

    text: str  # the row, as it was written
    target: str  # an address, or what the draft calls the contract
    function: str
    types: tuple[str, ...] | None  # `None`: the draft does not say them
    arguments: tuple[str, ...] | None  # as text, without quotation marks; `None`: it says none
    value: str = ""  # coins sent along, as written; `""`: none are named
    selector: str = ""  # of the function with its types, `0x` and hex; `""`: not known

    @property
    def has_address(self) -> bool:
        """Whether it names the contract by its whole address."""
        return _ADDRESS.fullmatch(self.target) is not None

    @property
    def signature(self) -> str:
        """The function with its types, or `""` where the draft does not say them."""
        if self.types is None:
            return ""
        return f"{self.function}({','.join(self.types)})"


def named_calls(text: str) -> tuple[NamedCall, ...]:
    """Give the calls that a text names, in its order; a row that names none is none."""
    found: list[NamedCall] = []
    for row in text.splitlines():
        call = _named(row[:_LONGEST_ROW])
        if call is not None:
            found.append(call)
        if len(found) == MOST_NAMED:
            break
    return tuple(found)


def _named(row: str) -> NamedCall | None:
    at = _after(_BULLET, row, 0)
    start = _after(_CALL, row, at)
    if start == at and not _ADDRESS.match(row, at):
        return None
    target = _TARGET.match(row, start)
    function = _FUNCTION.match(row, target.end()) if target else None
    if target is None or function is None:
        return None
    end = _closing(row, function.end() - 1)
    if end is None:
        return None
    types, arguments, value = _given(row[function.end() : end], row[end + 1 :])
    return NamedCall(
        text=" ".join(row[at:].replace("`", "").replace("*", "").split()),
        target=target[1].strip(),
        function=function[1],
        types=types,
        arguments=arguments,
        value=value,
    )


def _after(pattern: re.Pattern[str], row: str, at: int) -> int:
    found = pattern.match(row, at)
    return found.end() if found else at


def _given(inside: str, behind: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, str]:
    """Tell types from arguments: what stands in the brackets, and what behind them."""
    found = _VALUE.search(behind)
    value = " ".join(found[1].split()).strip(",.") if found else ""
    tail = (behind[: found.start()] if found else behind).strip(" \t`*_.;,:=→")
    parts = _parts(inside)
    words = [_typed(part) for part in parts]
    has_types = all(type_ and not argument for type_, argument in words)
    types = tuple(type_ for type_, _ in words)
    if words and has_types:
        return types, _arguments(_parts(tail), len(words)) if tail else None, value
    arguments = tuple(argument for _, argument in words)
    return (types if all(types) else None), arguments, value


def _typed(part: str) -> tuple[str, str]:
    """Read one argument: `8`, `uint8 8`, `fee = 8`, or a type alone."""
    found = _TYPE.match(part)
    type_ = ""
    if found and (found.end() == len(part) or part[found.end()].isspace()):
        type_, part = _canonical(found[0]), part[found.end() :].strip()
    name = _NAMED.match(part)
    return type_, _unquoted(part[name.end() :] if name else part)


def _canonical(type_: str) -> str:
    compact = "".join(type_.split())
    return re.sub(r"\b(u?int)(?!\d)", r"\g<1>256", compact)


def _arguments(parts: list[str], count: int) -> tuple[str, ...]:
    """Read the arguments behind the types: by commas, or by spaces where that is what fits."""
    if len(parts) == 1 and count > 1 and len(words := parts[0].split()) == count:
        parts = words
    if len(parts) > 1 and count == 1:
        parts = [", ".join(parts)]
    return tuple(_typed(part)[1] for part in parts)


def _unquoted(text: str) -> str:
    text = text.strip().strip("`").strip()
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        return text[1:-1]
    return text


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no brackets and no quotation marks."""
    parts = [""]
    for character, is_inside in _marked(text):
        if character == "," and not is_inside and len(parts) < _MOST_ARGUMENTS:
            parts.append("")
        else:
            parts[-1] += character
    stripped = [part.strip() for part in parts]
    return stripped if any(stripped) else []


def _closing(row: str, opening: int) -> int | None:
    """Find the bracket that closes the one at `opening`."""
    for offset, (character, is_inside) in enumerate(_marked(row[opening + 1 :])):
        if character == ")" and not is_inside:
            return opening + 1 + offset
    return None


def _marked(text: str) -> Iterator[tuple[str, bool]]:
    """Give each character with whether it stands in brackets or quotation marks."""
    open_: list[str] = []
    quote = ""
    for character in text:
        if quote:
            yield character, True
            quote = "" if character == quote else quote
        elif character in '"“':
            quote = {"“": "”"}.get(character, character)
            yield character, True
        elif open_ and character == open_[-1]:
            open_.pop()
            yield character, True
        else:
            yield character, bool(open_)
            if character in _PAIRS:
                open_.append(_PAIRS[character])
