"""Arguments of a call as people type them, read strictly: what is not certain is refused (pure).

Numbers are decimal or `0x` hex; a `uint256` may also be `8000e18` or `1.5 ether`, which is said
back. Lists and tuples are JSON. Nothing is guessed, and nothing is rounded.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from eth_abi.exceptions import ABITypeError, ParseError
from eth_abi.grammar import TupleType, parse
from eth_utils.address import is_checksum_formatted_address, to_checksum_address

from bot.domain.onchain.call_file import of_json
from bot.domain.text import line
from bot.domain.types import Address

AbiType: TypeAlias = Any  # of eth_abi, which does not say what its methods give

MOST_SIGNATURE: Final = 256  # characters
MOST_NESTING: Final = 6  # brackets inside each other, of either kind
MOST_DATA: Final = 16 * 1024  # characters of the arguments of one call
WEI_DIGITS: Final = 18
_SHOWN: Final = 60

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,80}")
_HEX_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")
_HEX: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_SCIENTIFIC: Final = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?e[0-9]{1,2}")
_IN_COIN: Final = re.compile(r"([0-9]{1,40}(?:\.[0-9]{1,18})?) ?(ether|gwei|wei)")
_DIGITS: Final = {"ether": WEI_DIGITS, "gwei": 9, "wei": 0}
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ALIASES: Final = re.compile(r"^(u?int)(?=$|\[)")
_BEHIND: Final = re.compile(
    r"(?:(?:external|public|payable|nonpayable|view|pure|virtual|override) ?){0,6}"
    r"(?:returns ?\([^()]*\))? ?[;{]?"
)
_PLACES: Final = frozenset({"memory", "calldata", "storage", "payable"})


class MistypedError(ValueError):
    """What was typed cannot be read; the message is fit to be shown."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was read so far, and how: `notes` are said back to whoever typed it."""

    notes: list[str] = field(default_factory=list)


def function_signature(text: str) -> str:
    """Give a function as the ABI writes it: `transfer(address,uint256)`.

    Names of parameters, `function` before and what stands behind the brackets are left away.

    Raises:
        MistypedError: It is no function.
    """
    typed = " ".join(text.split()).removeprefix("function ")
    name, bracket, rest = typed.partition("(")
    if not bracket or _NAME.fullmatch(name.strip()) is None or len(typed) > MOST_SIGNATURE * 2:
        raise MistypedError(_no_function(text))
    inner, behind = _to_its_end(rest, text)
    if _BEHIND.fullmatch(behind.strip()) is None:
        raise MistypedError(_no_function(text))
    signature = f"{name.strip()}({_types(inner, text, depth=0)})"
    if len(signature) > MOST_SIGNATURE:
        raise MistypedError(f"The function is longer than {MOST_SIGNATURE} characters.")
    return signature


def _no_function(text: str) -> str:
    return (
        f"“{line(text, _SHOWN)}” is no function. Write its name and the types it takes, such as "
        "setMarketplaceFee(uint8)."
    )


def _to_its_end(rest: str, whole: str) -> tuple[str, str]:
    """Split where the bracket closes that was opened just before."""
    depth = 1
    for place, character in enumerate(rest):
        depth += (character == "(") - (character == ")")
        if not depth:
            return rest[:place], rest[place + 1 :]
    raise MistypedError(_no_function(whole))


def _types(inner: str, whole: str, depth: int) -> str:
    if depth > MOST_NESTING:
        raise MistypedError(_no_function(whole))
    return ",".join(_type(part, whole, depth) for part in _parts(inner)) if inner.strip() else ""


def _parts(inner: str) -> list[str]:
    parts, depth = [""], 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _type(part: str, whole: str, depth: int) -> str:
    part = part.removeprefix("tuple").lstrip() if part.startswith("tuple(") else part
    if part.startswith("("):
        inner, rest = _to_its_end(part[1:], whole)
        suffix, *words = rest.split(" ") or [""]
        found = f"({_types(inner, whole, depth + 1)}){suffix}"
    else:
        found, *words = part.split(" ")
        found = _ALIASES.sub(r"\g<1>256", found)
    names = [word for word in words if word and word not in _PLACES]
    if len(names) > 1 or any(_NAME.fullmatch(word) is None for word in names):
        raise MistypedError(_no_function(whole))
    return found


def types_of(signature: str) -> tuple[AbiType, ...]:
    """Give the types of a function that `function_signature` has written.

    Raises:
        MistypedError: A type is none.
    """
    types = signature[signature.index("(") :]
    if types == "()":
        return ()
    if types.count("[") > MOST_NESTING:
        raise MistypedError(_no_function(signature))
    try:
        parsed = parse(types)
        parsed.validate()
    except (ParseError, ABITypeError, ValueError):
        raise MistypedError(_no_function(signature)) from None
    if not isinstance(parsed, TupleType):
        raise MistypedError(_no_function(signature))
    return tuple(parsed.components)


def read_arguments(types: Sequence[AbiType], text: str, reading: Reading) -> tuple[Any, ...]:
    """Read the arguments: one a line, or all of them as one JSON list.

    Raises:
        MistypedError: They do not fit.
    """
    if len(text) > MOST_DATA:
        raise MistypedError(f"The arguments are longer than {MOST_DATA:,} characters.")
    given = _rows(types, text)
    if len(given) != len(types):
        raise MistypedError(
            f"The function takes {len(types)} arguments and {len(given)} were typed. Write each on "
            "a line of its own, in the function's order."
        )
    values = []
    for number, (abi_type, typed) in enumerate(zip(types, given, strict=True), 1):
        try:
            values.append(_value(abi_type, typed, reading))
        except MistypedError as error:
            raise MistypedError(f"Argument {number}: {error}") from None
    return tuple(values)


def _rows(types: Sequence[AbiType], text: str) -> list[str]:
    if not types:
        return [row for row in text.splitlines() if row.strip()]
    if len(types) == 1:
        return [text]
    return text.split("\n")


def read_wei(text: str, reading: Reading) -> int:
    """Read an amount of the chain's own coin: wei, or `1.5 ether`; nothing typed is none.

    Raises:
        MistypedError: It is no such amount.
    """
    if not text.strip():
        return 0
    return _integer("uint256", text, reading)


def read_address(text: str, reading: Reading) -> Address:
    """Read an address; where upper and lower case are mixed they are its check digits (EIP-55).

    Raises:
        MistypedError: It is none, or mistyped.
    """
    typed = text.strip()
    if _ADDRESS.fullmatch(typed) is None:
        raise MistypedError(
            f"“{line(typed, _SHOWN)}” is no address: it has to be 0x and 40 digits from 0 to f. "
            "A name such as name.eth has to be looked up first."
        )
    found = Address(to_checksum_address(typed.lower()))
    if typed == found:
        return found
    if is_checksum_formatted_address(typed) and not (
        typed[2:].islower() or typed[2:].isupper() or typed[2:].isdecimal()
    ):
        raise MistypedError(
            f"{line(typed, _SHOWN)} is mistyped: its upper and lower case do not fit its digits. "
            "Copy it again from where it comes from."
        )
    reading.notes.append(f"{found} was typed without check digits: compare every digit")
    return found


def _value(abi_type: AbiType, typed: str, reading: Reading) -> Any:
    if abi_type.is_array or isinstance(abi_type, TupleType):
        return _of_json(abi_type, _json(typed), reading)
    if abi_type.base == "string":
        return _text(typed)
    return _READERS.get(abi_type.base, _unreadable)(abi_type.to_type_str(), typed.strip(), reading)


def _of_json(abi_type: AbiType, value: Any, reading: Reading) -> Any:
    """Read a value that stands in JSON; numbers, addresses and bytes may be JSON texts."""
    if abi_type.is_array:
        return _items([abi_type.item_type] * _length(abi_type, value), value, reading)
    if isinstance(abi_type, TupleType):
        return tuple(_items(list(abi_type.components), value, reading))
    if abi_type.base == "string":
        if not isinstance(value, str):
            raise MistypedError("a text has to stand in quotation marks")
        return value
    if not isinstance(value, str | bool | int):
        raise MistypedError(f"{line(json.dumps(value), _SHOWN)} is no {abi_type.to_type_str()}")
    typed = str(value).lower() if isinstance(value, bool) else str(value)
    return _value(abi_type, typed, reading)


def _length(abi_type: AbiType, value: Any) -> int:
    count = len(value) if isinstance(value, list) else 0
    wanted = abi_type.arrlist[-1] if abi_type.arrlist else ()
    return wanted[0] if wanted else count


def _items(types: Sequence[AbiType], value: Any, reading: Reading) -> list[Any]:
    if not isinstance(value, list):
        raise MistypedError('a list is written as JSON, such as ["0x…", "0x…"] or [1, 2]')
    if len(value) != len(types):
        raise MistypedError(f"the list has {len(value)} items, and {len(types)} are wanted")
    return [_of_json(one, each, reading) for one, each in zip(types, value, strict=True)]


def _json(typed: str) -> Any:
    try:
        return of_json(typed)
    except ValueError:
        raise MistypedError('a list is written as JSON, such as ["0x…", "0x…"] or [1, 2]') from None


def _text(typed: str) -> str:
    """Read a text: as it stands, or in quotation marks as JSON where it has several lines."""
    if not typed.startswith('"'):
        return typed
    found = _json(typed)
    if not isinstance(found, str):
        raise MistypedError("a text has to stand in quotation marks")
    return found


def _address(_name: str, typed: str, reading: Reading) -> str:
    return read_address(typed, reading)


def _bool(_name: str, typed: str, _reading: Reading) -> bool:
    if typed not in ("true", "false"):
        raise MistypedError(f"“{line(typed, _SHOWN)}” is neither true nor false")
    return typed == "true"


def _bytes(name: str, typed: str, _reading: Reading) -> bytes:
    if _HEX.fullmatch(typed) is None:
        raise MistypedError(f"“{line(typed, _SHOWN)}” is no hex: 0x and two digits a byte")
    found = bytes.fromhex(typed[2:])
    size = name.removeprefix("bytes")
    if size and len(found) != int(size):
        raise MistypedError(f"{name} has exactly {size} bytes, and {len(found)} were typed")
    return found


def _integer(name: str, typed: str, reading: Reading) -> int:
    found = _number(name, typed.strip(), reading)
    size = int(name.lstrip("uint") or 256)
    least = 0 if name.startswith("u") else -(1 << (size - 1))
    most = (1 << size) - 1 if name.startswith("u") else (1 << (size - 1)) - 1
    if not least <= found <= most:
        raise MistypedError(f"{line(typed, _SHOWN)} does not fit {name} ({least:,} to {most:,})")
    return found


def _number(name: str, typed: str, reading: Reading) -> int:
    if _DECIMAL.fullmatch(typed):
        return int(typed)
    if _HEX_NUMBER.fullmatch(typed):
        return _said(typed, int(typed, 16), reading)
    if name == "uint256" and _SCIENTIFIC.fullmatch(typed):
        return _whole(typed, Decimal(typed), reading)
    if name == "uint256" and (found := _IN_COIN.fullmatch(typed)):
        return _whole(typed, Decimal(found[1]).scaleb(_DIGITS[found[2]]), reading)
    more = ", 8000e18 or 1.5 ether" if name == "uint256" else ""
    raise MistypedError(
        f"“{line(typed, _SHOWN)}” is no {name}. Numbers are written as 8000 or 0x1f40{more}, "
        "without commas or spaces"
    )


def _whole(typed: str, value: Decimal, reading: Reading) -> int:
    try:
        is_whole = value == value.to_integral_value()
    except InvalidOperation:
        is_whole = False
    if not is_whole:
        raise MistypedError(f"{line(typed, _SHOWN)} is no whole number of base units")
    return _said(typed, int(value), reading)


def _said(typed: str, value: int, reading: Reading) -> int:
    reading.notes.append(f"“{line(typed, _SHOWN)}” was read as {value}")
    return value


def _unreadable(name: str, _typed: str, _reading: Reading) -> Any:
    raise MistypedError(f"{name} cannot be typed here; give the whole calldata as 0x… instead")


_READERS: Final[dict[str, Callable[[str, str, Reading], Any]]] = {
    "address": _address,
    "bool": _bool,
    "bytes": _bytes,
    "uint": _integer,
    "int": _integer,
}
