"""Reading a published ABI: its functions with the names of their parameters (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.domain.onchain.contract import Function
from bot.domain.text import bare
from bot.gateways.chain.calling.arguments import types_of
from bot.gateways.chain.questions import selector

MOST_FUNCTIONS: Final = 500  # of one ABI
MOST_TYPES: Final = 8  # tuples inside each other
_NAME_SHOWN: Final = 40


def functions_of(abi: Any) -> tuple[Function, ...]:
    """Read the functions that change something; what is no ABI has none.

    Source: Solidity's "Contract ABI Specification", JSON.
    """
    entries = abi.get("abi") if isinstance(abi, dict) else abi
    if not isinstance(entries, list):
        return ()
    found: dict[str, Function] = {}
    for entry in entries[: MOST_FUNCTIONS * 4]:
        function = _function(entry)
        if function is not None and types_of(function.signature) is not None:
            found.setdefault(function.signature, function)
    return tuple(found.values())[:MOST_FUNCTIONS]


def by_selector(functions: tuple[Function, ...]) -> Mapping[bytes, Function]:
    """Give functions by the first four bytes of their signatures' hashes."""
    return {selector(each.signature): each for each in functions}


def _function(entry: Any) -> Function | None:
    if not isinstance(entry, dict) or entry.get("type") != "function":
        return None
    if entry.get("stateMutability") in ("view", "pure"):
        return None
    name, inputs = entry.get("name"), entry.get("inputs", [])
    if not isinstance(name, str) or not isinstance(inputs, list):
        return None
    try:
        types = ",".join(_types(inputs, MOST_TYPES))
    except (KeyError, TypeError, AttributeError, RecursionError):
        return None
    names = tuple(bare(str(each.get("name", "")), _NAME_SHOWN) for each in inputs)
    return Function(signature=f"{name}({types})", names=names)


def _types(inputs: Any, depth: int) -> Iterator[str]:
    if depth == 0:
        raise TypeError("The types are too deep inside each other.")
    for each in inputs:
        kind = each["type"]
        if kind.startswith("tuple"):
            inside = ",".join(_types(each["components"], depth - 1))
            yield f"({inside}){kind.removeprefix('tuple')}"
        else:
            yield kind
