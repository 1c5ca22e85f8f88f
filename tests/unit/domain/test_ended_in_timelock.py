"""What a timelock tells of the end of a proposal whose governor has no event for it."""

from dataclasses import replace

import pytest

from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.operation import (
    Operation,
    OperationKey,
    as_governor_tells,
    as_timelocks_tell,
    is_untold,
)
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import Address, ChainId, OperationId, UnixSeconds
from tests.unit.domain.test_onchain import at, proposal

OURS = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
FORMER = Address("0x00000000000000000000000000000000000000B2")
WAITING, OVER = at(1_000), at(1_100)
ETA = UnixSeconds(1_800_000_000)


def queued(state: GovernorState) -> GovernorProposal:
    return proposal(state, queued=WAITING)


def operation(timelock: Address, **ends: object) -> Operation:
    key = OperationKey(chain_id=ChainId(1), timelock=timelock, id=OperationId("0xaa"))
    return replace(Operation(key=key, scheduled=WAITING), **ends)  # type: ignore[arg-type] # positions


@pytest.mark.parametrize(
    ("answered", "found", "state"),
    [
        (GovernorState.CANCELED, operation(OURS, cancelled=OVER), GovernorState.CANCELED),
        (GovernorState.EXECUTED, operation(OURS, executed=OVER), GovernorState.EXECUTED),
        (GovernorState.CANCELED, operation(FORMER, cancelled=OVER), GovernorState.CANCELED),
        (GovernorState.CANCELED, operation(FORMER, executed=OVER), GovernorState.EXECUTED),
    ],
)
def test_an_end_in_a_timelock_has_the_place_that_the_timelock_tells(
    answered: GovernorState, found: Operation, state: GovernorState
) -> None:
    known = queued(answered)
    assert is_untold(known)
    ended = as_timelocks_tell(known, [found], [FORMER])
    assert (ended.state, ended.canceled or ended.executed) == (state, OVER)
    assert not is_untold(ended)
    assert as_governor_tells(ended) == replace(known, state=state)


def test_what_was_queued_before_anybody_looked_has_an_eta_and_the_same_end() -> None:
    unseen = replace(queued(GovernorState.EXECUTED), queued=None)
    assert not is_untold(replace(unseen, eta=None))
    ended = as_timelocks_tell(replace(unseen, eta=ETA), [operation(OURS, executed=OVER)], [FORMER])
    assert (ended.executed, ended.ended_in_timelock) == (OVER, True)


def test_what_waits_in_a_timelock_that_was_left_behind_waits_still() -> None:
    waits = as_timelocks_tell(queued(GovernorState.CANCELED), [operation(FORMER)], [FORMER])
    assert (waits.state, waits.canceled) == (GovernorState.QUEUED, None)


@pytest.mark.parametrize("answered", [GovernorState.CANCELED, GovernorState.EXECUTED])
def test_the_governor_is_believed_where_its_own_timelock_has_not_told_of_the_end_yet(
    answered: GovernorState,
) -> None:
    known = queued(answered)
    for operations in ([], [operation(OURS)]):
        assert as_timelocks_tell(known, operations, [FORMER]) == known


def test_what_the_governor_itself_tells_of_is_left_as_it_is() -> None:
    told = replace(queued(GovernorState.CANCELED), canceled=OVER)
    assert not is_untold(told)
    assert as_timelocks_tell(told, [operation(FORMER)], [FORMER]) == told
    assert as_governor_tells(told) == told
