"""Linking a timelock's operations to a governor's proposals (pure).

What cannot be linked by its id may be by its place: a timelock's event stands in the transaction
of the governor's ProposalQueued.
"""

from collections.abc import Sequence
from dataclasses import replace

from eth_utils.crypto import keccak

from bot.domain.onchain.call import Call
from bot.domain.onchain.governor import Governor, TimelockKind
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import Address, OperationId, UnixSeconds
from bot.gateways.chain.codec import encode, octets

_OPERATION = ("address[]", "uint256[]", "bytes[]", "bytes32", "bytes32")
_TRANSACTION = ("address", "uint256", "string", "bytes", "uint256")
_MANAGED = ("address", "address", "bytes")


def operations_of(
    governor: Governor, calls: Sequence[Call], description: str, eta: UnixSeconds | None
) -> frozenset[OperationId]:
    """Give the ids under which a proposal may wait in its governor's timelock.

    A Compound Timelock's tell only together with the `eta`.
    """
    match governor.timelock_kind:
        case TimelockKind.CONTROLLER:
            # Both versions' salts: which one a governor uses does not always show.
            later = operation_id(governor.address, calls, description)
            return frozenset({later, operation_id_v4(calls, description)})
        case TimelockKind.COMPOUND if eta is not None:
            return frozenset(transaction_id(call, eta) for call in calls)
        case TimelockKind.ACCESS_MANAGER:
            return frozenset(managed_id(governor.address, call) for call in calls)
        case _:
            return frozenset()


def operations_in(
    timelock: Address, governor: Governor, proposal: GovernorProposal
) -> frozenset[OperationId]:
    """Give the ids under which a proposal may wait in one of its governor's timelocks.

    Of what kind one was that the governor has left behind is not known any more.
    """
    is_former = timelock in governor.former_timelocks
    found: frozenset[OperationId] = frozenset()
    for kind in TimelockKind if is_former else (governor.timelock_kind,):
        then = replace(governor, timelock_kind=kind)
        found |= operations_of(then, proposal.calls, proposal.description, proposal.eta)
    return found


def operation_id(governor: Address, calls: Sequence[Call], description: str) -> OperationId:
    """Return the id under which an OpenZeppelin 5 governor schedules a proposal.

    The salt is the description's hash, xored with the governor's address in the high twenty
    bytes. Source: OpenZeppelin 5 `GovernorTimelockControl._timelockSalt`.
    """
    salt = int.from_bytes(_hash_of(description), "big") ^ (int(governor, 16) << 96)
    return _batch_id(calls, salt.to_bytes(32, "big"))


def operation_id_v4(calls: Sequence[Call], description: str) -> OperationId:
    """Return the id under which an OpenZeppelin 4 governor schedules a proposal.

    The salt is the description's hash alone.
    """
    return _batch_id(calls, _hash_of(description))


def transaction_id(call: Call, eta: UnixSeconds) -> OperationId:
    """Return the hash by which a Compound Timelock knows a call.

    GovernorAlpha and GovernorBravo give the signature apart, OpenZeppelin's governors none. Source:
    Compound `Timelock.queueTransaction`.
    """
    values = (call.target, call.value, call.signature, octets(call.calldata), eta)
    return _hashed(_TRANSACTION, values)


def managed_id(caller: Address, call: Call) -> OperationId:
    """Return the id by which an AccessManager knows a call.

    Source: OpenZeppelin 5 `AccessManager.hashOperation`.
    """
    return _hashed(_MANAGED, (caller, call.target, _payload(call)))


def _batch_id(calls: Sequence[Call], salt: bytes) -> OperationId:
    values = (
        [call.target for call in calls],
        [call.value for call in calls],
        [_payload(call) for call in calls],
        bytes(32),  # no predecessor
        salt,
    )
    return _hashed(_OPERATION, values)


def _hashed(types: Sequence[str], values: Sequence[object]) -> OperationId:
    return OperationId("0x" + keccak(encode(types, values)).hex())


def _hash_of(description: str) -> bytes:
    # What was no UTF-8 was replaced when it was read, so its hash is another: then its place links.
    return keccak(description.encode("utf-8", "replace"))


def _payload(call: Call) -> bytes:
    selector = keccak(call.signature.encode("utf-8", "replace"))[:4] if call.signature else b""
    return selector + octets(call.calldata)
