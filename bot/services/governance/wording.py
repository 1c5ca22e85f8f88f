"""Which proposals' calls have to be put into words anew, before the transaction that records it.

What a call changes is told by the contract, and what the contract tells changes with every
execution. So words are made when a proposal is made, changed, queued or executed, and those of
what waits when something else of its governor was executed. Operations of a timelock that no
proposal asks for are put into words when they are put in, and when they are executed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationExecuted,
    OperationScheduled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
    ProposalUpdated,
)
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.operation import OperationKey
from bot.domain.types import Address, ChainId
from bot.services.governance.describing import Describing, all_described
from bot.services.governance.known import Known

Described: TypeAlias = Mapping[ProposalKey | OperationKey, Sequence[DecodedCall]]

MOST_REWORDED = 20  # proposals, and operations, in one look, about which the chain is asked
Reason: TypeAlias = ProposalCreated | ProposalUpdated | ProposalQueued | ProposalExecuted


async def reworded(
    describing: Describing, known: Known, events: Sequence[GovernorEvent], at: BlockId
) -> Described:
    """Describe the calls of proposals that something happened to, as of a block.

    Of many at once the newest are asked about; of the others the bytes have to do.
    """
    chain_id, governors = known.scan.chain_id, known.governors
    reasons, calls = _reasons(chain_id, governors, events)
    executed_on = {
        key.governor for key, why in reasons.items() if isinstance(why, ProposalExecuted)
    }
    calls = {key: proposal.calls for key, proposal in known.asked.items()} | calls
    waiting = [key for key in known.asked if key.governor in executed_on and key not in reasons]
    wanted = [key for key in [*waiting, *reasons] if key in calls]
    described: dict[ProposalKey | OperationKey, Sequence[DecodedCall]] = {
        key: await all_described(calls[key]) for key in wanted[:-MOST_REWORDED]
    }
    asked: list[_Asked] = [
        (key, calls[key], reasons.get(key), governors[key.governor])
        for key in wanted[-MOST_REWORDED:]
    ]
    proposed = {call for each in calls.values() for call in each}
    asked += _of_others(known, events, proposed)[-MOST_REWORDED:]
    for key_, each, why, governor in asked:
        words = await describing.described(chain_id, each, at, governor)
        if isinstance(why, ProposalExecuted | OperationExecuted):
            words = await describing.changes(chain_id, words, why.position.block, governor)
        described[key_] = words
    return described


_Asked: TypeAlias = tuple[
    ProposalKey | OperationKey,
    Sequence[Call],
    Reason | OperationScheduled | OperationExecuted | None,
    Governor,
]


def _of_others(
    known: Known, events: Sequence[GovernorEvent], proposed: Collection[Call]
) -> list[_Asked]:
    """Give the operations that no proposal asks for, each with the last that happened to it."""
    timelocks = {
        contract: governor
        for governor in known.governors.values()
        for contract in governor.contracts
    }
    calls: dict[OperationKey, dict[int, Call]] = {}
    reasons: dict[OperationKey, OperationScheduled | OperationExecuted] = {}
    for event in events:
        if not isinstance(event, OperationScheduled | OperationExecuted) or event.call is None:
            continue
        if event.emitter in timelocks and event.call not in proposed:
            key = OperationKey(
                chain_id=known.scan.chain_id, timelock=event.emitter, id=event.operation_id
            )
            calls.setdefault(key, {})[event.index] = event.call
            reasons[key] = event
    return [
        (key, [of[index] for index in sorted(of)], reasons[key], timelocks[key.timelock])
        for key, of in calls.items()
    ]


def _reasons(
    chain_id: ChainId, governors: Mapping[Address, Governor], events: Sequence[GovernorEvent]
) -> tuple[dict[ProposalKey, Reason], dict[ProposalKey, tuple[Call, ...]]]:
    """Give the last thing that happened to each proposal, and the calls that the events tell."""
    reasons: dict[ProposalKey, Reason] = {}
    calls: dict[ProposalKey, tuple[Call, ...]] = {}
    for event in events:
        if not isinstance(event, Reason) or event.emitter not in governors:
            continue
        key = ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id)
        reasons.pop(key, None)  # The latest come last.
        reasons[key] = event
        if isinstance(event, ProposalCreated | ProposalUpdated) and event.calls is not None:
            calls[key] = event.calls
    return reasons, calls
