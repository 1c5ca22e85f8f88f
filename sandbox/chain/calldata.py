"""Calls as bytes, for the sandbox's own contracts."""

from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak


def call_data(signature: str, arguments: Sequence[Any]) -> bytes:
    """Encode a call such as `setMarketplaceFee(uint8)`."""
    return keccak(text=signature)[:4] + argument_data(signature, arguments)


def argument_data(signature: str, arguments: Sequence[Any]) -> bytes:
    """Encode the arguments alone, as GovernorAlpha takes them."""
    return encode(argument_types(signature), arguments)


def argument_types(signature: str) -> list[str]:
    """Return the types between the brackets; the sandbox's own calls nest no tuples."""
    inner = signature[signature.index("(") + 1 : -1]
    return inner.split(",") if inner else []
