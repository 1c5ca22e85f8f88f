"""Typed calls encoded in the way of a governor, and `propose` with all of them (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.onchain.call import Call
from bot.domain.onchain.governor import Flavour
from bot.domain.onchain.preparation import TypedCall, takes_signatures
from bot.domain.text import line
from bot.domain.types import Wei
from bot.gateways.chain.codec import UndecodableDataError, encode, octets
from bot.gateways.chain.questions import selector
from bot.gateways.chain.simulate import payload
from bot.gateways.chain.typed_values import (
    MOST_DATA,
    MOST_SIGNATURE,
    MistypedError,
    Reading,
    function_signature,
    read_address,
    read_arguments,
    read_wei,
    types_of,
)

_RAW: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_SELECTOR_SIZE: Final = 4
# Source: Compound's GovernorAlpha and GovernorBravo; OpenZeppelin's IGovernor.
_WITH_SIGNATURES: Final = "propose(address[],uint256[],string[],bytes[],string)"
_WITHOUT: Final = "propose(address[],uint256[],bytes[],string)"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedCall:
    """A call that was typed, as it goes on chain, and how it was read."""

    call: Call
    notes: tuple[str, ...]


def encoded(typed: TypedCall, flavour: Flavour) -> EncodedCall:
    """Encode a typed call.

    Raises:
        MistypedError: It cannot be read; the message is fit to be shown.
    """
    reading = Reading()
    target = read_address(typed.target, reading)
    value = Wei(read_wei(typed.value, reading))
    if not typed.function:
        data = _raw(typed.arguments.strip())
        call = Call(target=target, value=value, signature="", calldata="0x" + data.hex())
        return EncodedCall(call=call, notes=tuple(reading.notes))
    signature = function_signature(typed.function)
    types = types_of(signature)
    values = read_arguments(types, typed.arguments, reading)
    try:
        data = encode([one.to_type_str() for one in types], values)
    except UndecodableDataError as error:
        raise MistypedError(f"The arguments do not fit: {line(str(error), 200)}") from None
    if signature != typed.function:
        reading.notes.append(f"the function was read as {line(signature, 2 * MOST_SIGNATURE)}")
    has_signature = takes_signatures(flavour)
    call = Call(
        target=target,
        value=value,
        signature=signature if has_signature else "",
        calldata="0x" + (data if has_signature else selector(signature) + data).hex(),
    )
    return EncodedCall(call=call, notes=tuple(reading.notes))


def _raw(typed: str) -> bytes:
    """Read whole calldata, or none for a plain transfer of the chain's own coin."""
    if not typed:
        return b""
    if len(typed) > MOST_DATA or _RAW.fullmatch(typed) is None:
        raise MistypedError(
            "Without a function the arguments have to be the whole calldata: 0x and two digits a "
            f"byte, at most {MOST_DATA:,} characters."
        )
    data = bytes.fromhex(typed[2:])
    if 0 < len(data) < _SELECTOR_SIZE:
        raise MistypedError("Calldata begins with a selector of four bytes.")
    return data


def propose_payload(calls: Sequence[Call], description: str, flavour: Flavour) -> str:
    """Give the calldata of `propose` on a governor of this flavour, as `0x` and hex."""
    targets, values = [call.target for call in calls], [call.value for call in calls]
    if takes_signatures(flavour):
        signatures = [call.signature for call in calls]
        bare = [octets(call.calldata) for call in calls]
        return _called(_WITH_SIGNATURES, targets, values, signatures, bare, description)
    return _called(_WITHOUT, targets, values, [payload(call) for call in calls], description)


def _called(signature: str, *arguments: object) -> str:
    types = signature[signature.index("(") + 1 : -1].split(",")
    return "0x" + (selector(signature) + encode(types, arguments)).hex()
