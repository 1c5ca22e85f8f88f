"""Calls as JSON: our own list, and the Safe transaction builder's file (pure)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.onchain.preparation import MOST_CALLS, TypedCall
from bot.domain.text import line
from bot.domain.types import ChainId

LARGEST_FILE = 256 * 1024  # bytes
EXAMPLE = (
    '[{"target": "0x…", "function": "setMarketplaceFee(uint8)", "arguments": [8], "value": "0"}]'
)
_SHOWN = 40
_MOST_NESTING = 24
_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFile:
    """The calls of a file; `chain_id` is `None` where the file does not say which chain."""

    calls: tuple[TypedCall, ...]
    chain_id: ChainId | None = None


def of_json(text: str) -> Any:
    """Read JSON that is nested no deeper than anything sensible: its reader calls itself.

    Raises:
        ValueError: It is none, or nested deeper.
    """
    depth, is_text = 0, False
    for mark in _MARKS.findall(text):
        is_text ^= mark == '"'
        if mark in "[]{}" and not is_text:
            depth += 1 if mark in "[{" else -1
        if depth > _MOST_NESTING:
            raise ValueError("it is nested too deep")
    return json.loads(text)


def read_calls(text: str) -> CallFile:
    """Read calls from JSON: a list, `{"calls": […]}`, or a file of the Safe transaction builder.

    Raises:
        Refusal: It is none of these; the message says where it goes wrong.
    """
    try:
        found = of_json(text)
    except ValueError as error:
        raise _bad(f"It is no JSON that can be read: {line(str(error), 100)}") from None
    if isinstance(found, Mapping) and isinstance(found.get("transactions"), list):
        calls = _each(found["transactions"], _of_safe)
        return CallFile(calls=calls, chain_id=_chain(found.get("chainId")))
    listed = found.get("calls") if isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        raise _bad("It is no list of calls")
    return CallFile(calls=_each(listed, _of_ours))


def written_calls(calls: Sequence[TypedCall]) -> str:
    """Write calls as they were typed, so that `read_calls` gives the same again."""
    listed = [
        {
            "target": call.target,
            "function": call.function,
            "arguments": call.arguments,
            "value": call.value,
        }
        for call in calls
    ]
    return json.dumps({"calls": listed}, indent=2, ensure_ascii=False)


def _each(found: Sequence[Any], read: Any) -> tuple[TypedCall, ...]:
    if not found:
        raise _bad("There is no call in it")
    if len(found) > MOST_CALLS:
        raise _bad(f"It has {len(found):,} calls, and at most {MOST_CALLS} fit")
    calls = []
    for number, each in enumerate(found, 1):
        if not isinstance(each, Mapping):
            raise _bad(f"Call {number} is no object in curly brackets")
        calls.append(read(each, number))
    return tuple(calls)


def _of_ours(call: Mapping[str, Any], number: int) -> TypedCall:
    arguments = call.get("arguments", call.get("args", []))
    data = call.get("calldata", call.get("data"))
    function = _text(call.get("function", call.get("signature")))
    if not isinstance(arguments, list | str):
        raise _bad(f"The arguments of call {number} are no list")
    rows = arguments if isinstance(arguments, str) else "\n".join(map(_row, arguments))
    return TypedCall(
        target=_text(call.get("target", call.get("to"))),
        function=function,
        arguments=rows if function or rows else _text(data),
        value=_text(call.get("value")),
    )


def _of_safe(call: Mapping[str, Any], number: int) -> TypedCall:
    method, target, value = call.get("contractMethod"), _text(call.get("to")), call.get("value")
    if call.get("data") or not isinstance(method, Mapping):
        data = _text(call.get("data"))
        return TypedCall(target=target, function="", arguments=data, value=_text(value))
    inputs, given = method.get("inputs") or [], call.get("contractInputsValues") or {}
    if not isinstance(inputs, list) or not isinstance(given, Mapping):
        raise _bad(f"The method of call {number} cannot be read")
    if not all(isinstance(each, Mapping) for each in inputs):
        raise _bad(f"The method of call {number} cannot be read")
    types = ",".join(_safe_type(each) for each in inputs)
    return TypedCall(
        target=target,
        function=f"{_text(method.get('name'))}({types})",
        arguments="\n".join(_row(given.get(_text(each.get("name")), "")) for each in inputs),
        value=_text(value),
    )


def _safe_type(given: Mapping[str, Any], depth: int = 0) -> str:
    name, parts = _text(given.get("type")), given.get("components")
    if not name.startswith("tuple") or not isinstance(parts, list) or depth > _SHOWN:
        return name
    inner = ",".join(_safe_type(each, depth + 1) for each in parts if isinstance(each, Mapping))
    return f"({inner}){name.removeprefix('tuple')}"


def _row(argument: Any) -> str:
    """Write an argument as it would be typed: one line; what would not fit one as JSON."""
    if isinstance(argument, str) and argument and "\n" not in argument and argument[0] != '"':
        return argument
    return json.dumps(argument, ensure_ascii=False)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def _chain(value: Any) -> ChainId | None:
    text = _text(value).strip()
    return (
        ChainId(int(text)) if text.isascii() and text.isdecimal() and len(text) < _SHOWN else None
    )


def _bad(what: str) -> Refusal:
    return Refusal(
        f"This file cannot be used: {what}. Nothing was changed. It may be a file of the Safe "
        f"transaction builder, or a list such as\n```json\n{EXAMPLE}\n```"
    )
