"""What a timelock tells of a proposal's end, where the governor has no event for it (pure)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.operation import Operation
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import Address


def is_untold(proposal: GovernorProposal) -> bool:
    """Say whether it was queued and has ended, and no event of its governor tells of the end."""
    ended = {
        GovernorState.CANCELED: proposal.canceled,
        GovernorState.EXECUTED: proposal.executed,
    }
    return proposal.queued is not None and proposal.state in ended and not ended[proposal.state]


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
