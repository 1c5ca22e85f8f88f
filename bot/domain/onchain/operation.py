"""An operation of a timelock: calls that wait, and what became of them (pure).

One that ended may be put in again under the same id, so an id can have several lives. Where a
governor has no event for the end of a proposal, its operations tell of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call, DecodedCall, unexecuted
from bot.domain.onchain.event import OperationCancelled, OperationEvent, OperationScheduled
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import Address, ChainId, OperationId, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationKey:
    """Which operation of which timelock."""

    chain_id: ChainId
    timelock: Address
    id: OperationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One life of an operation, as far as it was seen."""

    key: OperationKey
    life: int = 1
    calls: tuple[Call, ...] = ()  # empty: their text was not seen
    described: tuple[DecodedCall, ...] = ()  # parallel to `calls`, once they were put into words
    caller: Address | None = None  # whose it is, where the timelock serves many
    ready_at: UnixSeconds | None = None  # `None`: it was put in before we looked
    scheduled: Position | None = None
    executed: Position | None = None
    cancelled: Position | None = None

    @property
    def is_live(self) -> bool:
        """Whether it still waits."""
        return self.executed is None and self.cancelled is None


def lives(key: OperationKey, events: Sequence[OperationEvent]) -> tuple[Operation, ...]:
    """Make the lives of one operation from its events, oldest first."""
    lived: list[Operation] = []
    for event in events:
        if not lived or _begins(lived[-1], event):
            lived.append(Operation(key=key, life=len(lived) + 1))
        lived[-1] = _gone_on(lived[-1], event)
    return tuple(lived)


def worded(operation: Operation, words: Sequence[DecodedCall]) -> Operation:
    """Say what its calls do; nothing was changed by what a fork has kept from being executed."""
    if len(words) != len(operation.calls):
        return operation
    return replace(operation, described=tuple(words if operation.executed else unexecuted(words)))


def _begins(operation: Operation, event: OperationEvent) -> bool:
    return isinstance(event, OperationScheduled) and not operation.is_live


def _gone_on(operation: Operation, event: OperationEvent) -> Operation:
    """Add one event; of an operation of several calls there is one for each call."""
    if isinstance(event, OperationCancelled):
        return replace(operation, cancelled=event.position)
    is_new = event.call is not None and len(operation.calls) == event.index
    calls = (*operation.calls, event.call) if is_new and event.call else operation.calls
    if isinstance(event, OperationScheduled):
        return replace(
            operation,
            calls=calls,
            caller=event.caller,
            scheduled=operation.scheduled or event.position,
            ready_at=event.ready_at,
        )
    return replace(operation, calls=calls, executed=operation.executed or event.position)


def is_untold(proposal: GovernorProposal) -> bool:
    """Say whether it was queued and has ended, and no event of its governor tells of the end."""
    ended = {
        GovernorState.CANCELED: proposal.canceled,
        GovernorState.EXECUTED: proposal.executed,
    }
    # What was queued before we looked has no event that we saw, and an eta all the same.
    was_queued = proposal.queued is not None or proposal.eta is not None
    return was_queued and proposal.state in ended and not ended[proposal.state]


def as_timelocks_tell(
    proposal: GovernorProposal, operations: Sequence[Operation], former: Collection[Address]
) -> GovernorProposal:
    """Give a proposal the end that its operations have had; those of one end are all alike.

    A TimelockController can be told to cancel or execute without its governor, which learns of it
    and emits nothing. One that the governor has left behind is asked no more: what waits there is
    called canceled, and waits all the same.
    """
    if not is_untold(proposal):
        return proposal
    state = proposal.state
    if state is GovernorState.CANCELED:
        state = _left_behind([each for each in operations if each.key.timelock in former]) or state
    cancelled = [each.cancelled for each in operations if each.cancelled]
    executed = [each.executed for each in operations if each.executed]
    if state is GovernorState.CANCELED and cancelled:
        return replace(proposal, canceled=cancelled[-1], ended_in_timelock=True)
    if state is GovernorState.EXECUTED and executed:
        return replace(proposal, state=state, executed=executed[-1], ended_in_timelock=True)
    return replace(proposal, state=state)


def _left_behind(operations: Sequence[Operation]) -> GovernorState | None:
    """Say how a proposal stands whose operations are in a timelock that was left behind."""
    if any(each.is_live for each in operations):
        return GovernorState.QUEUED
    if any(each.executed for each in operations):
        return GovernorState.EXECUTED
    return None


def as_governor_tells(proposal: GovernorProposal) -> GovernorProposal:
    """Forget the end that a timelock has told of: a fork may have undone it."""
    if not proposal.ended_in_timelock:
        return proposal
    return replace(proposal, executed=None, canceled=None, ended_in_timelock=False)
