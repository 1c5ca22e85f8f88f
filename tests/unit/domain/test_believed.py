"""A proposal as it stood some blocks ago, for those who want more blocks on top."""

from dataclasses import replace

from bot.domain.onchain.event import GovernorEvent, ProposalExtended
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.news import Sighting, as_believed
from bot.domain.onchain.proposal import (
    STATES_KEPT,
    GovernorProposal,
    folded,
    newest_block,
    stands,
)
from bot.domain.types import BlockNumber, Timepoint, UnixSeconds
from tests.unit.domain.test_onchain import ADDRESS, ALPHA, CREATED, END, KEY, at, block, proposal

EXTENDED = ProposalExtended(
    emitter=ADDRESS, position=at(1_090), id=KEY.id, vote_end=Timepoint(END + 50)
)
EVENTS: list[GovernorEvent] = [CREATED, EXTENDED]


def standing(*seen: tuple[GovernorState, int]) -> GovernorProposal:
    """Make a proposal whose vote was moved, as it was seen at these blocks."""
    known = folded(KEY, EVENTS)
    assert known is not None
    for state, number in seen:
        known = stands(replace(known, state=state), block(number), None)
    return known


def believed(known: GovernorProposal, number: int) -> GovernorProposal | None:
    seen = Sighting(proposal=known, governor=ALPHA, head=block(1_200))
    found = as_believed(seen, EVENTS, BlockNumber(number))
    return None if found is None else found.proposal


def test_what_has_stood_for_so_many_blocks_is_believed_as_it_is() -> None:
    known = standing((GovernorState.PENDING, 1_000), (GovernorState.ACTIVE, 1_002))
    assert newest_block(known) == 1_090
    assert believed(known, 1_090) == known
    early = replace(known, states=())
    assert believed(early, 1_000) == early, "it was read by a version that did not keep them"


def test_what_is_newer_is_left_out() -> None:
    known = standing((GovernorState.PENDING, 1_000), (GovernorState.ACTIVE, 1_002))
    known = replace(known, vote_ends_at=UnixSeconds(99))
    before = believed(known, 1_089)
    assert before is not None
    assert (before.state, before.vote_end, before.extensions) == (GovernorState.ACTIVE, END, ())
    assert before.vote_ends_at == 13_200, "about END * 12"
    assert believed(known, 1_001) == replace(
        before, state=GovernorState.PENDING, states=before.states[:1]
    )
    assert believed(known, 999) is None
    ended = stands(replace(known, state=GovernorState.DEFEATED), block(1_160), None)
    still = believed(ended, 1_159)
    assert still is not None
    assert (still.state, still.vote_end, still.vote_ends_at) == (GovernorState.ACTIVE, END + 50, 99)


def test_what_nobody_has_looked_at_so_early_is_not_believed_yet() -> None:
    assert believed(standing((GovernorState.ACTIVE, 1_100)), 1_099) is None


def test_a_state_is_noted_where_it_was_first_seen_and_anew_after_a_fork() -> None:
    known = proposal(GovernorState.ACTIVE)
    for number in (1_002, 1_003):
        known = stands(known, block(number), None)
    assert [each.block for each in known.states] == [1_002]
    undone_at = block(1_001).timestamp
    assert [each.block for each in stands(known, block(1_009), undone_at).states] == [1_009]
    assert stands(known, block(1_009), block(1_002).timestamp) == known
    for number, state in enumerate(GovernorState, 2_000):
        known = stands(replace(known, state=state), block(number), None)
    assert len(known.states) == STATES_KEPT
