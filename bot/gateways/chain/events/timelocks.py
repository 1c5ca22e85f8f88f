"""What timelocks emit about their operations (pure).

Sources: OpenZeppelin's TimelockController and AccessManager, Compound's Timelock.
"""

from typing import Final

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call
from bot.domain.onchain.event import OperationCancelled, OperationExecuted, OperationScheduled
from bot.domain.types import Address, OperationId, Seconds, UnixSeconds, Wei
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.events.layout import Values, layout


def _call(target: str, value: int, data: bytes, signature: str = "") -> Call:
    return Call(
        target=checksummed(target),
        value=Wei(value),
        signature=signature,
        calldata="0x" + data.hex(),
    )


def _id(value: bytes) -> OperationId:
    return OperationId("0x" + value.hex())


def _call_scheduled(emitter: Address, position: Position, values: Values) -> OperationScheduled:
    operation, index, target, value, data, _, delay = values
    return OperationScheduled(
        emitter=emitter,
        position=position,
        operation_id=_id(operation),
        index=index,
        delay=Seconds(delay),
        call=_call(target, value, data),
    )


def _call_executed(emitter: Address, position: Position, values: Values) -> OperationExecuted:
    operation, index, target, value, data = values
    return OperationExecuted(
        emitter=emitter,
        position=position,
        operation_id=_id(operation),
        index=index,
        call=_call(target, value, data),
    )


def _cancelled(emitter: Address, position: Position, values: Values) -> OperationCancelled:
    return OperationCancelled(emitter=emitter, position=position, operation_id=_id(values[0]))


def _queued(emitter: Address, position: Position, values: Values) -> OperationScheduled:
    transaction, target, value, signature, data, eta = values
    return OperationScheduled(
        emitter=emitter,
        position=position,
        operation_id=_id(transaction),
        index=0,
        eta=UnixSeconds(eta),
        call=_call(target, value, data, signature),
    )


def _transaction_executed(
    emitter: Address, position: Position, values: Values
) -> OperationExecuted:
    transaction, target, value, signature, data, _ = values
    return OperationExecuted(
        emitter=emitter,
        position=position,
        operation_id=_id(transaction),
        index=0,
        call=_call(target, value, data, signature),
    )


def _transaction_canceled(
    emitter: Address, position: Position, values: Values
) -> OperationCancelled | None:
    # GovernorAlpha and GovernorBravo cancel each action of a canceled proposal, queued or not; the
    # time of one that never was is zero.
    transaction, *_, eta = values
    if eta == 0:
        return None
    return OperationCancelled(emitter=emitter, position=position, operation_id=_id(transaction))


def _managed(emitter: Address, position: Position, values: Values) -> OperationScheduled:
    operation, _, schedule, caller, target, data = values
    return OperationScheduled(
        emitter=emitter,
        position=position,
        operation_id=_id(operation),
        index=0,
        eta=UnixSeconds(schedule),
        call=_call(target, 0, data),
        caller=checksummed(caller),
    )


def _managed_executed(emitter: Address, position: Position, values: Values) -> OperationExecuted:
    return OperationExecuted(
        emitter=emitter, position=position, operation_id=_id(values[0]), index=0
    )


_TRANSACTION: Final = "bytes32 indexed,address indexed,uint256,string,bytes,uint256"
_SCHEDULED: Final = "bytes32 indexed,uint256 indexed,address,uint256,bytes,bytes32,uint256"

# A TimelockController's CallSalt stands beside CallScheduled, and no salt is needed to know whose
# an operation is: it follows from the proposal.
TIMELOCKS: Final = (
    layout(f"CallScheduled({_SCHEDULED})", _call_scheduled),
    layout("CallExecuted(bytes32 indexed,uint256 indexed,address,uint256,bytes)", _call_executed),
    layout("Cancelled(bytes32 indexed)", _cancelled),
    layout(f"QueueTransaction({_TRANSACTION})", _queued),
    layout(f"ExecuteTransaction({_TRANSACTION})", _transaction_executed),
    layout(f"CancelTransaction({_TRANSACTION})", _transaction_canceled),
    layout(
        "OperationScheduled(bytes32 indexed,uint32 indexed,uint48,address,address,bytes)",
        _managed,
    ),
    layout("OperationExecuted(bytes32 indexed,uint32 indexed)", _managed_executed),
    layout("OperationCanceled(bytes32 indexed,uint32 indexed)", _cancelled),
)
