"""Whose code runs at an address: proxies, delegators, clones, and wallets that borrow code."""

from typing import Final

from eth_utils.crypto import keccak

from bot.domain.onchain.block import BlockId
from bot.domain.types import Address
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.questions import contract, question


def _slot(name: str) -> int:
    return int.from_bytes(keccak(text=name), "big") - 1


# The slots of EIP-1967
IMPLEMENTATION_SLOT: Final = _slot("eip1967.proxy.implementation")
BEACON_SLOT: Final = _slot("eip1967.proxy.beacon")

_BORROWED: Final = bytes.fromhex("ef0100")  # Source: EIP-7702
_BORROWED_LENGTH: Final = 23
# Source: EIP-1167; the address that is cloned stands between both.
_CLONE: Final = bytes.fromhex("363d3d373d3d3d363d73")
_CLONE_END: Final = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
_CLONE_LENGTH: Final = len(_CLONE) + 20 + len(_CLONE_END)


async def implementation(
    client: ChainClient, address: Address, code: bytes, told: Address | None, at: BlockId
) -> Address | None:
    """Find the contract whose code runs at an address; `None`: its own does.

    `told` is what it answers itself: GovernorBravo's delegator, and those made after it, do.

    Raises:
        ChainError: The node failed.
    """
    if (cloned := cloned_by(code)) is not None:
        return cloned
    asked_slots = [(address, slot) for slot in (IMPLEMENTATION_SLOT, BEACON_SLOT)]
    slots = await client.slots(asked_slots, at)
    straight, beacon = (contract(word) for word in slots)
    if straight is not None:
        return straight
    if beacon is not None:
        asked = question(beacon, "implementation()")
        told = contract((await client.ask([asked], at))[asked]) or told
    return told


def cloned_by(code: bytes) -> Address | None:
    """Read which contract a minimal proxy clones; `None`: it is none."""
    if len(code) != _CLONE_LENGTH or not code.startswith(_CLONE) or not code.endswith(_CLONE_END):
        return None
    return checksummed("0x" + code[len(_CLONE) : len(_CLONE) + 20].hex())


def lender(code: bytes) -> Address | None:
    """Read whose code a wallet has borrowed; `None`: this is no wallet."""
    if len(code) != _BORROWED_LENGTH or not code.startswith(_BORROWED):
        return None
    return checksummed("0x" + code[len(_BORROWED) :].hex())
