"""The life cycle is a table, in memory and in the file."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from bot.domain.announcement import PhaseChanged
from bot.domain.errors import IllegalTransitionError
from bot.domain.lifecycle import (
    DRAFTING,
    ENDED,
    GATHERING,
    NOTICED,
    STEP_OF,
    TRANSITIONS,
    VOTING,
    Move,
    Phase,
    transition,
)
from bot.domain.live_card import ProposalCard
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import UnixSeconds
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.property.conftest import OpenDatabase
from tests.town import dump


@given(phase=st.sampled_from(Phase), move=st.sampled_from(Move))
def test_a_move_leads_where_the_table_says_or_is_refused_in_plain_words(
    phase: Phase, move: Move
) -> None:
    """Every pair of phase and move is either in the table or an error that names both."""
    if (phase, move) in TRANSITIONS:
        assert transition(phase, move) is TRANSITIONS[phase, move]
        return
    with pytest.raises(IllegalTransitionError) as refused:
        transition(phase, move)
    assert f"“{phase}”" in str(refused.value)
    assert str(move) in str(refused.value)


@given(moves=st.lists(st.sampled_from(Move), max_size=60))
def test_no_way_leads_out_of_an_end_and_none_back_to_an_idea_but_over_reopening(
    moves: list[Move],
) -> None:
    """Whatever is tried, what has ended stays ended, and support is won once."""
    phase = Phase.IDEA
    for move in moves:
        before = phase
        try:
            phase = transition(phase, move)
        except IllegalTransitionError:
            continue
        assert before not in ENDED
        assert phase is not Phase.IDEA or move is Move.REOPEN


def test_every_phase_can_be_reached() -> None:
    reached = {Phase.IDEA}
    for _ in Phase:
        reached |= {to for (start, _), to in TRANSITIONS.items() if start in reached}
    assert reached == set(Phase)


def test_the_groups_of_phases_do_not_overlap_and_know_their_step() -> None:
    groups = (GATHERING, DRAFTING, NOTICED, VOTING, ENDED)
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert set(STEP_OF) == DRAFTING | NOTICED | VOTING


_SAID_OTHERWISE = {Move.GIVE_NOTICE, Move.POSTPONE, Move.MERGE}  # by news of their own


class Life(RuleBasedStateMachine):
    """One proposal, moved at random through the store, beside a model that is the table."""

    opened: OpenDatabase

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.now = UnixSeconds(1_000)
        self.runner.run(self.begin())

    async def begin(self) -> None:
        self.database = await self.stack.enter_async_context(type(self).opened())
        async with self.database.transaction() as store:
            await store.communities.save(builders.community())
            self.proposal = await store.proposals.add(builders.proposal())
            await store.show(self.proposal.id, self.now)
        self.phase = Phase.IDEA
        self.moves = 0
        self.said: list[Phase] = []

    @rule(
        move=st.sampled_from(Move),
        by=st.sampled_from([None, MODERATOR]),
        reason=st.sampled_from(["", "because"]),
    )
    def try_to(self, move: Move, by: Actor | None, reason: str) -> None:
        self.now = UnixSeconds(self.now + 1)
        before = dump(self.database.file)
        legal = TRANSITIONS.get((self.phase, move))
        if legal is None:
            with pytest.raises(IllegalTransitionError):
                self.runner.run(self.move(move, by, reason))
            assert dump(self.database.file) == before
            return
        self.runner.run(self.move(move, by, reason))
        self.phase = legal
        self.moves += 1
        if by is not None and move not in _SAID_OTHERWISE:
            self.said.append(legal)

    async def move(self, move: Move, by: Actor | None, reason: str) -> None:
        async with self.database.transaction() as store:
            proposal = await store.proposals.of(self.proposal.id)
            await store.move(proposal, move, self.now, by=by, reason=reason)

    @invariant()
    def the_file_agrees_with_the_table(self) -> None:
        self.runner.run(self.check())

    async def check(self) -> None:
        async with self.database.reading() as store:
            stored: Proposal = await store.proposals.by_reference(GUILD, "BTRST-1")
            history = await store.history.of(stored.id, last=1_000)
        assert (stored.phase, stored.move_count) == (self.phase, self.moves)
        assert len(history) == self.moves
        speeches = await self.database.speeches()
        assert [each.phase for each in speeches if isinstance(each, PhaseChanged)] == self.said
        (card,) = [each for each in speeches if isinstance(each, ProposalCard)]
        assert card.phase is self.phase

    @override
    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()


def test_an_illegal_move_changes_nothing_and_a_legal_one_changes_everything_together(
    fresh_database: OpenDatabase,
) -> None:
    """The row, the history, the card and what is said move together or not at all."""
    Life.opened = staticmethod(fresh_database)
    run_state_machine_as_test(Life, settings=settings(max_examples=12, stateful_step_count=25))
