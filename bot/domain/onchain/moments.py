"""The moments of an on-chain proposal's life that its facts imply (pure).

Everything follows from what is known at one block and from no memory of what was said: a late look,
a second one and one after a reorganisation come to the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf

from bot.domain.onchain.block import Block, Position
from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState
from bot.domain.onchain.proposal import (
    GovernorProposal,
    Moment,
    clock_at,
    expires_at,
    seconds_per_block,
)
from bot.domain.onchain.standing import passes
from bot.domain.policy import Policy
from bot.domain.types import BlockNumber, Seconds, Timepoint, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A moment, and which one of its kind where a life may have several."""

    moment: Moment
    lead: Seconds | None = None  # of a reminder: how long before the end
    ordinal: int = 0  # how often the end of the vote was moved, or the proposal revised, by then


VOTING = frozenset({GovernorState.ACTIVE, GovernorState.OBJECTION_PERIOD})
_WON = frozenset(
    {
        GovernorState.SUCCEEDED,
        GovernorState.QUEUED,
        GovernorState.EXPIRED,
        GovernorState.EXECUTED,
    }
)
_IN_TIMELOCK = frozenset({GovernorState.QUEUED, GovernorState.EXPIRED})
_ENDINGS = {
    GovernorState.CANCELED: Moment.CANCELED,
    GovernorState.VETOED: Moment.VETOED,
    GovernorState.EXPIRED: Moment.EXPIRED,
    GovernorState.EXECUTED: Moment.EXECUTED,
}


def moments(
    proposal: GovernorProposal, governor: Governor, head: Block, policy: Policy
) -> dict[Occasion, bool]:
    """Give the moments the facts imply at `head`, in the order of a life, each with its news value.

    A moment that is no news any more (voting opened, but it is over) is recorded and not said.
    """
    life = _Life(proposal=proposal, governor=governor, head=head)
    implied = {Occasion(moment=Moment.CREATED): True}
    for number, _ in enumerate(proposal.revisions, 1):
        is_last = number == len(proposal.revisions)
        implied[Occasion(moment=Moment.REVISED, ordinal=number)] = is_last and not life.is_over
    implied |= {**_voting(life, policy), **_outcome(life, policy), **_waiting(life, policy)}
    if proposal.state in _ENDINGS:
        implied[Occasion(moment=_ENDINGS[proposal.state])] = True
    return implied


def is_due(
    proposal: GovernorProposal,
    governor: Governor,
    head: Block,
    since: UnixSeconds,
    policy: Policy,
) -> bool:
    """Say whether time alone has brought something since a moment before `head`.

    Nothing else may have happened: what its governor answers is the same all the while.
    """
    part = _BY_TIME.get(proposal.state)
    if part is None:
        return False
    end = expires_at(proposal, governor)
    if end is not None and since < end <= head.timestamp:
        return True
    then = _earlier(head, since, seconds_per_block(proposal, head))
    lives = (_Life(proposal=proposal, governor=governor, head=each) for each in (then, head))
    before, now = (part(life, policy).keys() for life in lives)
    return before != now


def _earlier(head: Block, moment: UnixSeconds, rate: float) -> Block:
    """Give about the block that was the newest at a moment, or one before it."""
    elapsed = max(head.timestamp - moment, 0)
    number = head.id.number - ceil(elapsed / rate) - 1
    below = head.l1_number
    if below is not None:
        below = BlockNumber(below - ceil(elapsed / ETHEREUM_BLOCK_TIME) - 1)
    then = replace(head.id, number=BlockNumber(number))
    return replace(head, id=then, timestamp=moment, l1_number=below)


def ends(proposal: GovernorProposal) -> tuple[Timepoint, ...]:
    """Give the ends that the vote has had, the one that counts last.

    A governor may answer with an end of which no event told.
    """
    first = proposal.vote_end if proposal.first_vote_end is None else proposal.first_vote_end
    known = (first, *(each.vote_end for each in proposal.extensions))
    return known if known[-1] == proposal.vote_end else (*known, proposal.vote_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """A proposal as it is at a block; times are those of the governor's clock."""

    proposal: GovernorProposal
    governor: Governor
    head: Block

    @property
    def clock(self) -> Timepoint:
        return clock_at(self.head, self.governor)

    @property
    def is_voting(self) -> bool:
        return self.proposal.state in VOTING

    @property
    def is_over(self) -> bool:
        """Whether nobody can vote on it any more."""
        return self.proposal.state in _WON | _ENDINGS.keys() | {GovernorState.DEFEATED}

    @property
    def stopped(self) -> float:
        """When it was canceled or vetoed; never, if it was not."""
        stops = (self.proposal.canceled, self.proposal.vetoed)
        return min((self.at(stop) for stop in stops if stop), default=inf)

    @property
    def is_dated(self) -> bool:
        """Whether its end, if it has one, came with an event that says when."""
        state, proposal = self.proposal.state, self.proposal
        dates = {
            GovernorState.CANCELED: proposal.canceled,
            GovernorState.VETOED: proposal.vetoed,
            GovernorState.EXECUTED: proposal.executed,
        }
        return state not in dates or dates[state] is not None

    def at(self, position: Position) -> float:
        """Give the time of an event; on a chain that counts another's blocks, about."""
        if self.governor.clock_mode is ClockMode.TIMESTAMP:
            return position.block_time
        if not self.governor.counts_l1_blocks:
            return position.block.number
        return self.clock - self.ticks(self.head.timestamp - position.block_time)

    def ticks(self, seconds: float) -> float:
        """Turn seconds into the clock's unit; blocks by the measured rate."""
        if self.governor.clock_mode is ClockMode.TIMESTAMP:
            return seconds
        if self.governor.counts_l1_blocks:
            return seconds / ETHEREUM_BLOCK_TIME
        return seconds / seconds_per_block(self.proposal, self.head)


def _voting(life: _Life, policy: Policy) -> dict[Occasion, bool]:
    proposal, clock = life.proposal, life.clock
    if clock <= proposal.vote_start or life.stopped <= proposal.vote_start:
        return {}
    implied = {Occasion(moment=Moment.VOTING_OPEN): life.is_voting}
    had = ends(proposal)
    moved = [life.at(each.position) for each in proposal.extensions]
    # What no event told of is known from this look on.
    moved += [float(clock)] * (len(had) - 1 - len(moved))
    for ordinal, (end, until) in enumerate(zip(had, [*moved, inf], strict=True)):
        is_last = ordinal == len(had) - 1
        if ordinal:
            occasion = Occasion(moment=Moment.DEADLINE_MOVED, ordinal=ordinal)
            implied[occasion] = is_last and life.is_voting
        due = list(_due(life, end, min(until, life.stopped), policy.closing_soon_leads))
        for lead in due:
            occasion = Occasion(moment=Moment.CLOSING_SOON, lead=lead, ordinal=ordinal)
            # Of several at once only the last is worth being read.
            implied[occasion] = is_last and life.is_voting and lead == due[-1]
    return implied


def _due(life: _Life, end: Timepoint, until: float, leads: Sequence[Seconds]) -> Iterator[Seconds]:
    """Give the leads before this end that have come while it counted, the longest first.

    Nobody is reminded before half of the vote is over.
    """
    half = (end - life.proposal.vote_start) / 2
    for lead in sorted(leads, reverse=True):
        due = end - min(life.ticks(lead), half)
        if life.clock >= due and until >= due:
            yield lead


def _outcome(life: _Life, policy: Policy) -> dict[Occasion, bool]:
    proposal = life.proposal
    passed = _passed(life)
    if passed is None:
        return {}
    if not passed:
        return {Occasion(moment=Moment.DEFEATED): True}
    implied = {Occasion(moment=Moment.SUCCEEDED): True}
    due = proposal.vote_end + life.ticks(policy.unqueued_after)
    went_on = [life.at(each) for each in (proposal.queued, proposal.executed) if each]
    waited = min([float(life.clock), life.stopped, *went_on])
    is_dated = life.is_dated and proposal.state not in _IN_TIMELOCK
    is_known = is_dated or proposal.queued is not None
    if policy.unqueued_after and waited >= due and is_known:
        is_waiting = proposal.state is GovernorState.SUCCEEDED
        implied[Occasion(moment=Moment.UNQUEUED)] = is_waiting
    return implied


def _passed(life: _Life) -> bool | None:
    """Say how the vote went; `None`: it is not over, was stopped before, or nobody knows.

    What was stopped after its vote had passed or failed all the same, by the numbers.
    """
    proposal = life.proposal
    if proposal.state in _WON or proposal.queued:
        return True
    if proposal.state is GovernorState.DEFEATED:
        return False
    is_stopped = proposal.state in (GovernorState.CANCELED, GovernorState.VETOED)
    if is_stopped and proposal.vote_end < life.stopped < inf:
        return passes(proposal, life.governor)
    return None


def _waiting(life: _Life, policy: Policy) -> dict[Occasion, bool]:
    """Give the moments of the timelock, whose clock is always in seconds."""
    proposal = life.proposal
    # The event tells where it was queued; what was queued before we looked has none that we saw.
    if not proposal.queued and proposal.state not in _IN_TIMELOCK:
        return {}
    implied = {Occasion(moment=Moment.QUEUED): True}
    if proposal.eta is None or not life.is_dated:
        return implied  # It ended without an event, so nobody knows when.
    ended = [
        end.block_time for end in (proposal.executed, proposal.canceled, proposal.vetoed) if end
    ]
    until = min([life.head.timestamp, *ended])
    is_waiting = proposal.state is GovernorState.QUEUED
    if until >= proposal.eta:
        implied[Occasion(moment=Moment.EXECUTABLE)] = is_waiting
    for lead, following in pairwise([*_grace_due(life, until, policy), None]):
        occasion = Occasion(moment=Moment.GRACE_ENDING, lead=lead)
        implied[occasion] = is_waiting and following is None
    return implied


def _grace_due(life: _Life, until: float, policy: Policy) -> Iterator[Seconds]:
    """Give the warnings that have come, the longest first; none before half of the time is over."""
    end = expires_at(life.proposal, life.governor)
    if end is None or life.governor.grace_period is None:
        return
    half = life.governor.grace_period // 2
    for lead in sorted(policy.grace_ending_leads, reverse=True):
        if until >= end - min(lead, half):
            yield lead


# The states in which time alone brings moments; the beginning and the end of a vote are states.
_BY_TIME: dict[GovernorState, Callable[[_Life, Policy], dict[Occasion, bool]]] = {
    GovernorState.ACTIVE: _voting,
    GovernorState.OBJECTION_PERIOD: _voting,
    GovernorState.SUCCEEDED: _outcome,
    GovernorState.QUEUED: _waiting,
}
