"""Linking a TimelockController's operations to a governor's proposals (pure)."""

from collections.abc import Sequence

from eth_utils.crypto import keccak

from bot.domain.onchain.call import Call
from bot.domain.types import Address, OperationId
from bot.gateways.chain.codec import encode, octets

_OPERATION = ("address[]", "uint256[]", "bytes[]", "bytes32", "bytes32")


def operation_id(governor: Address, calls: Sequence[Call], description: str) -> OperationId:
    """Return the id under which an OpenZeppelin 5 governor schedules a proposal.

    The salt is the description's hash, xored with the governor's address in the high twenty
    bytes. Source: OpenZeppelin 5 `GovernorTimelockControl._timelockSalt`.
    """
    salt = int.from_bytes(keccak(text=description), "big") ^ (int(governor, 16) << 96)
    return _hashed(calls, salt.to_bytes(32, "big"))


def operation_id_v4(calls: Sequence[Call], description: str) -> OperationId:
    """Return the id under which an OpenZeppelin 4 governor schedules a proposal.

    The salt is the description's hash alone.
    """
    return _hashed(calls, keccak(text=description))


def _hashed(calls: Sequence[Call], salt: bytes) -> OperationId:
    values = (
        [call.target for call in calls],
        [call.value for call in calls],
        [_payload(call) for call in calls],
        bytes(32),  # no predecessor
        salt,
    )
    return OperationId("0x" + keccak(encode(_OPERATION, values)).hex())


def _payload(call: Call) -> bytes:
    selector = keccak(text=call.signature)[:4] if call.signature else b""
    return selector + octets(call.calldata)
