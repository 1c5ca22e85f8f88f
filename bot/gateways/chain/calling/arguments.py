"""The arguments of a call: read by their types, and written as text (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.exceptions import ABITypeError, ParseError
from eth_abi.grammar import TupleType, parse
from eth_utils.address import to_checksum_address

from bot.domain.onchain.call import Argument
from bot.gateways.chain.codec import UndecodableDataError, decode, encode

MOST_NESTING: Final = 6  # brackets inside each other, of either kind
MOST_SIGNATURE: Final = 512  # characters
MOST_ITEMS: Final = 20  # of a list that are written out
MOST_TEXT: Final = 500  # characters of one argument

_SIGNATURE: Final = re.compile(r"([A-Za-z_$][\w$]*)(\([\w,()\[\]]*\))", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The arguments of a call, as Python values and as text."""

    raw: tuple[Any, ...]
    arguments: tuple[Argument, ...]


def read_values(
    signature: str, names: Sequence[str], data: bytes, *, is_canonical: bool
) -> Values | None:
    """Read the data of a call behind its selector; `None` if it is no such data.

    Contracts read leniently. Where it is not certain that the function is this one, the values
    have to give the same bytes when they are encoded again.
    """
    types = types_of(signature)
    if types is None:
        return None
    written = [one.to_type_str() for one in types]
    try:
        values = decode(written, data)
        if is_canonical and encode(written, values) != data:
            return None
    except UndecodableDataError:
        return None
    called = names if len(names) == len(types) else [""] * len(types)
    return Values(
        raw=values,
        arguments=tuple(
            Argument(type=kind, value=_cut(_text(one, value)), name=name)
            for kind, one, value, name in zip(written, types, values, called, strict=True)
        ),
    )


def types_of(signature: str) -> tuple[Any, ...] | None:
    """Return eth_abi's types between the brackets, or `None` if this is no signature."""
    if len(signature) > MOST_SIGNATURE:
        return None
    found = _SIGNATURE.fullmatch(signature)
    if found is None or _nesting(found[2]) > MOST_NESTING:
        return None
    if found[2] == "()":
        return ()
    try:
        parsed = parse(found[2])
        parsed.validate()
    except (ParseError, ABITypeError, ValueError):
        return None
    return tuple(parsed.components) if isinstance(parsed, TupleType) else None


def _nesting(types: str) -> int:
    """Count how deep the worst of the types can be: brackets inside each other, and lists."""
    deepest = depth = 0
    for character in types:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest + max((part.count("[") for part in re.split(r"[(),]", types)), default=0)


def _text(abi_type: Any, value: Any) -> str:
    if abi_type.is_array:
        return f"[{_list([abi_type.item_type] * len(value), value)}]"
    if isinstance(abi_type, TupleType):
        return f"({_list(list(abi_type.components), value)})"
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return _cut("0x" + value[:MOST_TEXT].hex())
        case str() if abi_type.to_type_str() == "address":
            return str(to_checksum_address(value))
        case _:
            return _cut(str(value))


def _list(types: list[Any], values: Any) -> str:
    parts = [_text(one, value) for one, value in zip(types[:MOST_ITEMS], values, strict=False)]
    if len(types) > MOST_ITEMS:
        parts.append(f"… {len(types) - MOST_ITEMS} more")
    return _cut(", ".join(parts))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
