"""A proposal's calls in words (pure).

Everything here is written by strangers: nothing raises, and size and time are bounded.
"""

import re
from dataclasses import replace
from typing import Any, Final

from eth_abi.exceptions import ABITypeError, ParseError
from eth_abi.grammar import TupleType, parse
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from bot.domain.onchain.call import Argument, Call, CallSource, DecodedCall
from bot.gateways.chain.codec import UndecodableDataError, decode, encode
from bot.gateways.chain.decode import octets
from bot.gateways.chain.signatures import known_signatures

MOST_DATA: Final = 32 * 1024  # bytes of calldata that are looked into
MOST_SIGNATURE: Final = 256  # characters
MOST_NESTING: Final = 6  # brackets inside each other, of either kind
MOST_ITEMS: Final = 20  # of a list that are written out
MOST_TEXT: Final = 500  # characters of one argument

_SIGNATURE: Final = re.compile(r"([A-Za-z_$][\w$]*)(\([\w,()\[\]]*\))", re.ASCII)


def describe(call: Call) -> DecodedCall:
    """Say what a call does.

    A call with a signature (Compound's way) is what it says. Otherwise the function is guessed
    from the selector, and accepted only if its arguments, encoded again, are the same bytes.
    """
    try:
        data = octets(call.calldata)
    except ValueError:
        data = b""
    if call.signature:
        return _signed(call, data)
    signature = known_signatures().get(data[:4])
    if signature is not None and len(data) <= MOST_DATA:
        arguments = _arguments(signature, data[4:], is_guess=True)
        if arguments is not None:
            return _decoded(call, signature, arguments, data[:4])
    return _undecoded(call, data[:4])


def _signed(call: Call, data: bytes) -> DecodedCall:
    selector = keccak(text=call.signature.encode("utf-8", "replace").decode())[:4]
    if len(data) <= MOST_DATA and len(call.signature) <= MOST_SIGNATURE:
        arguments = _arguments(call.signature, data, is_guess=False)
        if arguments is not None:
            decoded = _decoded(call, call.signature, arguments, selector)
            return replace(decoded, source=CallSource.SIGNATURE)
    return _undecoded(call, selector)


def _decoded(
    call: Call, signature: str, arguments: tuple[Argument, ...], selector: bytes
) -> DecodedCall:
    return DecodedCall(
        target=call.target,
        value=call.value,
        function=signature.partition("(")[0],
        arguments=arguments,
        selector="0x" + selector.hex(),
    )


def _undecoded(call: Call, selector: bytes) -> DecodedCall:
    return DecodedCall(
        target=call.target,
        value=call.value,
        function="",
        arguments=(),
        selector="0x" + selector.hex() if selector else "",
        source=CallSource.NOTHING,
    )


def _arguments(signature: str, data: bytes, *, is_guess: bool) -> tuple[Argument, ...] | None:
    types = _types(signature)
    if types is None:
        return None
    names = [one.to_type_str() for one in types]
    try:
        values = decode(names, data)
        if is_guess and encode(names, values) != data:
            return None
    except UndecodableDataError:
        return None
    return tuple(
        Argument(type=name, value=_cut(_text(one, value)))
        for name, one, value in zip(names, types, values, strict=True)
    )


def _types(signature: str) -> tuple[Any, ...] | None:
    """Return eth_abi's types between the brackets, or `None` if this is no signature."""
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
    deepest = depth = 0
    for character in types:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest + types.count("[")


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
