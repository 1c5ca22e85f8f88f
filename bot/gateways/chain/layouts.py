"""The events of governors and timelocks, one row each (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
    VoteCast,
)
from bot.domain.types import (
    Address,
    GovernorProposalId,
    OperationId,
    Seconds,
    Timepoint,
    TokenUnits,
    UnixSeconds,
    Wei,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one event lies in a log: what is in topics, what in data, and what it means.

    The same name and types may be indexed here and not there, so a log is matched by its first
    topic and its number of topics. `make` gets the indexed values first.
    """

    topic: str  # `0x` and 64 hex digits
    indexed: tuple[str, ...]
    types: tuple[str, ...]
    make: Callable[[Address, Position, tuple[Any, ...]], GovernorEvent]


def address(value: str) -> Address:
    """Return an address in its checksummed form."""
    return Address(to_checksum_address(value))


def _proposal_created(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> ProposalCreated:
    (id_, proposer, targets, amounts, signatures, calldatas, start, end, description) = values
    calls = zip(targets, amounts, signatures, calldatas, strict=True)
    return ProposalCreated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        proposer=address(proposer),
        calls=tuple(
            Call(
                target=address(target),
                value=Wei(amount),
                signature=signature,
                calldata="0x" + calldata.hex(),
            )
            for target, amount, signature, calldata in calls
        ),
        vote_start=Timepoint(start),
        vote_end=Timepoint(end),
        description=description,
    )


def _vote_cast(emitter: Address, position: Position, values: tuple[Any, ...]) -> VoteCast:
    # GovernorAlpha gives no reason; what follows the reason are parameters we do not need.
    voter, id_, support, weight, reason = (*values, "")[:5]
    return VoteCast(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        voter=address(voter),
        support=int(support),
        weight=TokenUnits(weight),
        reason=reason,
    )


def _proposal_queued(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> ProposalQueued:
    id_, eta = values
    return ProposalQueued(
        emitter=emitter, position=position, id=GovernorProposalId(id_), eta=UnixSeconds(eta)
    )


def _proposal_executed(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> ProposalExecuted:
    return ProposalExecuted(emitter=emitter, position=position, id=GovernorProposalId(values[0]))


def _proposal_canceled(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> ProposalCanceled:
    return ProposalCanceled(emitter=emitter, position=position, id=GovernorProposalId(values[0]))


def _operation_scheduled(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> OperationScheduled:
    operation, index, *_, delay = values
    return OperationScheduled(
        emitter=emitter,
        position=position,
        operation_id=_operation_id(operation),
        index=index,
        delay=Seconds(delay),
    )


def _operation_executed(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> OperationExecuted:
    return OperationExecuted(
        emitter=emitter,
        position=position,
        operation_id=_operation_id(values[0]),
        index=values[1],
    )


def _operation_cancelled(
    emitter: Address, position: Position, values: tuple[Any, ...]
) -> OperationCancelled:
    operation_id = _operation_id(values[0])
    return OperationCancelled(emitter=emitter, position=position, operation_id=operation_id)


def _operation_id(value: bytes) -> OperationId:
    return OperationId("0x" + value.hex())


def _layout(
    name: str,
    make: Callable[[Address, Position, tuple[Any, ...]], GovernorEvent],
    *,
    types: str,
    indexed: str = "",
) -> Layout:
    # The indexed parameters of all these events come before the others.
    inputs = ",".join(part for part in (indexed, types) if part)
    return Layout(
        topic="0x" + keccak(text=f"{name}({inputs})").hex(),
        indexed=tuple(indexed.split(",")) if indexed else (),
        types=tuple(types.split(",")) if types else (),
        make=make,
    )


_CREATED: Final = "uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string"

# Sources: GovernorAlpha of Compound; IGovernor and TimelockController of OpenZeppelin 4 and 5.
# A Compound Timelock needs no rows: each of its events stands beside one of the governor's, and
# a cancelled GovernorAlpha proposal emits CancelTransaction even if it was never queued.
LAYOUTS: Final = (
    _layout("ProposalCreated", _proposal_created, types=_CREATED),
    _layout("VoteCast", _vote_cast, types="address,uint256,bool,uint256"),
    _layout("VoteCast", _vote_cast, indexed="address", types="uint256,uint8,uint256,string"),
    _layout(
        "VoteCastWithParams",
        _vote_cast,
        indexed="address",
        types="uint256,uint8,uint256,string,bytes",
    ),
    _layout("ProposalQueued", _proposal_queued, types="uint256,uint256"),
    _layout("ProposalExecuted", _proposal_executed, types="uint256"),
    _layout("ProposalCanceled", _proposal_canceled, types="uint256"),
    _layout(
        "CallScheduled",
        _operation_scheduled,
        indexed="bytes32,uint256",
        types="address,uint256,bytes,bytes32,uint256",
    ),
    _layout(
        "CallExecuted",
        _operation_executed,
        indexed="bytes32,uint256",
        types="address,uint256,bytes",
    ),
    _layout("Cancelled", _operation_cancelled, indexed="bytes32", types=""),
)

BY_TOPICS: Final = {(layout.topic, 1 + len(layout.indexed)): layout for layout in LAYOUTS}

TOPICS: Final = tuple(dict.fromkeys(layout.topic for layout in LAYOUTS))
